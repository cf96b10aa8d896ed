//! An issue of attack surface management as a row.

use super::{Row, UNRANKED, minute};
use crate::model::issue::Issue;
use crate::model::view::decode;

const HEADINGS: [&str; 6] = [
    "SEVERITY",
    "ISSUE",
    "ENTITY",
    "LAST SEEN (UTC)",
    "STATUS",
    "ID",
];

/// The words for 1 to 5 (API notes, section 6.2).
const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];

/// The row of an issue.
pub(crate) fn issue(json: &str) -> Row {
    let issue = match decode::<Issue>(json) {
        Ok(decoded) => decoded.view,
        Err(reason) => return Row::unread(HEADINGS, &reason),
    };
    let severity = issue.severity();
    let word = severity.map(|number| {
        let named = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
        let named = named.and_then(|index| SEVERITIES.get(index));
        named.map_or_else(|| number.to_string(), |name| (*name).to_owned())
    });
    let rank = severity.and_then(|number| u32::try_from(number).ok());
    Row {
        rank: rank.filter(|rank| *rank > 0).unwrap_or(UNRANKED),
        cells: Row::cells(
            HEADINGS,
            [
                word,
                issue.pretty_name.or(issue.name),
                issue.entity_name,
                issue.last_seen.as_deref().map(minute),
                issue.summary.status,
                issue.id.or(issue.uid),
            ],
        ),
        columns: vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::super::cells;
    use super::*;

    #[test]
    fn an_issue_is_shown_by_what_one_acts_on() {
        let row = issue(
            r#"{"id":"1a2b","pretty_name":"Weak TLS","last_seen":"2026-01-02T03:04:05.000Z","entity_name":"https://www.example.com:443","summary":{"severity":2,"status":"open_new"}}"#,
        );
        assert_eq!(row.rank, 2);
        assert_eq!(
            cells(row),
            [
                "high",
                "Weak TLS",
                "https://www.example.com:443",
                "2026-01-02 03:04",
                "open_new",
                "1a2b"
            ]
        );
        let ranks = ["1", "\"2\"", "3", "9", "0", "null"]
            .map(|number| issue(&format!(r#"{{"summary":{{"severity":{number}}}}}"#)).rank);
        assert_eq!(ranks, [1, 2, 3, 9, UNRANKED, UNRANKED]);
        assert_eq!(cells(issue("{}")), [""; 6]);
    }
}
