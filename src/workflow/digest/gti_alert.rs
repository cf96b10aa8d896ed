//! An alert of GTI Alerts for people: how soon to look at it, how much it concerns
//! one, how bad it is, and why.

use super::{line, paragraph, tone, unread, unreadable};
use crate::model::gti_alert::{GtiAlert, id_of, level};
use crate::model::gui;
use crate::model::view::decode;
use crate::output::Digest;

/// Adds what an alert says.
pub(super) fn add(page: &mut Digest<'_>, json: &str) {
    let decoded = match decode::<GtiAlert>(json) {
        Ok(decoded) => decoded,
        Err(reason) => return unreadable(page, &reason),
    };
    let alert = decoded.view;
    let id = alert.name.as_deref().map(id_of);
    let title = alert.title.as_deref().or(id);
    page.title(
        title.unwrap_or("(no title)"),
        alert.detail.kind.as_deref().unwrap_or(""),
    );
    let (priority, relevance, severity) = (alert.priority, alert.relevance, alert.severity);
    graded(page, "priority", priority.level, None, priority.confidence);
    paragraph(page, "", priority.reasoning);
    let relevant = relevance.relevant.filter(|relevant| *relevant);
    let says = relevance.level.is_some() || relevance.reasoning.is_some();
    let relevant = match relevant {
        Some(_) => Some("relevant"),
        None if says => Some("not relevant"),
        None => None,
    };
    graded(
        page,
        "relevance",
        relevance.level,
        relevant,
        relevance.confidence,
    );
    paragraph(page, "", relevance.reasoning);
    let stated = alert.detail.of().severity.clone();
    graded(
        page,
        "severity",
        severity.level.or(stated),
        None,
        severity.confidence,
    );
    paragraph(page, "", severity.reasoning);
    line(page, "state", alert.state.as_deref());
    line(page, "id", id);
    line(page, "created", alert.audit.created.as_deref());
    let changed = alert
        .audit
        .updated
        .filter(|at| alert.audit.created.as_ref() != Some(at));
    let changed = match (changed, alert.audit.updater) {
        (Some(at), Some(by)) => Some(format!("{at} by {by}")),
        (at, _) => at,
    };
    line(page, "changed", changed.as_deref());
    line(page, "repeats", alert.duplicate_of.as_deref().map(id_of));
    let findings = alert.finding_count.filter(|count| *count > 0);
    line(
        page,
        "findings",
        findings.map(|count| count.to_string()).as_deref(),
    );
    let documents: Vec<&str> = alert
        .detail
        .of()
        .documents
        .iter()
        .map(|name| id_of(name))
        .collect();
    line(page, "documents", Some(&documents.join(", ")));
    paragraph(page, "summary", alert.summary);
    unread(page, &decoded.unread);
    if let Some(link) = alert.name.as_deref().and_then(gui::alert) {
        page.last("link", &link);
    }
}

/// `HIGH  relevant  confidence high`.
#[expect(
    clippy::needless_pass_by_value,
    reason = "callers have no other use for what they pass"
)]
pub(super) fn graded(
    page: &mut Digest<'_>,
    label: &str,
    grade: Option<String>,
    besides: Option<&str>,
    confidence: Option<String>,
) {
    let grade = grade.as_deref().and_then(level);
    let confidence = confidence.as_deref().and_then(level);
    let parts = [
        grade.map(str::to_owned),
        besides.map(str::to_owned),
        confidence.map(|word| format!("confidence {}", word.to_lowercase())),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return;
    }
    let rank = match grade {
        Some("CRITICAL") => 0,
        Some("HIGH") => 1,
        Some("MEDIUM") => 2,
        _ => 3,
    };
    page.toned(label, &parts.join("  "), tone(rank));
}
