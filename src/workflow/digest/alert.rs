//! An alert for people.

use super::{line, list, paragraph, tone, unread, unreadable};
use crate::model::alert::{Alert, DocumentMatch};
use crate::model::view::decode;
use crate::output::Digest;

/// Adds what an alert says.
pub(super) fn add(page: &mut Digest<'_>, json: &str) {
    let decoded = match decode::<Alert>(json) {
        Ok(decoded) => decoded,
        Err(reason) => return unreadable(page, &reason),
    };
    let alert = decoded.view;
    let title = alert.title.as_deref().or(alert.id.as_deref());
    page.title(
        title.unwrap_or("(no title)"),
        alert.alert_type.as_deref().unwrap_or(""),
    );
    if let Some(severity) = &alert.severity {
        let rank = match severity.as_str() {
            "high" => 1,
            "medium" => 2,
            _ => 3,
        };
        let score = alert.indicator_mscore;
        let parts = [
            Some(severity.to_uppercase()),
            score.map(|score| format!("mscore {score}/100")),
            alert.confidence.map(|share| format!("confidence {share}")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        page.toned("severity", &parts.join("  "), tone(rank));
    }
    line(page, "status", alert.status.as_deref());
    list(page, "tags", &alert.tags);
    line(page, "id", alert.id.as_deref());
    line(page, "created", alert.created_at.as_deref());
    let updated = alert
        .updated_at
        .filter(|at| alert.created_at.as_ref() != Some(at));
    line(page, "updated", updated.as_deref());
    let monitor = match (alert.monitor_name, alert.monitor_id) {
        (Some(name), Some(id)) => Some(format!("{name} ({id})")),
        (name, id) => name.or(id),
    };
    line(page, "monitor", monitor.as_deref());
    paragraph(page, "why", alert.severity_reasoning.rule);
    list(page, "matches", &matches(alert.doc_matches));
    paragraph(
        page,
        "summary",
        alert.ai_doc_summary.or(alert.alert_summary),
    );
    paragraph(page, "analysis", alert.analysis);
    unread(page, &decoded.unread);
}

/// `body: acme.example`, the first few.
fn matches(matches: Vec<DocumentMatch>) -> Vec<String> {
    let located = matches
        .into_iter()
        .filter(|matched| !matched.locations.is_empty());
    let shown = located.take(5).map(|matched| {
        let values: Vec<String> = matched
            .locations
            .into_iter()
            .filter_map(|location| location.value)
            .take(5)
            .collect();
        let place = matched.match_path.unwrap_or_default();
        format!("{place}: {}", values.join(", "))
    });
    shown.collect()
}
