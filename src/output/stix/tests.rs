mod facts;

use std::collections::HashSet;

use serde_json::Value;

use self::facts::{address, domain, everything, file, indicator, time, url};
use super::fact::{Indicator, Observable};
use super::*;

/// The document that `tests/formats/validate` shows to the validator. After a change on
/// purpose `GTI_BLESS=1 cargo test --lib stix` writes it anew; then the script
/// decides.
const VALIDATED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/src/output/stix/validated.json"
);

const POLICY: Policy = Policy {
    tlp: Some(Tlp::AmberStrict),
    ..DEFAULT
};

const DEFAULT: Policy = Policy {
    tlp: None,
    valid_for: ValidFor::DEFAULT,
    include_benign: false,
    profile: super::Profile::Standard,
};

fn bundle(policy: Policy, facts: &[Fact]) -> String {
    let mut out = Vec::new();
    let mut bundle = Bundle::new(policy);
    bundle.begin(&mut out);
    for fact in facts {
        bundle.add(fact, &mut out);
    }
    bundle.end(&mut out);
    String::from_utf8(out).expect("UTF-8")
}

fn objects_of(policy: Policy, facts: &[Fact]) -> Vec<Value> {
    let document: Value = serde_json::from_str(&bundle(policy, facts)).expect("JSON");
    document["objects"].as_array().expect("objects").clone()
}

/// The types in a bundle, without those that every one has.
fn types_of(policy: Policy, facts: &[Fact]) -> Vec<String> {
    let objects = objects_of(policy, facts).into_iter().skip(2);
    objects
        .map(|object| object["type"].as_str().expect("a type").to_owned())
        .collect()
}

/// All relationships as `source verb target`, by the types of both.
fn relationships(objects: &[Value]) -> HashSet<String> {
    let kind = |id: &Value| {
        let id = id.as_str().expect("an id");
        id.split_once("--").expect("an id").0.to_owned()
    };
    let relationships = objects
        .iter()
        .filter(|object| object["type"] == "relationship");
    relationships
        .map(|object| {
            let verb = object["relationship_type"].as_str().expect("a verb");
            let (source, target) = (kind(&object["source_ref"]), kind(&object["target_ref"]));
            format!("{source} {verb} {target}")
        })
        .collect()
}

#[test]
fn the_bundle_is_the_one_that_was_validated() {
    let bundle = bundle(POLICY, &everything());
    if std::env::var_os("GTI_BLESS").is_some() {
        std::fs::write(VALIDATED, &bundle).expect("written");
    }
    let validated = std::fs::read_to_string(VALIDATED).expect("read");
    let differ = bundle
        .lines()
        .zip(validated.lines())
        .find(|(now, then)| now != then);
    assert_eq!(differ, None);
    assert_eq!(bundle.len(), validated.len());
}

#[test]
fn a_bundle_without_objects_has_no_list_of_them() {
    let document: Value = serde_json::from_str(&bundle(DEFAULT, &[])).expect("JSON");
    assert_eq!(document["type"], "bundle");
    assert!(document.get("objects").is_none());
}

#[test]
fn every_object_stands_once_and_behind_what_it_refers_to() {
    let mut facts = everything();
    facts.extend(everything());
    let mut seen = HashSet::new();
    for object in objects_of(POLICY, &facts) {
        for (name, value) in object.as_object().expect("an object") {
            let ids = match value {
                Value::Array(ids) if name.ends_with("_refs") => ids.clone(),
                id if name.ends_with("_ref") => vec![id.clone()],
                _ => vec![],
            };
            for id in ids {
                assert!(seen.contains(id.as_str().expect("an id")), "{object}");
            }
        }
        assert!(
            seen.insert(object["id"].as_str().expect("an id").to_owned()),
            "{object}"
        );
    }
    assert_eq!(bundle(POLICY, &facts), bundle(POLICY, &everything()));
}

#[test]
fn another_bundle_has_another_id() {
    let facts = everything();
    let id = |facts: &[Fact]| {
        let document: Value = serde_json::from_str(&bundle(DEFAULT, facts)).expect("JSON");
        document["id"].as_str().expect("an id").to_owned()
    };
    assert_ne!(id(&facts), id(&facts[1..]));
    assert!(id(&facts).starts_with("bundle--"));
}

#[test]
fn only_what_is_bad_is_an_indicator_unless_more_is_asked_for() {
    let everything = Policy {
        include_benign: true,
        ..DEFAULT
    };
    for (verdict, by_default, if_asked) in [
        ("malicious", true, true),
        ("suspicious", true, true),
        ("benign", false, true),
        ("undetected", false, true),
        ("unknown", false, true),
        // Nobody has judged.
        ("", false, false),
    ] {
        for (policy, is_indicator) in [(DEFAULT, by_default), (everything, if_asked)] {
            let fact = indicator(address("198.51.100.7"), verdict).into();
            let expected: &[&str] = if is_indicator {
                &["ipv4-addr", "indicator", "relationship"]
            } else {
                &["ipv4-addr"]
            };
            assert_eq!(types_of(policy, &[fact]), expected, "{verdict}");
        }
    }
}

/// The verdict is as old as the answer that it stands in, whatever the report's age.
#[test]
fn validity_begins_when_it_was_fetched() {
    let days = "ip=1d,domain=2d,url=3d,file=4d";
    let policy = Policy {
        valid_for: days.parse().expect("a policy"),
        ..DEFAULT
    };
    for (observable, until) in [
        (address("198.51.100.7"), "2026-03-03T03:04:05.000Z"),
        (domain("evil.example"), "2026-03-04T03:04:05.000Z"),
        (url("http://evil.example/"), "2026-03-05T03:04:05.000Z"),
        (file(), "2026-03-06T03:04:05.000Z"),
    ] {
        let objects = objects_of(policy, &[indicator(observable, "malicious").into()]);
        let indicator = &objects[3];
        assert_eq!(indicator["valid_from"], "2026-02-02T03:04:05.678Z");
        assert_eq!(indicator["valid_until"], until);
        // It is part of the object: a later one is another version.
        assert_eq!(indicator["modified"], "2026-03-02T03:04:05.000Z");
    }
    // A report from the future is worth looking for from then on, without an end.
    let future = Indicator {
        modified: Some(time("2027-01-01T00:00:00Z")),
        ..indicator(address("198.51.100.7"), "malicious")
    };
    let objects = objects_of(policy, &[future.into()]);
    assert!(objects[3].get("valid_until").is_none(), "{}", objects[3]);
}

#[test]
fn a_hash_that_becomes_known_makes_no_second_indicator() {
    let id = |observable| {
        let objects = objects_of(DEFAULT, &[indicator(observable, "malicious").into()]);
        objects[3]["id"].clone()
    };
    let known = Observable::File {
        md5: None,
        sha1: None,
        sha256: Some("0123456789abcdef".repeat(4)),
    };
    assert_eq!(id(known), id(file()));
}

#[test]
fn markings_stand_on_everything_but_the_constants() {
    let objects = objects_of(POLICY, &everything());
    let marking = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003";
    assert_eq!(objects[2]["id"], marking);
    for object in &objects[..3] {
        assert!(object.get("object_marking_refs").is_none(), "{object}");
    }
    for object in &objects[3..] {
        assert_eq!(
            object["object_marking_refs"],
            serde_json::json!([marking]),
            "{object}"
        );
    }
    let unmarked = objects_of(DEFAULT, &everything());
    assert_eq!(unmarked.len(), objects.len() - 1);
    assert!(
        !unmarked
            .iter()
            .any(|object| object.get("object_marking_refs").is_some())
    );
}

#[test]
fn nothing_to_look_for_is_nothing() {
    let unknown = Observable::File {
        md5: None,
        sha1: None,
        sha256: None,
    };
    let document = bundle(DEFAULT, &[indicator(unknown, "malicious").into()]);
    assert!(!document.contains("objects"), "{document}");
}

#[test]
fn a_missing_score_stays_missing() {
    let objects = objects_of(DEFAULT, &everything());
    let of = |name: &str| {
        objects
            .iter()
            .find(|object| object["type"] == "indicator" && object["name"] == name)
            .expect(name)
    };
    let assessed = of("evil_name.example")["extensions"].to_string();
    assert!(
        assessed.contains("malicious") && !assessed.contains("threat_score"),
        "{assessed}"
    );
    assert!(
        of("198.51.100.7")["extensions"]
            .to_string()
            .contains("\"threat_score\":87")
    );
}

#[test]
fn relationships_run_in_the_direction_of_the_standard() {
    let found = relationships(&objects_of(DEFAULT, &everything()));
    for expected in [
        "indicator based-on ipv4-addr",
        "indicator indicates malware",
        "indicator indicates tool",
        "indicator indicates threat-actor",
        "indicator indicates campaign",
        "indicator related-to vulnerability",
        "malware exploits vulnerability",
        "malware uses attack-pattern",
        "threat-actor targets vulnerability",
        "vulnerability related-to vulnerability",
        "vulnerability related-to software",
        "domain-name resolves-to ipv4-addr",
        "ipv4-addr related-to file",
        "file related-to malware",
        "file related-to url",
        "url related-to threat-actor",
    ] {
        assert!(found.contains(expected), "{expected}: {found:?}");
    }
}

#[test]
fn containers_hold_what_they_are_related_to() {
    let objects = objects_of(DEFAULT, &everything());
    let held = |name: &str| -> Vec<String> {
        let object = objects.iter().find(|object| object["name"] == name);
        let refs = object.expect(name)["object_refs"].as_array().expect("ids");
        let ids = refs.iter().map(|id| id.as_str().expect("an id"));
        ids.map(|id| id.split_once("--").expect("an id").0.to_owned())
            .collect()
    };
    assert_eq!(
        held("An invented report"),
        ["ipv4-addr", "indicator", "campaign"]
    );
    assert_eq!(held("Seen together"), ["file"]);
    assert_eq!(held("Nothing known"), ["identity"]);
    assert!(!objects.iter().any(|object| object["name"] == "Another"));
}
