//! An alert of GTI Alerts, and a finding, as rows.

use super::{Row, UNRANKED, minute};
use crate::model::gti_alert::{Finding, GtiAlert, id_of, level};
use crate::model::view::decode;

const HEADINGS: [&str; 5] = ["PRIORITY", "CHANGED (UTC)", "STATE", "ID", "ALERT"];
const FINDING: [&str; 4] = ["SEVERITY", "CREATED (UTC)", "ID", "FINDING"];

/// The row of an alert.
pub(crate) fn gti_alert(json: &str) -> Row {
    let view = match decode::<GtiAlert>(json) {
        Ok(decoded) => decoded.view,
        Err(reason) => return Row::unread(HEADINGS, &reason),
    };
    let priority = view.priority.level.as_deref().and_then(level);
    let title = match (view.detail.kind, view.title) {
        (Some(kind), Some(title)) => Some(format!("{kind}: {title}")),
        (kind, title) => kind.or(title),
    };
    let changed = view.audit.updated.or(view.audit.created);
    Row {
        rank: rank(priority),
        cells: Row::cells(
            HEADINGS,
            [
                priority.map(str::to_lowercase),
                changed.as_deref().map(minute),
                view.state,
                view.name.as_deref().map(|name| id_of(name).to_owned()),
                title,
            ],
        ),
        columns: vec![],
    }
}

/// The row of a finding.
pub(crate) fn finding(json: &str) -> Row {
    let view = match decode::<Finding>(json) {
        Ok(decoded) => decoded.view,
        Err(reason) => return Row::unread(FINDING, &reason),
    };
    let severity = view.severity.level.as_deref().and_then(level);
    Row {
        rank: rank(severity),
        cells: Row::cells(
            FINDING,
            [
                severity.map(str::to_lowercase),
                view.audit.created.as_deref().map(minute),
                view.name.as_deref().map(|name| id_of(name).to_owned()),
                view.title,
            ],
        ),
        columns: vec![],
    }
}

fn rank(level: Option<&str>) -> u32 {
    match level {
        Some("CRITICAL") => 0,
        Some("HIGH") => 1,
        Some("MEDIUM") => 2,
        Some("LOW") => 3,
        _ => UNRANKED,
    }
}

#[cfg(test)]
mod tests {
    use super::super::cells;
    use super::*;

    #[test]
    fn an_alert_is_shown_by_what_one_acts_on() {
        let row = gti_alert(
            r#"{"name":"projects/p/alerts/a","state":"NEW","displayName":"Leak","audit":{"createTime":"2026-01-02T03:04:05Z","updateTime":"2026-01-02T04:04:05.5Z"},"detail":{"detailType":"data_leak"},"priorityAnalysis":{"priorityLevel":"PRIORITY_LEVEL_HIGH"}}"#,
        );
        assert_eq!(row.rank, 1);
        assert_eq!(
            cells(row),
            ["high", "2026-01-02 04:04", "NEW", "a", "data_leak: Leak"]
        );
        assert_eq!(cells(gti_alert("{}")), [""; 5]);
        assert_eq!(
            cells(finding(
                r#"{"name":"projects/p/findings/f","displayName":"x"}"#
            )),
            ["", "", "f", "x"]
        );
    }
}
