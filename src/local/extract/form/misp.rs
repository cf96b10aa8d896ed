//! MISP: the values of the attributes of events and objects.

use serde_json::{Map, Value};

use super::Texts;
use crate::local::extract::position::Lines;
use crate::local::extract::scan::Names;

/// Types of attributes that are about something else than indicators.
const OTHER: [&str; 8] = [
    "link",
    "comment",
    "text",
    "other",
    "attachment",
    "yara",
    "sigma",
    "snort",
];

/// Scans all attributes of a document; one that has none is scanned as the JSON that
/// it is.
pub(super) fn read(document: &str, texts: &mut Texts<'_>) {
    let mut values = vec![];
    if let Ok(whole) = serde_json::from_str::<Value>(document) {
        collect(&whole, &mut values);
    } else {
        // Reading from memory can't fail.
        let _ = super::json::read(document.as_bytes(), texts);
    }
    let lines = Lines::new(document, 1);
    let mut from = 0;
    for value in values {
        // Attributes are met in their order, so each stands behind the one before.
        let at = document[from..].find(&value).map_or(from, |at| from + at);
        let (line, column) = lines.of(at);
        from = at;
        for part in value.split('|') {
            texts.string(part, line, column - 1, Names::Taken);
        }
    }
}

/// The values of attributes, wherever they stand.
fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::Array(attributes) if name == "Attribute" => {
                        found.extend(
                            attributes
                                .iter()
                                .filter_map(Value::as_object)
                                .filter_map(value_of),
                        );
                    }
                    _ => collect(member, found),
                }
            }
        }
        _ => {}
    }
}

fn value_of(attribute: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| attribute.get(name).and_then(Value::as_str);
    let deleted = attribute
        .get("deleted")
        .is_some_and(|it| it.as_bool() == Some(true));
    let other = text("type").is_some_and(|it| OTHER.contains(&it));
    (!deleted && !other).then(|| text("value").map(str::to_owned))?
}
