use std::sync::LazyLock;

use csv::ReaderBuilder;
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::jq::Filter;
use super::*;

/// Any JSON value of a few levels, with text dense in awkward characters.
fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        "[=+@\t\r\n\",; a-]{0,6}",
        "[-+]?[0-9]{1,3}(\\.[0-9])?",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z.\n]{0,3}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = Value> {
    [value(), value(), value()].prop_map(|[ioc, x, tags]| {
        let inner = Map::from_iter([("x".to_owned(), x)]);
        Value::Object(Map::from_iter([
            ("ioc".to_owned(), ioc),
            ("n".to_owned(), Value::Object(inner)),
            ("tags".to_owned(), tags),
        ]))
    })
}

/// The value as some server writes it: compact or indented.
fn sent(value: &Value, indented: bool) -> Sample {
    let json = if indented {
        serde_json::to_string_pretty(value)
    } else {
        serde_json::to_string(value)
    };
    record(&json.expect("JSON"))
}

/// Compiled once: it takes longer than a case.
static IDENTITY: LazyLock<Filter> = LazyLock::new(|| Filter::compile(".").expect("a program"));

/// What a CSV cell of this value reads as.
fn expected_cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

proptest! {
    #[test]
    fn every_json_line_parses_and_is_the_record(
        objects in prop::collection::vec((object(), any::<bool>()), 0..5)
    ) {
        let records: Vec<_> = objects.iter().map(|(value, indented)| sent(value, *indented)).collect();
        let shown = written(&Options::new(Format::Jsonl), &records);
        let lines: Vec<Value> = shown
            .split_terminator('\n')
            .map(|line| serde_json::from_str(line).expect("a line is JSON"))
            .collect();
        let values: Vec<_> = objects.iter().map(|(value, _)| value.clone()).collect();
        prop_assert_eq!(&lines, &values);
        let document: Value = serde_json::from_str(&written(&Options::new(Format::Json), &records)).expect("JSON");
        prop_assert_eq!(document, Value::from(values));
    }

    #[test]
    fn jq_identity_changes_nothing(object in object(), indented in any::<bool>()) {
        let values =
            IDENTITY.run(&sent(&object, indented).json).expect("JSON");
        let read: Value = serde_json::from_str(&values[0]).expect("JSON");
        prop_assert_eq!(read, object);
    }

    #[test]
    fn csv_reads_back_and_runs_nothing(
        objects in prop::collection::vec((object(), any::<bool>()), 0..5)
    ) {
        let records: Vec<_> = objects.iter().map(|(value, indented)| sent(value, *indented)).collect();
        let shown = written(&Options::new(Format::Csv), &records);
        let mut reader = ReaderBuilder::new().from_reader(shown.as_bytes());
        prop_assert_eq!(reader.headers().expect("a header"), vec!["ioc", "n.x", "tags"]);
        let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
        prop_assert_eq!(rows.len(), objects.len());
        for (row, (object, _)) in rows.iter().zip(&objects) {
            for (cell, value) in row.iter().zip([&object["ioc"], &object["n"]["x"], &object["tags"]]) {
                let is_number = cell.parse::<f64>().is_ok();
                let harmless = !cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
                prop_assert!(is_number || harmless, "{cell:?}");
                prop_assert!(!cell.chars().any(|c| c.is_control() && !"\t\r\n".contains(c)));
                if let Value::Null | Value::String(_) = value {
                    let kept = expected_cell(value).replace(|c: char| c.is_control() && !"\t\r\n".contains(c), "");
                    prop_assert_eq!(cell.strip_prefix('\'').filter(|rest| *rest == kept).unwrap_or(cell), kept);
                } else {
                    let read: Value = serde_json::from_str(cell).expect("a cell is JSON");
                    prop_assert_eq!(&read, value);
                }
            }
        }
    }

    #[test]
    fn tables_hold_nothing_that_a_terminal_obeys(object in object()) {
        let terminal = Options { terminal: true, ..Options::new(Format::Text) };
        let shown = written(&terminal, &[sent(&object, false)]);
        prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
        let lines = shown.lines().filter(|line| !line.starts_with("not shown: "));
        prop_assert_eq!(lines.count(), 2);
    }
}
