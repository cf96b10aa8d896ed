//! An object of a feed as a row for people: when, how bad, what, and why.

use serde::Deserialize;

use super::{Row, minute};
use crate::model::lenient;
use crate::model::time::epoch;
use crate::model::verdict::{JudgedAttributes, Judgement};

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

/// The row of a file, URL, domain or IP address.
pub fn object(json: &str) -> Row {
    let view: View = serde_json::from_str(json).unwrap_or_default();
    let judged: Judged = serde_json::from_str(json).unwrap_or_default();
    let judgement = judged.attributes.unwrap_or_default().judge();
    let attributes = view.attributes.unwrap_or_default();
    let context = view.context_attributes.unwrap_or_default();
    let time = context
        .notification_date
        .or(attributes.last_modification_date)
        .and_then(epoch)
        .map(|time| minute(&time))
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
    let rank = rank(&judgement);
    let cells = vec![
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
    ];
    Row { rank, cells }
}

/// By severity, and of one severity by threat score.
fn rank(judgement: &Judgement) -> u32 {
    let severity = judgement.severity.as_deref().map(str::to_ascii_lowercase);
    let severity = match severity
        .as_deref()
        .map(|name| name.trim_start_matches("severity_"))
    {
        Some("critical") => 0,
        Some("high") => 1,
        Some("medium") => 2,
        Some("low") => 3,
        _ => 4,
    };
    let score = judgement.threat_score.unwrap_or(0).clamp(0, 100);
    severity * 1000 + u32::try_from(100 - score).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(json: &str) -> Vec<String> {
        super::super::cells(object(json))
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

    #[test]
    fn the_most_severe_ranks_first() {
        let rank = |severity: &str, score: i64| {
            object(&format!(
                r#"{{"attributes":{{"gti_assessment":{{"severity":{{"value":"SEVERITY_{severity}"}},"threat_score":{{"value":{score}}}}}}}}}"#
            ))
            .rank
        };
        let ranks = [
            rank("CRITICAL", 0),
            rank("HIGH", 90),
            rank("HIGH", 60),
            rank("MEDIUM", 95),
            rank("LOW", 100),
            rank("NONE", 5),
            object("{}").rank,
        ];
        assert!(ranks.is_sorted() && ranks[1] < ranks[2], "{ranks:?}");
    }
}
