//! The attributes of a report that its digest shows.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::NAMED;
use crate::model::lenient;
use crate::model::time::epoch;

/// The attributes that the digest shows. Values of a type that is not expected
/// are read as [`Value`] and passed over.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Attributes {
    gti_assessment: Value,
    popular_threat_classification: Value,
    sandbox_verdicts: Value,
    crowdsourced_context: Value,
    as_owner: Value,
    asn: Value,
    country: Value,
    network: Value,
    registrar: Value,
    categories: Value,
    title: Value,
    last_final_url: Value,
    last_http_response_code: Value,
    threat_names: Value,
    meaningful_name: Value,
    names: Value,
    type_description: Value,
    size: Value,
    sha256: Value,
    creation_date: Value,
    #[serde(deserialize_with = "lenient::integer")]
    first_seen_itw_date: Option<i64>,
    #[serde(deserialize_with = "lenient::integer")]
    last_seen_itw_date: Option<i64>,
    #[serde(deserialize_with = "lenient::integer")]
    first_submission_date: Option<i64>,
    #[serde(deserialize_with = "lenient::integer")]
    last_submission_date: Option<i64>,
    #[serde(deserialize_with = "lenient::integer")]
    last_analysis_date: Option<i64>,
    #[serde(deserialize_with = "tags")]
    pub(super) tags: Vec<String>,
}

fn tags<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(texts(&Value::deserialize(deserializer)?))
}

/// The strings in a list.
fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// A scalar as text.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Attributes {
    /// Why the verdict is what it is: the service's sentence, else its factors,
    /// and what kind of threat it is called.
    pub(super) fn reasons(&self) -> Vec<String> {
        let mut reasons = vec![];
        if let Some(description) = shown(&self.gti_assessment["description"]) {
            reasons.push(description);
        } else if let Some(factors) = self.gti_assessment["contributing_factors"].as_object() {
            let names: Vec<String> = factors
                .iter()
                .filter(|(_, value)| value.as_bool() == Some(true))
                .map(|(name, _)| name.replace('_', " "))
                .collect();
            if !names.is_empty() {
                reasons.push(names.join(", "));
            }
        }
        if let Some(label) = shown(&self.popular_threat_classification["suggested_threat_label"]) {
            reasons.push(format!("engines call it {label}"));
        }
        let families: Vec<String> = self
            .sandbox_verdicts
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, verdict)| verdict["category"] == "malicious")
            .map(|(sandbox, _)| sandbox.clone())
            .collect();
        if !families.is_empty() {
            reasons.push(format!("malicious in {}", families.join(", ")));
        }
        if let Some(context) = shown(&self.crowdsourced_context[0]["title"]) {
            reasons.push(context);
        }
        let threats = texts(&self.threat_names);
        if !threats.is_empty() {
            reasons.push(threats.join(", "));
        }
        reasons
    }

    /// What it is, by label.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![];
        let network: Vec<String> = [
            shown(&self.network),
            shown(&self.asn).map(|asn| format!("AS{asn}")),
            shown(&self.as_owner),
            shown(&self.country),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !network.is_empty() {
            facts.push(("network", network.join("  ")));
        }
        let name = shown(&self.meaningful_name).or_else(|| texts(&self.names).into_iter().next());
        let file: Vec<String> = [
            name,
            shown(&self.type_description),
            shown(&self.size).map(|size| format!("{size} bytes")),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !file.is_empty() {
            facts.push(("file", file.join("  ")));
        }
        facts.extend(shown(&self.sha256).map(|hash| ("sha256", hash)));
        facts.extend(shown(&self.title).map(|title| ("title", title)));
        let code = shown(&self.last_http_response_code);
        facts.extend(shown(&self.last_final_url).map(|url| {
            (
                "leads to",
                code.map_or_else(|| url.clone(), |code| format!("{url}  (HTTP {code})")),
            )
        }));
        facts.extend(shown(&self.registrar).map(|registrar| ("registrar", registrar)));
        let categories: BTreeSet<&str> = self
            .categories
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, label)| label.as_str())
            .collect();
        if !categories.is_empty() {
            let names: Vec<&str> = categories.into_iter().take(NAMED).collect();
            facts.push(("categories", names.join(", ")));
        }
        facts
    }

    /// First and last seen, and when it was last looked at. The service writes
    /// 1 where it does not know the first sighting.
    pub(super) fn seen(&self) -> Vec<String> {
        let day = |seconds: Option<i64>| {
            let time = epoch(seconds.filter(|seconds| *seconds > 1)?)?;
            Some(time.get(..10)?.to_owned())
        };
        let first = day(self.first_seen_itw_date)
            .or_else(|| day(self.first_submission_date))
            .map(|date| format!("first {date}"));
        let last = day(self.last_seen_itw_date)
            .or_else(|| day(self.last_submission_date))
            .map(|date| format!("last {date}"));
        let analysed = day(self.last_analysis_date).map(|date| format!("analysed {date}"));
        let created = day(self.creation_date.as_i64()).map(|date| format!("created {date}"));
        [first, last, analysed, created]
            .into_iter()
            .flatten()
            .collect()
    }
}
