//! An issue for people.

use serde::Deserialize;

use super::{line, list, paragraph, tone};
use crate::model::lenient;
use crate::output::Digest;

#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pretty_name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    first_seen: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    last_seen: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    entity_name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    entity_type: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    collection: Option<String>,
    #[serde(deserialize_with = "lenient::part")]
    tags: Option<Vec<String>>,
    #[serde(deserialize_with = "lenient::part")]
    cisa_known_exploited: Option<bool>,
    #[serde(deserialize_with = "lenient::part")]
    summary: Option<Summary>,
    #[serde(deserialize_with = "lenient::part")]
    details: Option<Details>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Summary {
    #[serde(deserialize_with = "lenient::integer")]
    severity: Option<i64>,
    #[serde(deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    confidence: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    category: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    #[serde(deserialize_with = "lenient::text")]
    proof: Option<String>,
    #[serde(deserialize_with = "lenient::part")]
    references: Option<Vec<Reference>>,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(default, deserialize_with = "lenient::text")]
    uri: Option<String>,
}

/// Adds what an issue says.
pub(super) fn add(page: &mut Digest<'_>, json: &str) {
    let issue: View = serde_json::from_str(json).unwrap_or_default();
    let summary = issue.summary.unwrap_or_default();
    let title = issue.pretty_name.as_deref().or(issue.name.as_deref());
    page.title(
        title.or(issue.id.as_deref()).unwrap_or("(no name)"),
        summary.category.as_deref().unwrap_or(""),
    );
    if let Some(severity) = summary.severity {
        let named = match word(severity) {
            Some(word) => format!("{} ({severity} of 5)", word.to_uppercase()),
            None => severity.to_string(),
        };
        let exploited = issue.cisa_known_exploited == Some(true);
        let exploited = exploited.then(|| "known to be exploited (CISA)".to_owned());
        let parts = [Some(named), summary.confidence, exploited];
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join("  ");
        page.toned("severity", &text, tone(u8::try_from(severity).unwrap_or(5)));
    }
    line(page, "status", summary.status.as_deref());
    list(page, "tags", &issue.tags.unwrap_or_default());
    line(page, "id", issue.id.as_deref());
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
    paragraph(page, "about", issue.description);
    let details = issue.details.unwrap_or_default();
    paragraph(page, "proof", details.proof);
    for reference in details.references.unwrap_or_default().into_iter().take(3) {
        line(page, "reference", reference.uri.as_deref());
    }
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
