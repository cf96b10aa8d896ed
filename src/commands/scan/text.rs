//! A scanned target for people.

use crate::enrich::digest;
use crate::enrich::record as enriched;
use crate::model::error::Error;
use crate::model::indicator::Kind;
use crate::output::Digest;
use crate::scan::{Found, Record};
use crate::ui::style::{Style, Tone};

/// Renders a record: what came of the scan, then what its report says.
pub(super) fn render(record: &Record, style: &Style) -> String {
    let mut page = Digest::new(style);
    page.title(&record.target, record.kind.map_or("", Kind::name));
    let status = format!("{}, {}", record.status(), record.visibility);
    if let Some(found) = record.found() {
        page.line("scan", &status);
        digest::report(&mut page, &as_enriched(record, found), false);
        return page.finish();
    }
    if let Some(Error { code, message, .. }) = record.problem() {
        page.toned("scan", &status, Tone::Warn);
        let code = code.as_deref().map(|code| format!("{code}: "));
        page.wrapped("error", &[format!("{}{message}", code.unwrap_or_default())]);
    } else {
        page.line("scan", &status);
    }
    if let Some(sha256) = record.sha256() {
        page.line("sha256", sha256);
    }
    if let Some(id) = &record.analysis_id {
        // Whole, like a link: it is what takes the analysis up again.
        page.last("analysis", id);
    }
    if let Some(link) = record.link() {
        page.last("link", &link);
    }
    page.finish()
}

/// The report as a look-up would have it: the same digest tells both.
fn as_enriched(record: &Record, found: &Found) -> enriched::Found {
    let errors = found.errors.iter();
    enriched::Found {
        id: record.id.clone(),
        link: record.link().unwrap_or_default(),
        judgement: found.judgement.clone(),
        relationships: found.relationships.clone(),
        mitre: found.mitre.clone(),
        behaviours: found.behaviours.clone(),
        errors: errors
            .map(|(part, problem)| (part.clone(), problem.clone()))
            .collect(),
        report: found.report.clone(),
    }
}
