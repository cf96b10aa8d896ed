//! Alerts as JSON.

use super::FOREIGN;
use super::alert::{Alert, State};
use super::document;
use super::documented::Role;
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::objects::{BIDI, ESCAPES, FORMULA, LINES, SCRIPT};
use crate::sandbox::workflow::text;

/// How much of an alert is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct View {
    /// `doc`, `labels` and `topics` too.
    pub(super) refs: bool,
    /// `monitor_name` too.
    pub(super) monitor_name: bool,
    /// Most characters of a document's text.
    pub(super) truncate: Option<usize>,
}

/// The title, which says what and where.
pub(super) fn title(alert: &Alert) -> String {
    let (kind, _) = alert.kind();
    match alert.role {
        Some(Role::Hostile) => [ESCAPES, BIDI, FORMULA, LINES].join(" "),
        _ => format!("Simulated: {kind} mentions {}", alert.monitor().matches),
    }
}

/// The alert in the state it is in.
pub(super) fn object(alert: &Alert, state: &State, view: View) -> Object {
    if alert.role == Some(Role::Sparse) {
        return sparse(alert, state);
    }
    let (kind, document) = alert.kind();
    let monitor = alert.monitor();
    let link = format!("{FOREIGN}/docs/{document}/{}", document::id(alert));
    let share =
        |label| Json::Number(format!("0.{:04}", alert.seed.between(label, 1, 9_999)).into());
    let mut object = object! {
        "id": alert.id.clone(),
        "monitor_id": monitor.id,
        "monitor_version": alert.seed.between("version", 1, 4),
        "topic_matches": list![object! {
            "topic_id": "simulated-topic",
            "value": monitor.matches,
            "term": monitor.matches,
            "offsets": list![10, 20],
        }],
        "label_matches": list![],
        "doc_matches": list![object! {
            "match_path": "body",
            "locations": list![object! { "value": monitor.matches }],
        }],
        "tags": state.tags.clone(),
        "created_at": text(alert.created),
        "updated_at": text(state.updated),
        "labels_url": format!("{link}/labels"),
        "topics_url": format!("{link}/topics"),
        "doc_url": link,
        "status": state.status,
        "alert_type": kind,
        "alert_summary": summary(alert),
        "title": title(alert),
        "email_sent_at": "",
        "severity": alert.severity(),
        "confidence": share("confidence"),
        "has_analysis": alert.is_analysed(),
        "ai_doc_summary": format!("Simulated summary: somebody writes about {}.", monitor.matches),
        "indicator_mscore": alert.mscore(),
        "aggregated_under_id": "",
        "similarity_score": share("similarity"),
        "ignore": false,
        "severity_reasoning": object! { "rule": format!("Simulated rule for {kind}") },
        "confidence_reasoning": object! {
            "version": "1",
            "response_count": 3,
            "malicious_count": 2,
            "benign_count": 1,
            "confidence_count": Json::Null,
            "explanation": Json::Null,
        },
    };
    if alert.is_analysed() {
        object.push("analysis", "Simulated analysis: nothing of this happened.");
    }
    if view.monitor_name {
        object.push("monitor_name", monitor.name);
    }
    if view.refs {
        object.push("doc", document::object(alert, view.truncate));
        object.push("labels", document::labels(alert));
        object.push("topics", document::topics(alert));
    }
    object
}

fn summary(alert: &Alert) -> String {
    match alert.role {
        Some(Role::Hostile) => [SCRIPT, LINES, ESCAPES].join(" "),
        Some(Role::Large) => "Simulated: a long document".to_owned(),
        _ => document::body(alert),
    }
}

fn sparse(alert: &Alert, state: &State) -> Object {
    object! {
        "id": alert.id.clone(),
        "created_at": text(alert.created),
        "updated_at": text(state.updated),
        "status": state.status,
        "alert_type": Json::Null,
        "title": Json::Null,
        "severity": Json::Null,
        "monitor_id": Json::Null,
        "tags": if state.tags.is_empty() { Json::Null } else { state.tags.clone().into() },
    }
}
