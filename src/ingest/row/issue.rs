//! An issue of attack surface management as a row.

use serde::Deserialize;

use super::{Row, UNRANKED, minute};
use crate::model::lenient;

#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pretty_name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    last_seen: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    entity_name: Option<String>,
    #[serde(deserialize_with = "lenient::part")]
    summary: Option<Summary>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Summary {
    #[serde(deserialize_with = "lenient::unsigned")]
    severity: Option<u64>,
    #[serde(deserialize_with = "lenient::text")]
    status: Option<String>,
}

/// The words for 1 to 5 (API notes, section 6.2).
const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];

/// The row of an issue.
pub fn issue(json: &str) -> Row {
    let view: View = serde_json::from_str(json).unwrap_or_default();
    let summary = view.summary.unwrap_or_default();
    let severity = summary.severity.map(|number| {
        let named = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
        let named = named.and_then(|index| SEVERITIES.get(index));
        named.map_or_else(|| number.to_string(), |name| (*name).to_owned())
    });
    let rank = summary
        .severity
        .and_then(|number| u32::try_from(number).ok());
    Row {
        rank: rank.filter(|rank| *rank > 0).unwrap_or(UNRANKED),
        cells: vec![
            ("SEVERITY", severity.unwrap_or_default()),
            (
                "LAST SEEN (UTC)",
                view.last_seen.as_deref().map(minute).unwrap_or_default(),
            ),
            ("STATUS", summary.status.unwrap_or_default()),
            ("ISSUE", view.pretty_name.or(view.name).unwrap_or_default()),
            ("ENTITY", view.entity_name.unwrap_or_default()),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::cells;
    use super::*;

    #[test]
    fn an_issue_is_shown_by_what_one_acts_on() {
        let row = issue(
            r#"{"pretty_name":"Weak TLS","last_seen":"2026-01-02T03:04:05.000Z","entity_name":"https://www.example.com:443","summary":{"severity":2,"status":"open_new"}}"#,
        );
        assert_eq!(row.rank, 2);
        assert_eq!(
            cells(row),
            [
                "high",
                "2026-01-02 03:04",
                "open_new",
                "Weak TLS",
                "https://www.example.com:443"
            ]
        );
        let ranks = ["1", "\"2\"", "3", "9", "0", "null"]
            .map(|number| issue(&format!(r#"{{"summary":{{"severity":{number}}}}}"#)).rank);
        assert_eq!(ranks, [1, 2, 3, 9, UNRANKED, UNRANKED]);
        assert_eq!(cells(issue("{}")), [""; 5]);
    }
}
