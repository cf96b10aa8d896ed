//! STIX: what its patterns and observables name. The addresses of reports and of
//! specifications are no indicators.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Texts;
use crate::local::extract::position::Lines;
use crate::local::extract::scan::Names;

#[derive(Deserialize)]
struct Bundle<'a> {
    #[serde(borrow, default)]
    objects: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Object {
    #[serde(rename = "type")]
    kind: Option<Value>,
    pattern: Option<Value>,
    value: Option<Value>,
    name: Option<Value>,
    hashes: Option<BTreeMap<String, Value>>,
    objects: Option<BTreeMap<String, Object>>,
}

/// Scans a bundle; a document that is none is scanned as the JSON that it is.
pub(super) fn read(document: &str, texts: &mut Texts<'_>) {
    let Ok(bundle) = serde_json::from_str::<Bundle<'_>>(document) else {
        // Reading from memory can't fail.
        let _ = super::json::read(document.as_bytes(), texts);
        return;
    };
    let lines = Lines::new(document, 1);
    for raw in bundle.objects {
        let raw = raw.get();
        let Ok(object) = serde_json::from_str::<Object>(raw) else {
            continue;
        };
        let begins = raw.as_ptr() as usize - document.as_ptr() as usize;
        let mut found = vec![];
        values(&object, &mut found);
        for text in found {
            let at = raw.find(&text).unwrap_or(0);
            let at = begins + at;
            texts.scan(&text, Names::Taken, |place| lines.of(at + place.at));
        }
    }
}

/// The texts of an object that name something.
fn values(object: &Object, found: &mut Vec<String>) {
    let text = |value: &Option<Value>| match value {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    match text(&object.kind).as_deref() {
        Some("indicator") => found.extend(text(&object.pattern).iter().flat_map(|it| literals(it))),
        Some("vulnerability") => found.extend(text(&object.name)),
        Some("observed-data") => {
            let nested = object.objects.iter().flat_map(BTreeMap::values);
            for object in nested {
                values(object, found);
            }
        }
        Some(
            "ipv4-addr" | "ipv6-addr" | "domain-name" | "url" | "email-addr" | "file" | "artifact",
        ) => {
            found.extend(text(&object.value));
            let hashes = object.hashes.iter().flat_map(BTreeMap::values);
            found.extend(hashes.filter_map(|hash| hash.as_str().map(str::to_owned)));
        }
        _ => {}
    }
}

/// The string literals of a pattern, unescaped.
fn literals(pattern: &str) -> Vec<String> {
    let mut literals = vec![];
    let mut characters = pattern.chars();
    // The names of hashes in an object path are quoted too, and are no hashes.
    while characters.by_ref().any(|character| character == '\'') {
        let mut literal = String::new();
        while let Some(character) = characters.next() {
            match character {
                '\'' => break,
                '\\' => literal.extend(characters.next()),
                other => literal.push(other),
            }
        }
        literals.push(literal);
    }
    literals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_of_a_pattern_are_unescaped() {
        assert_eq!(
            literals(r"[url:value = 'http://evil.example/\'a\\b' AND file:hashes.'SHA-256' = 'x']"),
            [r"http://evil.example/'a\b", "SHA-256", "x"]
        );
    }
}
