//! An alert for people.

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
    title: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    alert_type: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    confidence: Option<String>,
    #[serde(deserialize_with = "lenient::integer")]
    indicator_mscore: Option<i64>,
    #[serde(deserialize_with = "lenient::text")]
    status: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    created_at: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    updated_at: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    monitor_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    monitor_name: Option<String>,
    #[serde(deserialize_with = "lenient::part")]
    tags: Option<Vec<String>>,
    #[serde(deserialize_with = "lenient::part")]
    severity_reasoning: Option<Reasoning>,
    #[serde(deserialize_with = "lenient::part")]
    doc_matches: Option<Vec<Match>>,
    #[serde(deserialize_with = "lenient::text")]
    alert_summary: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    ai_doc_summary: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    analysis: Option<String>,
}

#[derive(Deserialize)]
struct Reasoning {
    #[serde(default, deserialize_with = "lenient::text")]
    rule: Option<String>,
}

#[derive(Deserialize)]
struct Match {
    #[serde(default, deserialize_with = "lenient::text")]
    match_path: Option<String>,
    #[serde(default, deserialize_with = "lenient::part")]
    locations: Option<Vec<Location>>,
}

#[derive(Deserialize)]
struct Location {
    #[serde(default, deserialize_with = "lenient::text")]
    value: Option<String>,
}

/// Adds what an alert says.
pub(super) fn add(page: &mut Digest<'_>, json: &str) {
    let alert: View = serde_json::from_str(json).unwrap_or_default();
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
    list(page, "tags", &alert.tags.unwrap_or_default());
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
    let rule = alert
        .severity_reasoning
        .and_then(|reasoning| reasoning.rule);
    paragraph(page, "why", rule);
    list(
        page,
        "matches",
        &matches(alert.doc_matches.unwrap_or_default()),
    );
    paragraph(
        page,
        "summary",
        alert.ai_doc_summary.or(alert.alert_summary),
    );
    paragraph(page, "analysis", alert.analysis);
}

/// `body: acme.example`, the first few.
fn matches(matches: Vec<Match>) -> Vec<String> {
    let shown = matches.into_iter().take(5).filter_map(|matched| {
        let values: Vec<String> = matched
            .locations?
            .into_iter()
            .filter_map(|location| location.value)
            .take(5)
            .collect();
        let place = matched.match_path.unwrap_or_default();
        Some(format!("{place}: {}", values.join(", ")))
    });
    shown.collect()
}
