use super::stix::Fact;
use super::stix::fact::{Entity, EntityKind};
use super::*;

fn family(key: &str) -> Sample {
    Sample {
        json: "{}".to_owned(),
        facts: vec![Fact::Entity(Box::new(Entity {
            name: "INVENTED".to_owned(),
            ..Entity::new(EntityKind::Malware, key)
        }))],
        ..Sample::default()
    }
}

fn bundle(records: &[Sample]) -> serde_json::Value {
    serde_json::from_str(&written(&Options::new(Format::Stix), records)).expect("JSON")
}

#[test]
fn records_become_one_bundle() {
    let document = bundle(&[family("a"), record("{}"), family("b"), family("a")]);
    assert_eq!(document["type"], "bundle");
    let objects = document["objects"].as_array().expect("objects");
    let types: Vec<_> = objects.iter().map(|object| &object["type"]).collect();
    assert_eq!(
        types,
        ["identity", "extension-definition", "malware", "malware"]
    );
}

#[test]
fn a_run_without_facts_is_a_bundle_all_the_same() {
    assert_eq!(bundle(&[])["type"], "bundle");
    assert_eq!(bundle(&[record("{}")])["type"], "bundle");
}

#[test]
fn what_has_no_meaning_in_stix_is_refused() {
    let quota = Layout {
        command: "quota",
        subject: Subject::Program,
        ..LAYOUT
    };
    let message = refused(&Options::new(Format::Stix), quota);
    assert!(
        message.contains("`quota`") && message.contains("text, json, jsonl, csv"),
        "{message}"
    );
    let message = refused(&with_jq(Format::Stix, "."), LAYOUT);
    assert!(message.contains("`--jq`"), "{message}");
    let message = refused(&with_fields(Options::new(Format::Stix), "a"), LAYOUT);
    assert!(message.contains("`--fields`"), "{message}");
}
