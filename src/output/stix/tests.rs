use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use super::*;

/// The document that `stix2-validator` 3.2.0 was shown; what differs from it
/// has to pass the validator before it replaces it.
const VALIDATED: &str = include_str!("validated.json");

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn entity(kind: EntityKind, key: &str, name: &str) -> Entity {
    Entity {
        kind,
        key: key.to_owned(),
        name: name.to_owned(),
        description: None,
        aliases: Vec::new(),
        created: None,
        modified: None,
        references: Vec::new(),
        related: Vec::new(),
    }
}

fn indicator(observable: Observable) -> Indicator {
    Indicator {
        observable,
        verdict: None,
        severity: None,
        threat_score: None,
        created: time("2026-01-02T03:04:05Z"),
        modified: time("2026-02-02T03:04:05.678Z"),
        valid_from: time("2026-01-02T03:04:05Z"),
        valid_until: None,
        labels: Vec::new(),
        references: Vec::new(),
        related: Vec::new(),
    }
}

/// Everything that can stand in a bundle.
fn everything() -> Vec<Fact> {
    let known = Entity {
        description: Some("An invented family.".to_owned()),
        aliases: vec!["Also Invented".to_owned(), " ".to_owned()],
        created: Some(time("2025-01-01T00:00:00Z")),
        modified: Some(time("2025-06-01T00:00:00Z")),
        references: vec![Reference {
            source_name: "Google Threat Intelligence".to_owned(),
            url: Some("https://www.virustotal.com/gui/collection/malware--1".to_owned()),
            external_id: Some("malware--1".to_owned()),
        }],
        ..entity(EntityKind::Malware, "malware--1", "INVENTED")
    };
    let address = Indicator {
        verdict: Some("malicious".to_owned()),
        severity: Some("high".to_owned()),
        threat_score: Some(87),
        valid_until: Some(time("2026-01-09T03:04:05Z")),
        labels: vec!["c2".to_owned(), String::new()],
        references: vec![
            Reference {
                source_name: "Google Threat Intelligence".to_owned(),
                url: Some("https://www.virustotal.com/gui/ip-address/198.51.100.7".to_owned()),
                external_id: None,
            },
            Reference {
                source_name: "nothing".to_owned(),
                url: Some("not a link".to_owned()),
                external_id: None,
            },
        ],
        related: vec![
            known.clone(),
            entity(EntityKind::Tool, "tool--1", "Invented Kit"),
            entity(EntityKind::ThreatActor, "threat-actor--1", "UNC0000"),
            entity(EntityKind::Campaign, "campaign--1", ""),
            entity(
                EntityKind::Vulnerability,
                "vulnerability--cve-2026-0001",
                "CVE-2026-0001",
            ),
        ],
        ..indicator(Observable::Ip("198.51.100.7".parse().expect("an address")))
    };
    let hostile = r"http://evil.example/it's\a'] OR [";
    let file = Observable::File {
        md5: Some("0123456789abcdef0123456789abcdef".to_owned()),
        sha1: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
        sha256: Some("0123456789abcdef".repeat(4)),
    };
    let vulnerability = Entity {
        related: vec![
            known,
            entity(EntityKind::ThreatActor, "threat-actor--1", "UNC0000"),
            entity(
                EntityKind::Vulnerability,
                "vulnerability--cve-2026-0003",
                "CVE-2026-0003",
            ),
        ],
        ..entity(
            EntityKind::Vulnerability,
            "vulnerability--cve-2026-0002",
            "CVE-2026-0002",
        )
    };
    let plain = [
        (
            Observable::Ip("2001:db8::7".parse().expect("an address")),
            "suspicious",
        ),
        (
            Observable::Domain("xn--mnchen-3ya.example".to_owned()),
            "benign",
        ),
        (Observable::Url(hostile.to_owned()), "undetected"),
        (
            Observable::Url("http://evil.example/a?b='c'".to_owned()),
            "malicious",
        ),
        (
            Observable::Domain("evil_name.example".to_owned()),
            "malicious",
        ),
        (file, "something new"),
    ];
    let mut facts = vec![Fact::Indicator(Box::new(address))];
    facts.extend(plain.map(|(observable, verdict)| {
        Fact::Indicator(Box::new(Indicator {
            verdict: Some(verdict.to_owned()),
            // Not later than `valid_from`, so it has to be left out.
            valid_until: Some(time("2026-01-02T03:04:05Z")),
            ..indicator(observable)
        }))
    }));
    facts.push(Fact::Indicator(Box::new(indicator(Observable::Domain(
        "nothing-known.example".to_owned(),
    )))));
    facts.push(Fact::Entity(Box::new(vulnerability)));
    facts
}

fn bundle(facts: &[Fact]) -> String {
    let mut out = Vec::new();
    let mut bundle = Bundle::new();
    Bundle::begin(&mut out);
    for fact in facts {
        bundle.add(fact, &mut out);
    }
    bundle.end(&mut out);
    String::from_utf8(out).expect("UTF-8")
}

fn objects_of(facts: &[Fact]) -> Vec<Value> {
    let document: Value = serde_json::from_str(&bundle(facts)).expect("JSON");
    document["objects"].as_array().expect("objects").clone()
}

#[test]
fn the_bundle_is_the_one_that_was_validated() {
    assert_eq!(bundle(&everything()), VALIDATED);
}

#[test]
fn a_bundle_without_objects_has_no_list_of_them() {
    let document: Value = serde_json::from_str(&bundle(&[])).expect("JSON");
    assert_eq!(document["type"], "bundle");
    assert!(document.get("objects").is_none());
}

#[test]
fn every_object_stands_once_and_behind_what_it_refers_to() {
    let mut facts = everything();
    facts.extend(everything());
    let mut seen = HashSet::new();
    for object in objects_of(&facts) {
        for (name, value) in object.as_object().expect("an object") {
            if name.ends_with("_ref") {
                assert!(seen.contains(value.as_str().expect("an id")), "{object}");
            }
        }
        assert!(
            seen.insert(object["id"].as_str().expect("an id").to_owned()),
            "{object}"
        );
    }
    assert_eq!(bundle(&facts), bundle(&everything()));
}

#[test]
fn another_bundle_has_another_id() {
    let facts = everything();
    let id = |facts: &[Fact]| {
        let document: Value = serde_json::from_str(&bundle(facts)).expect("JSON");
        document["id"].as_str().expect("an id").to_owned()
    };
    assert_ne!(id(&facts), id(&facts[1..]));
    assert!(id(&facts).starts_with("bundle--"));
}

#[test]
fn nothing_to_look_for_is_nothing() {
    let unknown = Observable::File {
        md5: None,
        sha1: None,
        sha256: None,
    };
    let fact = Fact::Indicator(Box::new(indicator(unknown)));
    let kinds: Vec<_> = objects_of(&[fact])
        .iter()
        .map(|object| object["type"].to_string())
        .collect();
    assert_eq!(kinds, ["\"identity\"", "\"extension-definition\""]);
}

#[test]
fn a_missing_score_stays_missing() {
    let objects = objects_of(&everything());
    let of = |name: &str| {
        objects
            .iter()
            .find(|object| object["type"] == "indicator" && object["name"] == name)
            .expect(name)
    };
    assert!(of("nothing-known.example").get("extensions").is_none());
    let assessed = of("xn--mnchen-3ya.example")["extensions"].to_string();
    assert!(
        assessed.contains("benign") && !assessed.contains("threat_score"),
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
    let objects = objects_of(&everything());
    let kind = |id: &Value| {
        let id = id.as_str().expect("an id");
        id.split_once("--").expect("an id").0.to_owned()
    };
    let found: HashSet<_> = objects
        .iter()
        .filter(|object| object["type"] == "relationship")
        .map(|object| {
            let verb = object["relationship_type"].as_str().expect("a verb");
            format!(
                "{} {verb} {}",
                kind(&object["source_ref"]),
                kind(&object["target_ref"])
            )
        })
        .collect();
    for expected in [
        "indicator based-on ipv4-addr",
        "indicator indicates malware",
        "indicator indicates tool",
        "indicator indicates threat-actor",
        "indicator indicates campaign",
        "indicator related-to vulnerability",
        "malware exploits vulnerability",
        "threat-actor targets vulnerability",
        "vulnerability related-to vulnerability",
    ] {
        assert!(found.contains(expected), "{expected}: {found:?}");
    }
}
