//! A finding for people.

use super::gti_alert::graded;
use super::{line, paragraph, unread, unreadable};
use crate::model::gti_alert::{Finding, id_of};
use crate::model::view::decode;
use crate::output::Digest;

/// Adds what a finding says.
pub(super) fn add(page: &mut Digest<'_>, json: &str) {
    let decoded = match decode::<Finding>(json) {
        Ok(decoded) => decoded,
        Err(reason) => return unreadable(page, &reason),
    };
    let finding = decoded.view;
    let id = finding.name.as_deref().map(id_of);
    let title = finding.title.as_deref().or(id);
    page.title(
        title.unwrap_or("(no title)"),
        finding.detail.kind.as_deref().unwrap_or(""),
    );
    let detail = finding.detail.of().clone();
    let severity = finding.severity;
    graded(
        page,
        "severity",
        severity.level.or(detail.severity),
        None,
        severity.confidence,
    );
    paragraph(page, "", severity.reasoning);
    line(page, "id", id);
    line(page, "found by", finding.provider.as_deref());
    line(page, "created", finding.audit.created.as_deref());
    line(page, "document", detail.document.as_deref().map(id_of));
    line(page, "match", detail.score.as_deref());
    paragraph(page, "summary", finding.summary);
    unread(page, &decoded.unread);
}
