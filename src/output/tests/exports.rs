//! Formats of other programs, whatever text the service sends: each line stays a line of
//! its format, nothing in it forges another, and values come back out.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::export::{Exported, ListTarget};
use super::*;

/// A record that is an object of the API.
struct Sent(String);

impl Record for Sent {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }

    fn exported(&self) -> Option<Exported<'_>> {
        Some(Exported::of(&self.0).seen(jiff::Timestamp::from_second(1_767_323_045).ok()?))
    }
}

/// Text that is dense in what some grammar obeys.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[=|\\\\ \t\r\n\"';:,#<>`\\[\\]()!*_{}-]{0,8}",
        "(cs1=|\\|8\\||; sid:1;|\\*\\) |#fields\t|-|\\\\x41| CNAME \\.|\\{\"create\":\\{\\}\\}\n|\u{2028}|\u{85}|\u{202e}|\u{0}){1,4}",
    ]
}

/// A value of a kind, most of them good ones.
fn value(kind: &'static str) -> BoxedStrategy<String> {
    let good = match kind {
        "ip_address" => {
            prop_oneof!["198\\.51\\.100\\.[1-9][0-9]", "2001:db8::[1-9a-f]{1,4}"].boxed()
        }
        "domain" => "[a-z0-9]{1,9}\\.example".boxed(),
        "url" => "https?://[a-z]{1,9}\\.example(:8080)?/[!-~]{0,20}".boxed(),
        _ => "[0-9a-f]{64}".boxed(),
    };
    prop_oneof![4 => good, 1 => text()].boxed()
}

fn object() -> impl Strategy<Value = Value> {
    let kinds = ["ip_address", "domain", "url", "file"];
    let kinded =
        prop::sample::select(kinds.to_vec()).prop_flat_map(|kind| (Just(kind), value(kind)));
    let verdict = prop::sample::select(vec![
        "MALICIOUS",
        "SUSPICIOUS",
        "BENIGN",
        "UNDETECTED",
        "odd",
    ]);
    (kinded, prop::array::uniform4(text()), verdict, any::<Option<i8>>()).prop_map(
        |((kind, value), [name, tag, severity, owner], verdict, score)| {
            let id = if kind == "url" { "ab".repeat(32) } else { value.clone() };
            json!({
                "type": kind,
                "id": id,
                "attributes": {
                    "url": value, "meaningful_name": name, "title": name, "tags": [tag, name], "as_owner": owner,
                    "gti_assessment": {
                        "verdict": {"value": format!("VERDICT_{verdict}")},
                        "severity": {"value": severity},
                        "threat_score": {"value": score},
                    },
                },
                "relationships": {
                    "malware_families": {"data": [{"type": "collection", "id": tag, "attributes": {"name": name}}]},
                    "threat_actors": {"data": [{"type": "collection", "id": name, "attributes": {"name": owner}}]},
                },
            })
        },
    )
}

fn exported(options: &Options, objects: &[Value]) -> String {
    let seen = Seen::default();
    let mut output = Output::open(options, LAYOUT, seen.sink()).expect("an output");
    for object in objects {
        output.record(&Sent(object.to_string())).expect("a record");
    }
    output.finish().expect("an end");
    seen.text()
}

fn with_benign(format: Format) -> Options {
    let mut options = Options::new(format);
    options.stix.include_benign = true;
    options
}

/// What readers take for the end of a line, or obey.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// The lines, each with its end, and nothing in them that some reader takes for one.
fn lines(text: &str) -> Vec<&str> {
    assert!(text.is_empty() || text.ends_with('\n'), "{text:?}");
    let lines: Vec<&str> = text.split_terminator('\n').collect();
    for line in &lines {
        assert!(!line.is_empty(), "{text:?}");
        assert!(!line.contains(|c| breaks(c) && c != '\t'), "{line:?}");
    }
    lines
}

/// The pairs of an event, their escapes undone.
fn pairs(line: &str) -> Vec<(String, String)> {
    let mut fields = vec![String::new()];
    let mut letters = line.chars();
    while fields.len() < 8 {
        match letters.next().expect("eight fields") {
            '\\' => fields.last_mut().expect("one").extend(letters.next()),
            '|' => fields.push(String::new()),
            c => fields.last_mut().expect("one").push(c),
        }
    }
    assert_eq!(fields[0], "CEF:0");
    let rest: String = letters.collect();
    let mut found: Vec<(String, String)> = vec![];
    // A key begins behind a blank, and ends with an equals sign that is not escaped.
    for word in rest.split(' ') {
        let bare = word.find('=').filter(|at| !word[..*at].contains('\\'));
        if let Some(at) = bare {
            found.push((word[..at].to_owned(), word[at + 1..].to_owned()));
        } else {
            let (_, value) = found.last_mut().expect("a key first");
            value.push(' ');
            value.push_str(word);
        }
    }
    for (key, value) in &found {
        assert!(key.chars().all(|c| c.is_ascii_alphanumeric()), "{line:?}");
        let mut letters = value.chars();
        while let Some(c) = letters.next() {
            assert_ne!(c, '=', "{line:?}");
            if c == '\\' {
                assert!(
                    matches!(letters.next(), Some('\\' | '=' | 'n' | 'r')),
                    "{line:?}"
                );
            }
        }
    }
    found
}

/// The bytes that `\xHH` stands for.
fn unescaped(cell: &str) -> String {
    let mut bytes = vec![];
    let mut rest = cell;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).expect("two digits"));
        rest = &after[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).expect("UTF-8")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn events_are_a_line_an_object_and_hold_the_value(objects in prop::collection::vec(object(), 1..4)) {
        let values: Vec<&str> = objects
            .iter()
            .map(|object| object["attributes"]["url"].as_str().expect("a value"))
            .collect();
        let text = exported(&Options::new(Format::Ecs), &objects);
        let documents: Vec<Value> =
            lines(&text).iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        prop_assert_eq!(documents.len(), objects.len());
        for (document, value) in documents.iter().zip(&values) {
            let shown = document["gti"]["value"].as_str().unwrap_or_default();
            prop_assert!(value.starts_with(shown) && (shown.len() == value.len() || shown.len() > 1000));
        }
        let text = exported(&Options::new(Format::Bulk), &objects);
        let bodies = lines(&text);
        prop_assert_eq!(bodies.len(), 2 * objects.len());
        for (pair, document) in bodies.chunks(2).zip(&documents) {
            let action: Value = serde_json::from_str(pair[0]).expect("JSON");
            prop_assert_eq!(&action["create"]["_id"], &document["event"]["id"]);
            prop_assert_eq!(&serde_json::from_str::<Value>(pair[1]).expect("JSON"), document);
        }
        let text = exported(&Options::new(Format::Hec), &objects);
        let events = lines(&text);
        prop_assert_eq!(events.len(), objects.len());
        for (event, document) in events.iter().zip(&documents) {
            prop_assert!(event.len() <= 10_000, "{} bytes are cut", event.len());
            let event: Value = serde_json::from_str(event).expect("JSON");
            prop_assert_eq!(&event["event"]["gti_id"], &document["event"]["id"]);
        }
        let text = exported(&Options::new(Format::Cef), &objects);
        let events = lines(&text);
        prop_assert_eq!(events.len(), objects.len());
        for (event, value) in events.iter().zip(&values) {
            let pairs = pairs(event);
            let mut keys: Vec<&str> = pairs.iter().map(|(key, _)| key.as_str()).collect();
            keys.sort_unstable();
            keys.dedup();
            prop_assert_eq!(keys.len(), pairs.len(), "a key comes twice");
            let shown = pairs.iter().find(|(key, _)| key == "cs4").map(|(_, value)| value.as_str());
            let shown = shown.unwrap_or_default().replace("\\\\", "\u{1}").replace("\\=", "=");
            let shown = shown.replace("\\n", "\n").replace("\\r", "\r").replace('\u{1}', "\\");
            let blank = |text: &str| -> String {
                text.trim().chars().map(|c| if breaks(c) && !matches!(c, '\n' | '\r') { ' ' } else { c }).collect()
            };
            prop_assert!(blank(value).trim().starts_with(shown.trim()), "{shown:?} of {value:?}");
        }
    }

    #[test]
    fn lists_hold_values_and_nothing_that_ends_them(objects in prop::collection::vec(object(), 1..5)) {
        let text = exported(&with_benign(Format::Values), &objects);
        let values = lines(&text);
        for value in &values {
            prop_assert!(!value.contains(char::is_whitespace), "{value:?}");
        }
        let mut unique = values.clone();
        unique.sort_unstable();
        unique.dedup();
        prop_assert_eq!(unique.len(), values.len());
        for target in ListTarget::NAMES {
            let mut options = with_benign(Format::Values);
            options.export.target = target.parse().expect("a target");
            for line in lines(&exported(&options, &objects)) {
                let blanks = match target {
                    "hosts" => 1,
                    "rpz" if line.starts_with('$') => 1,
                    "rpz" if line.starts_with('@') => continue,
                    "rpz" => 2,
                    _ => 0,
                };
                prop_assert_eq!(line.matches(' ').count(), blanks, "{} {:?}", target, line);
                prop_assert!(line.is_ascii() || target == "plain" || target == "forti", "{target} {line:?}");
            }
        }
        // Each value of the plain list stands in the file for Zeek, as Zeek reads it.
        let text = exported(&with_benign(Format::Zeek), &objects);
        let rows = lines(&text);
        let known: Vec<String> = rows[1..]
            .iter()
            .map(|row| {
                let cells: Vec<&str> = row.split('\t').collect();
                assert!(cells.len() == 5 && !cells.contains(&"") && row.is_ascii(), "{row:?}");
                unescaped(cells[0])
            })
            .collect();
        for value in values.iter().filter(|value| !value.contains("://")) {
            prop_assert!(known.iter().any(|known| known == value), "{value:?} of {known:?}");
        }
        let text = exported(&with_benign(Format::Suricata), &objects);
        for rule in lines(&text) {
            prop_assert!(rule.is_ascii() && rule.starts_with("alert ") && rule.ends_with("; rev:1;)"), "{rule:?}");
            prop_assert_eq!(rule.matches("; sid:").count(), 1);
            // Quotes come in pairs, and nothing between them ends a rule.
            let quoted: Vec<&str> = rule.split('"').collect();
            prop_assert_eq!(quoted.len() % 2, 1, "{:?}", rule);
            for inner in quoted.iter().skip(1).step_by(2) {
                prop_assert!(!inner.contains([';', '(', ')']), "{rule:?}");
            }
        }
    }

    #[test]
    fn documents_are_whole_and_the_same_again(objects in prop::collection::vec(object(), 0..4)) {
        for format in Format::ALL.iter().copied().filter(|format| format.is_export()) {
            if !LAYOUT.subject.means_in(format) {
                continue;
            }
            let options = with_benign(format);
            let text = exported(&options, &objects);
            prop_assert_eq!(&exported(&options, &objects), &text, "{}", format);
            match format {
                Format::Stix | Format::StixOpenCti | Format::Misp => {
                    let whole: Value = serde_json::from_str(&text).expect("JSON");
                    prop_assert!(whole.is_object());
                }
                Format::StixSentinel => {
                    for line in lines(&text) {
                        let body: Value = serde_json::from_str(line).expect("JSON");
                        prop_assert!(!body["stixobjects"].as_array().expect("objects").is_empty());
                    }
                }
                Format::Markdown => {
                    let sections = text.lines().filter(|line| line.starts_with("## ")).count();
                    prop_assert_eq!(sections, objects.len());
                    for row in text.lines().filter(|line| line.starts_with('|')) {
                        let bare = row.replace("\\\\", "").replace("\\|", "");
                        prop_assert_eq!(bare.matches('|').count(), 3, "{:?}", row);
                    }
                }
                _ => {}
            }
        }
    }
}
