//! An object of a feed as a row for people: when, how bad, what, and why.

use super::{Row, minute};
use crate::model::report::Report;
use crate::model::time::epoch;
use crate::model::verdict::Judgement;
use crate::model::view::decode;

const HEADINGS: [&str; 7] = [
    "TIME (UTC)",
    "VERDICT",
    "SCORE",
    "TYPE",
    "VALUE",
    "NAME",
    "SOURCE",
];

/// The row of a file, URL, domain or IP address.
pub(crate) fn object(json: &str) -> Row {
    let report = match decode::<Report>(json) {
        Ok(decoded) => decoded.view,
        Err(reason) => return Row::unread(HEADINGS, &reason),
    };
    let judgement = report.judgement();
    let (attributes, context) = (report.attributes, report.context_attributes);
    let time = context.notification_date;
    let time = time.or(attributes.last_modification_date).and_then(epoch);
    let labels: Vec<String> = context
        .sources
        .into_iter()
        .filter_map(|source| source.label)
        .collect();
    let tags: Vec<String> = context
        .tags
        .into_iter()
        .filter(|tag| !tag.is_empty())
        .collect();
    let value = attributes.url.or(context.url).or(report.id);
    let name = attributes
        .meaningful_name
        .or(attributes.names.into_iter().next());
    let score = judgement.threat_score.map(|score| score.to_string());
    // As the common record calls them.
    let columns = [
        ("time", time.clone()),
        ("value", value.clone()),
        ("file_name", name.clone()),
        ("verdict", Some(judgement.verdict.name().to_owned())),
        ("severity", judgement.severity.clone()),
        ("threat_score", score.clone()),
        ("tags", Some(tags.join(", "))),
        ("sources", Some(labels.join(", "))),
        (
            "last_modified",
            attributes.last_modification_date.and_then(epoch),
        ),
    ];
    let sources: Vec<String> = tags
        .into_iter()
        .chain(labels)
        .chain(context.threat_list_id)
        .collect();
    Row {
        rank: rank(&judgement),
        cells: Row::cells(
            HEADINGS,
            [
                time.as_deref().map(minute),
                Some(judgement.verdict.name().to_owned()),
                score,
                report.kind,
                value,
                name,
                Some(sources.join(", ")),
            ],
        ),
        columns: columns
            .into_iter()
            .map(|(name, cell)| (name, cell.unwrap_or_default()))
            .collect(),
    }
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
                "",
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
                "ab12",
                "a.exe",
                "ransomware"
            ]
        );
        assert_eq!(cells("{}").len(), 7);
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
