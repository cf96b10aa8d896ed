//! A collection, or one of its indicators, as a row for people.

use super::{Row, UNRANKED, minute};
use crate::model::time::epoch;
use crate::model::view::{decode, view};

const HEADINGS: [&str; 6] = ["TIME (UTC)", "TYPE", "NAME", "VERDICT", "SCORE", "ID"];

view! {
    /// A collection as the service sends it, or the common record of an indicator.
    struct Either {
        kind: Option<String>,
        object_type as "type": Option<String>,
        id: Option<String>,
        value: Option<String>,
        verdict: Option<String>,
        severity: Option<String>,
        threat_score: Option<i64>,
        time: Option<String>,
        collection: Mention,
        attributes: Attributes,
    }

    struct Mention {
        id: Option<String>,
        name: Option<String>,
    }

    struct Attributes {
        name: Option<String>,
        collection_type: Option<String>,
        last_modification_date: Option<i64>,
    }
}

/// The row of a collection, or of an indicator that follows it. The feed has no order of
/// severity: indicators stay with their collection.
pub(crate) fn collection(json: &str) -> Row {
    let found = match decode::<Either>(json) {
        Ok(decoded) => decoded.view,
        Err(reason) => return Row::unread(HEADINGS, &reason),
    };
    let said = found.attributes;
    let time = found.time.or(said.last_modification_date.and_then(epoch));
    let kind = said.collection_type.or(found.object_type);
    let name = said.name.or(found.value);
    let score = found.threat_score.map(|score| score.to_string());
    let columns = [
        ("time", &time),
        ("kind", &kind),
        ("name", &name),
        ("verdict", &found.verdict),
        ("severity", &found.severity),
        ("threat_score", &score),
        ("collection_id", &found.collection.id),
        ("collection_name", &found.collection.name),
    ];
    let columns = columns
        .into_iter()
        .map(|(column, cell)| (column, cell.clone().unwrap_or_default()))
        .collect();
    // What an indicator is called is its id, save for URLs, whose ids are hashes.
    let id = found
        .id
        .filter(|id| found.kind.is_none() || Some(id) != name.as_ref());
    Row {
        rank: UNRANKED,
        cells: Row::cells(
            HEADINGS,
            [
                time.as_deref().map(minute),
                kind,
                name,
                found.verdict,
                score,
                id,
            ],
        ),
        columns,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collections_and_their_indicators_share_a_table() {
        let cells = |json: &str| super::super::cells(collection(json));
        assert_eq!(
            cells(
                r#"{"type":"collection","id":"report--1","attributes":{"name":"A report","collection_type":"report","last_modification_date":1767323045}}"#
            ),
            [
                "2026-01-02 03:04",
                "report",
                "A report",
                "",
                "",
                "report--1"
            ]
        );
        assert_eq!(
            cells(
                r#"{"kind":"indicator","type":"domain","id":"evil.example","value":"evil.example","verdict":"malicious","threat_score":87,"time":null,"collection":{"id":"report--1","name":"A report","type":"report"},"report":{}}"#
            ),
            ["", "domain", "evil.example", "malicious", "87", ""]
        );
    }
}
