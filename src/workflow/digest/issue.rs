//! An issue for people.

use super::{line, list, paragraph, tone, unread, unreadable};
use crate::model::issue::Issue;
use crate::model::view::decode;
use crate::output::Digest;

/// Adds what an issue says.
pub(super) fn add(page: &mut Digest<'_>, json: &str) {
    let decoded = match decode::<Issue>(json) {
        Ok(decoded) => decoded,
        Err(reason) => return unreadable(page, &reason),
    };
    let issue = decoded.view;
    let severity = issue.severity();
    let (summary, details) = (issue.summary, issue.details);
    let id = issue.id.or(issue.uid);
    let title = issue
        .pretty_name
        .or(summary.pretty_name)
        .or(details.pretty_name);
    let title = title.or(issue.name).or(details.name);
    let category = summary.category.or(issue.category);
    page.title(
        title.as_deref().or(id.as_deref()).unwrap_or("(no name)"),
        category.as_deref().unwrap_or(""),
    );
    if let Some(severity) = severity {
        let named = match word(severity) {
            Some(word) => format!("{} ({severity} of 5)", word.to_uppercase()),
            None => severity.to_string(),
        };
        let confidence = summary.confidence.or(issue.confidence).or(details.status);
        let exploited = issue.cisa_known_exploited == Some(true);
        let exploited = exploited.then(|| "known to be exploited (CISA)".to_owned());
        let parts = [Some(named), confidence, exploited];
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join("  ");
        page.toned("severity", &text, tone(u8::try_from(severity).unwrap_or(5)));
    }
    line(page, "status", summary.status.as_deref());
    list(page, "tags", &issue.tags);
    line(page, "id", id.as_deref());
    let entity = match (issue.entity_name, issue.entity_type) {
        (Some(name), Some(kind)) => {
            let kind = kind.rsplit("::").next().unwrap_or(&kind).to_owned();
            Some(format!("{name} ({kind})"))
        }
        (name, kind) => name.or(kind),
    };
    line(page, "entity", entity.as_deref());
    let seen = match (issue.first_seen, issue.last_seen) {
        (Some(first), Some(last)) => Some(format!("{first} to {last}")),
        (first, last) => first.or(last),
    };
    line(page, "seen", seen.as_deref());
    line(page, "collection", issue.collection.as_deref());
    let identifiers = details.identifiers.into_iter().chain(summary.identifiers);
    let mut identifiers: Vec<String> = identifiers.filter_map(|found| found.name).collect();
    identifiers.dedup();
    list(page, "identifiers", &identifiers);
    paragraph(page, "about", issue.description.or(details.description));
    paragraph(page, "proof", details.proof);
    paragraph(page, "remediation", details.remediation);
    for reference in details.references.into_iter().take(3) {
        line(page, "reference", reference.uri.as_deref());
    }
    unread(page, &decoded.unread);
}

/// 1 is the worst.
fn word(severity: i64) -> Option<&'static str> {
    Some(match severity {
        1 => "critical",
        2 => "high",
        3 => "medium",
        4 => "low",
        5 => "informational",
        _ => return None,
    })
}
