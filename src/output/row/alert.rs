//! An alert of digital threat monitoring as a row.

use super::{Row, UNRANKED, minute};
use crate::model::alert::Alert;
use crate::model::view::decode;

const HEADINGS: [&str; 5] = ["SEVERITY", "CREATED (UTC)", "STATUS", "ID", "ALERT"];

/// The row of an alert.
pub(crate) fn alert(json: &str) -> Row {
    let view = match decode::<Alert>(json) {
        Ok(decoded) => decoded.view,
        Err(reason) => return Row::unread(HEADINGS, &reason),
    };
    let rank = match view.severity.as_deref() {
        Some("critical") => 0,
        Some("high") => 1,
        Some("medium") => 2,
        Some("low") => 3,
        _ => UNRANKED,
    };
    let title = match (view.alert_type, view.title) {
        (Some(kind), Some(title)) => Some(format!("{kind}: {title}")),
        (kind, title) => kind.or(title),
    };
    Row {
        rank,
        cells: Row::cells(
            HEADINGS,
            [
                view.severity,
                view.created_at.as_deref().map(minute),
                view.status,
                view.id,
                title,
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
