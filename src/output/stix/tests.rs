use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use super::fact::{Entity, EntityKind, Indicator, Observable, Reference, Related, Software};
use super::*;

/// The document that `tests/stix/validate` shows to the validator. After a change on
/// purpose `GTI_BLESS=1 cargo test --lib stix` writes it anew; then the script
/// decides.
const VALIDATED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/src/output/stix/validated.json"
);

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn entity(kind: EntityKind, key: &str, name: &str) -> Entity {
    Entity {
        name: name.to_owned(),
        ..Entity::new(kind, key)
    }
}

fn indicator(observable: Observable, verdict: &str) -> Indicator {
    Indicator {
        observable,
        verdict: Some(verdict.to_owned()).filter(|verdict| !verdict.is_empty()),
        severity: None,
        threat_score: None,
        explanation: None,
        created: Some(time("2026-01-02T03:04:05Z")),
        modified: Some(time("2026-02-02T03:04:05.678Z")),
        seen: time("2026-03-02T03:04:05Z"),
        labels: Vec::new(),
        references: Vec::new(),
        related: Vec::new(),
    }
}

fn related(relationship: &str, fact: impl Into<Fact>) -> Related {
    Related {
        relationship: relationship.to_owned(),
        fact: fact.into(),
    }
}

impl From<Entity> for Fact {
    fn from(entity: Entity) -> Self {
        Self::Entity(Box::new(entity))
    }
}

impl From<Indicator> for Fact {
    fn from(indicator: Indicator) -> Self {
        Self::Indicator(Box::new(indicator))
    }
}

fn domain(name: &str) -> Observable {
    Observable::Domain(name.to_owned())
}

fn url(text: &str) -> Observable {
    Observable::Url(text.to_owned())
}

fn address(text: &str) -> Observable {
    Observable::Ip(text.parse().expect("an address"))
}

fn file() -> Observable {
    Observable::File {
        md5: Some("0123456789abcdef0123456789abcdef".to_owned()),
        sha1: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
        sha256: Some("0123456789abcdef".repeat(4)),
    }
}

fn page(source_name: &str, url: &str, external_id: &str) -> Reference {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Reference {
        source_name: source_name.to_owned(),
        url: some(url),
        external_id: some(external_id),
    }
}

/// A family with all that can be known of one.
fn known() -> Entity {
    Entity {
        description: Some("An invented family.".to_owned()),
        aliases: vec!["Also Invented".to_owned(), " ".to_owned()],
        roles: vec!["Ransomware".to_owned(), "Something Else".to_owned()],
        first_seen: Some(time("2024-01-01T00:00:00Z")),
        last_seen: Some(time("2025-01-01T00:00:00Z")),
        created: Some(time("2025-01-01T00:00:00Z")),
        modified: Some(time("2025-06-01T00:00:00Z")),
        labels: vec!["invented".to_owned()],
        references: vec![page(
            "Google Threat Intelligence",
            "https://www.virustotal.com/gui/collection/malware--1",
            "malware--1",
        )],
        related: vec![related(
            "attack_techniques",
            Entity {
                tactics: vec!["Defense Evasion".to_owned(), "7".to_owned()],
                ..entity(EntityKind::AttackPattern, "T1055.001", "Process Injection")
            },
        )],
        ..entity(EntityKind::Malware, "malware--1", "INVENTED")
    }
}

fn report() -> Entity {
    Entity {
        created: Some(time("2026-01-01T00:00:00Z")),
        ..entity(EntityKind::Report, "report--1", "An invented report")
    }
}

/// Everything that can stand in a bundle.
#[expect(clippy::too_many_lines, reason = "one bundle, said in one place")]
fn everything() -> Vec<Fact> {
    let c2 = Indicator {
        severity: Some("high".to_owned()),
        threat_score: Some(87),
        explanation: Some("It controls what is invented.".to_owned()),
        labels: vec!["c2".to_owned(), String::new()],
        references: vec![
            page(
                "Google Threat Intelligence",
                "https://www.virustotal.com/gui/ip-address/198.51.100.7",
                "",
            ),
            page("nothing", "not a link", ""),
        ],
        related: vec![
            related("malware_families", known()),
            related(
                "software_toolkits",
                entity(EntityKind::Tool, "tool--1", "Invented Kit"),
            ),
            related(
                "related_threat_actors",
                entity(EntityKind::ThreatActor, "threat-actor--1", "UNC0000"),
            ),
            related("campaigns", entity(EntityKind::Campaign, "campaign--1", "")),
            related(
                "vulnerabilities",
                entity(
                    EntityKind::Vulnerability,
                    "vulnerability--cve-2026-0001",
                    "CVE-2026-0001",
                ),
            ),
            related("reports", report()),
            // When it was published is not known.
            related(
                "reports",
                entity(EntityKind::Report, "report--2", "Another"),
            ),
            related("resolutions", indicator(domain("evil.example"), "")),
            related("communicating_files", indicator(file(), "malicious")),
        ],
        ..indicator(address("198.51.100.7"), "malicious")
    };
    let harmless = Indicator {
        related: vec![
            related(
                "collections",
                Entity {
                    created: Some(time("2026-01-01T00:00:00Z")),
                    ..entity(EntityKind::Grouping, "collection-1", "Seen together")
                },
            ),
            related("malware_families", known()),
            related(
                "contacted_urls",
                indicator(url("http://evil.example/a|b"), "undetected"),
            ),
        ],
        ..indicator(file(), "benign")
    };
    let vulnerability = Entity {
        related: vec![
            related("malware_families", known()),
            related(
                "threat_actors",
                entity(EntityKind::ThreatActor, "threat-actor--1", "UNC0000"),
            ),
            related(
                "vulnerabilities",
                entity(
                    EntityKind::Vulnerability,
                    "vulnerability--x",
                    "CVE-hostile'<x>",
                ),
            ),
            related(
                "affected",
                Fact::Software(Box::new(Software {
                    name: "widget_server".to_owned(),
                    vendor: Some("example".to_owned()),
                    version: Some("1.0".to_owned()),
                    cpe: Some("cpe:2.3:a:example:widget_server:1.0:*:*:*:*:*:*:*".to_owned()),
                })),
            ),
            related(
                "affected",
                Fact::Software(Box::new(Software {
                    name: "odd one".to_owned(),
                    cpe: Some("cpe:2.3:a:odd one".to_owned()),
                    ..Software::default()
                })),
            ),
        ],
        ..entity(
            EntityKind::Vulnerability,
            "vulnerability--cve-2026-0002",
            "CVE-2026-0002",
        )
    };
    let actor = Entity {
        goals: vec!["Espionage".to_owned()],
        first_seen: Some(time("2025-01-01T00:00:00Z")),
        // Before the first, so it has to be left out.
        last_seen: Some(time("2024-01-01T00:00:00Z")),
        references: vec![page("x", "", "CVE-2026-0003"), page("cve", "", "CVE-x")],
        related: vec![
            related(
                "domains",
                indicator(domain("evil_name.example"), "malicious"),
            ),
            related(
                "ip_addresses",
                indicator(address("2001:db8::7"), "suspicious"),
            ),
            related(
                "urls",
                indicator(url("http://evil.example/a?b='c'"), "undetected"),
            ),
            related("domains", indicator(domain("also_odd.example"), "benign")),
        ],
        ..entity(EntityKind::ThreatActor, "threat-actor--2", "UNC0001")
    };
    let hostile = indicator(url(r"http://evil.example/it's\a'] OR ["), "malicious");
    let strange = indicator(domain("xn--mnchen-3ya.example"), "something new");
    let lonely = Entity {
        created: Some(time("2026-01-01T00:00:00Z")),
        ..entity(EntityKind::Report, "report--3", "Nothing known")
    };
    vec![
        c2.into(),
        harmless.into(),
        vulnerability.into(),
        actor.into(),
        hostile.into(),
        strange.into(),
        lonely.into(),
        Entity {
            related: vec![related(
                "campaigns",
                Entity {
                    goals: vec!["Espionage".to_owned(), "Money".to_owned()],
                    ..entity(EntityKind::Campaign, "campaign--2", "Invented Storm")
                },
            )],
            ..report()
        }
        .into(),
    ]
}

const POLICY: Policy = Policy {
    tlp: Some(Tlp::AmberStrict),
    ..DEFAULT
};

const DEFAULT: Policy = Policy {
    tlp: None,
    valid_for: ValidFor::DEFAULT,
    include_benign: false,
};

fn bundle(policy: Policy, facts: &[Fact]) -> String {
    let mut out = Vec::new();
    let mut bundle = Bundle::new(policy);
    Bundle::begin(&mut out);
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
