//! An object of a feed as a row for people: when, how bad, what, and why.

use serde::Deserialize;

use crate::model::lenient;
use crate::model::time::epoch;
use crate::model::verdict::JudgedAttributes;

#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::part")]
    attributes: Option<Attributes>,
    #[serde(deserialize_with = "lenient::part")]
    context_attributes: Option<Context>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attributes {
    #[serde(deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    meaningful_name: Option<String>,
    #[serde(deserialize_with = "lenient::integer")]
    last_modification_date: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Context {
    #[serde(deserialize_with = "lenient::integer")]
    notification_date: Option<i64>,
    #[serde(deserialize_with = "lenient::text")]
    threat_list_id: Option<String>,
    #[serde(deserialize_with = "lenient::part")]
    tags: Option<Vec<String>>,
    #[serde(deserialize_with = "lenient::part")]
    sources: Option<Vec<Source>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Source {
    #[serde(deserialize_with = "lenient::text")]
    label: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Judged {
    #[serde(deserialize_with = "lenient::part")]
    attributes: Option<JudgedAttributes>,
}

/// The part of an RFC 3339 time that tells the minute.
const MINUTES: usize = "2026-01-02T03:04".len();

/// The cells of one object, each under its heading.
pub(super) fn row(json: &str) -> Vec<(&'static str, String)> {
    let view: View = serde_json::from_str(json).unwrap_or_default();
    let judged: Judged = serde_json::from_str(json).unwrap_or_default();
    let judgement = judged.attributes.unwrap_or_default().judge();
    let attributes = view.attributes.unwrap_or_default();
    let context = view.context_attributes.unwrap_or_default();
    let time = context
        .notification_date
        .or(attributes.last_modification_date)
        .and_then(epoch)
        .map(|time| {
            time.chars()
                .take(MINUTES)
                .map(|c| if c == 'T' { ' ' } else { c })
                .collect()
        })
        .unwrap_or_default();
    let source = context
        .tags
        .unwrap_or_default()
        .into_iter()
        .chain(
            context
                .sources
                .unwrap_or_default()
                .into_iter()
                .filter_map(|source| source.label),
        )
        .chain(context.threat_list_id)
        .collect::<Vec<_>>()
        .join(", ");
    let id = attributes.url.or(view.id).unwrap_or_default();
    let value = match attributes.meaningful_name {
        Some(name) => format!("{name} {id}"),
        None => id,
    };
    vec![
        ("TIME (UTC)", time),
        ("VERDICT", judgement.verdict.name().to_owned()),
        (
            "SCORE",
            judgement
                .threat_score
                .map(|score| score.to_string())
                .unwrap_or_default(),
        ),
        ("TYPE", view.kind.unwrap_or_default()),
        ("VALUE", value),
        ("SOURCE", source),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(json: &str) -> Vec<String> {
        row(json).into_iter().map(|(_, cell)| cell).collect()
    }

    #[test]
    fn notifications_and_list_entries_are_read_alike() {
        assert_eq!(
            cells(
                r#"{"type":"url","id":"ab12","attributes":{"url":"http://evil.example/","gti_assessment":{"verdict":{"value":"VERDICT_MALICIOUS"},"threat_score":{"value":80}}},
                "context_attributes":{"notification_date":1767323045,"tags":["my_rule"],"sources":[{"label":"Ruleset"}]}}"#
            ),
            [
                "2026-01-02 03:04",
                "malicious",
                "80",
                "url",
                "http://evil.example/",
                "my_rule, Ruleset"
            ]
        );
        assert_eq!(
            cells(
                r#"{"type":"file","id":"ab12","attributes":{"meaningful_name":"a.exe","last_modification_date":1767323045},"context_attributes":{"threat_list_id":"ransomware"}}"#
            ),
            [
                "2026-01-02 03:04",
                "unknown",
                "",
                "file",
                "a.exe ab12",
                "ransomware"
            ]
        );
        assert_eq!(cells("{}").len(), 6);
    }
}
