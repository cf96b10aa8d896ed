//! A value that was found in a text, as the object that exports are made of.

use serde_json::{Value, json};

use crate::local::extract::ValueType;

/// What is known of a value besides.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Assessed<'a> {
    pub verdict: Option<&'a str>,
    pub severity: Option<&'a str>,
    pub threat_score: Option<i64>,
}

/// The object that the service would have of it, as far as is known; `None` for what it
/// has no objects of.
pub(super) fn object(value: &str, value_type: ValueType, known: Assessed<'_>) -> Option<String> {
    let word = |prefix: &str, word: Option<&str>| {
        let word = word.map(|word| format!("{prefix}_{}", word.to_uppercase()));
        json!({ "value": word })
    };
    let assessment = json!({
        "verdict": word("VERDICT", known.verdict),
        "severity": word("SEVERITY", known.severity),
        "threat_score": {"value": known.threat_score},
    });
    let indicator = |kind: &str| -> Value {
        json!({"type": kind, "id": value, "attributes": {"gti_assessment": assessment}})
    };
    let object = match value_type {
        ValueType::Ip => indicator("ip_address"),
        ValueType::Domain => indicator("domain"),
        ValueType::File => indicator("file"),
        ValueType::Url => {
            json!({"type": "url", "attributes": {"url": value, "gti_assessment": assessment}})
        }
        ValueType::Cve => json!({
            "type": "collection",
            "id": format!("vulnerability--{}", value.to_lowercase()),
            "attributes": {"name": value, "collection_type": "vulnerability"},
        }),
        ValueType::Email => return None,
    };
    Some(object.to_string())
}
