use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::output::export::{Exported, ListTarget};

/// A record that is an object of the API.
struct Object(String);

impl Record for Object {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }

    fn exported(&self) -> Option<Exported<'_>> {
        Some(Exported::of(&self.0))
    }
}

fn export(options: &Options, objects: &[Value]) -> String {
    let seen = Seen::default();
    let mut output = Output::open(options, LAYOUT, seen.sink()).expect("open");
    for object in objects {
        output.record(&Object(object.to_string())).expect("written");
    }
    output.finish().expect("an end");
    seen.text()
}

/// Texts that pretend to be something else.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("\n".to_owned()),
        Just("\r".to_owned()),
        Just("\t".to_owned()),
        Just("\u{0}".to_owned()),
        Just("\u{2028}".to_owned()),
        Just("\u{85}".to_owned()),
        Just("\u{202e}".to_owned()),
        Just("|".to_owned()),
        Just("=".to_owned()),
        Just("\\".to_owned()),
        Just("\"".to_owned()),
        Just(";".to_owned()),
        Just("evil.example".to_owned()),
        Just("http://".to_owned()),
        Just("198.51.100.7".to_owned()),
        Just("/a?b=c#d".to_owned()),
        Just("#".to_owned()),
        Just("sid:1;".to_owned()),
        Just(" cs1=x".to_owned()),
        Just("CNAME .".to_owned()),
        any::<String>(),
    ];
    proptest::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
}

fn object() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![
        Just("ip_address"),
        Just("domain"),
        Just("url"),
        Just("file"),
        Just("collection"),
        Just("x"),
    ];
    (kind, hostile(), hostile(), any::<i64>(), proptest::option::of(hostile())).prop_map(
        |(kind, id, text, number, list)| {
            json!({
                "type": kind, "id": id,
                "attributes": {
                    "url": id, "name": text, "meaningful_name": text, "title": text, "tags": [text, null, 7],
                    "md5": text, "sha256": "A".repeat(64), "size": number, "asn": number, "country": text,
                    "last_modification_date": number, "last_analysis_date": number, "first_submission_date": number,
                    "gti_assessment": {"verdict": {"value": "VERDICT_MALICIOUS"}, "severity": {"value": text}, "threat_score": {"value": number}},
                },
                "context_attributes": {"threat_list_id": list, "notification_date": number, "notification_id": text},
                "relationships": {"malware_families": {"data": [{"id": "malware--1", "type": "collection", "attributes": {"name": text}}]}},
            })
        },
    )
}

fn targeted(target: ListTarget) -> Options {
    let mut options = Options::new(Format::Values);
    options.export.target = target;
    options
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_line_is_one_line_of_its_grammar(objects in proptest::collection::vec(object(), 1..6)) {
        for format in [Format::Ecs, Format::Bulk, Format::Hec] {
            let text = export(&Options::new(format), &objects);
            for line in text.lines() {
                let read: Value = serde_json::from_str(line).expect(line);
                prop_assert!(read.is_object());
            }
            let each = if format == Format::Bulk { 2 } else { 1 };
            prop_assert_eq!(text.lines().count(), objects.len() * each);
        }
        let cef = export(&Options::new(Format::Cef), &objects);
        prop_assert_eq!(cef.lines().count(), objects.len());
        for line in cef.lines() {
            let pipes = line.replace("\\\\", "").replace("\\|", "");
            prop_assert!(pipes.starts_with("CEF:0|Google|Threat Intelligence|1|gti:"), "{}", line);
            prop_assert!(!line.chars().any(char::is_control), "{:?}", line);
        }
        let zeek = export(&Options::new(Format::Zeek), &objects);
        for line in zeek.lines() {
            let cells: Vec<&str> = line.split('\t').collect();
            let cells = if line.starts_with("#fields\t") { &cells[1..] } else { &cells[..] };
            prop_assert_eq!(cells.len(), 5, "{}", line);
            prop_assert!(cells.iter().all(|cell| !cell.is_empty() && cell.is_ascii()), "{}", line);
        }
        let rules = export(&Options::new(Format::Suricata), &objects);
        for line in rules.lines() {
            prop_assert!(line.is_ascii() && line.starts_with("alert ") && line.ends_with("; rev:1;)"), "{}", line);
            prop_assert_eq!(line.matches('"').count() % 2, 0, "{}", line);
            prop_assert_eq!(line.matches(" sid:").count(), 1, "{}", line);
        }
    }

    #[test]
    fn every_value_is_one_that_its_device_reads(objects in proptest::collection::vec(object(), 1..6)) {
        let name = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
        for (target, before, behind) in [
            (ListTarget::Hosts, "0.0.0.0 ", ""),
            (ListTarget::Adblock, "||", "^"),
            (ListTarget::Dnsmasq, "address=/", "/"),
        ] {
            for line in export(&targeted(target), &objects).lines() {
                let value = line.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind));
                prop_assert!(value.is_some_and(name), "{} {:?}", target, line);
            }
        }
        for target in [ListTarget::Plain, ListTarget::Pan, ListTarget::Forti] {
            let text = export(&targeted(target), &objects);
            for line in text.lines() {
                prop_assert!(!line.is_empty() && !line.chars().any(|c| c.is_whitespace() || c.is_control()), "{:?}", line);
                prop_assert!(!line.starts_with('#'), "{:?}", line);
            }
        }
        for line in export(&targeted(ListTarget::Rpz), &objects).lines().skip(3) {
            let owner = line.strip_suffix(" CNAME .").map(|owner| owner.trim_start_matches("*."));
            prop_assert!(owner.is_some_and(|owner| name(owner) && !owner.ends_with('.')), "{:?}", line);
        }
    }

    #[test]
    fn documents_are_documents_and_the_same_again(objects in proptest::collection::vec(object(), 0..6)) {
        for format in [Format::Stix, Format::StixOpenCti, Format::Misp] {
            let text = export(&Options::new(format), &objects);
            serde_json::from_str::<Value>(&text).expect("JSON");
            prop_assert_eq!(export(&Options::new(format), &objects), text);
        }
        for line in export(&Options::new(Format::StixSentinel), &objects).lines() {
            serde_json::from_str::<Value>(line).expect("JSON");
        }
        let ticket = export(&Options::new(Format::Markdown), &objects);
        prop_assert!(!ticket.contains('<') || ticket.contains("](<https://"), "{}", ticket);
    }
}
