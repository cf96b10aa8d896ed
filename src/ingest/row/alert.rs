//! An alert of digital threat monitoring as a row.

use serde::Deserialize;

use super::{Row, UNRANKED, minute};
use crate::model::lenient;

#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    created_at: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    alert_type: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    title: Option<String>,
}

/// The row of an alert.
pub fn alert(json: &str) -> Row {
    let view: View = serde_json::from_str(json).unwrap_or_default();
    let rank = match view.severity.as_deref() {
        Some("critical") => 0,
        Some("high") => 1,
        Some("medium") => 2,
        Some("low") => 3,
        _ => UNRANKED,
    };
    let title = match (view.alert_type, view.title) {
        (Some(kind), Some(title)) => format!("{kind}: {title}"),
        (kind, title) => kind.or(title).unwrap_or_default(),
    };
    Row {
        rank,
        cells: vec![
            ("SEVERITY", view.severity.unwrap_or_default()),
            (
                "CREATED (UTC)",
                view.created_at.as_deref().map(minute).unwrap_or_default(),
            ),
            ("STATUS", view.status.unwrap_or_default()),
            ("ID", view.id.unwrap_or_default()),
            ("ALERT", title),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::cells;
    use super::*;

    #[test]
    fn an_alert_is_shown_by_what_one_acts_on() {
        let row = alert(
            r#"{"id":"d2a7","severity":"high","created_at":"2026-01-02T03:04:05.678Z","status":"new","alert_type":"Paste","title":"Leak"}"#,
        );
        assert_eq!(row.rank, 1);
        assert_eq!(
            cells(row),
            ["high", "2026-01-02 03:04", "new", "d2a7", "Paste: Leak"]
        );
        let ranks = ["high", "medium", "low", "odd"]
            .map(|severity| alert(&format!(r#"{{"severity":"{severity}"}}"#)).rank);
        assert!(ranks.is_sorted(), "{ranks:?}");
        assert_eq!(cells(alert("{}")), [""; 5]);
    }
}
