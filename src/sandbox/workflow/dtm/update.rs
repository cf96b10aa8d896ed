//! `GET` and `PATCH /dtm/alerts/{id}`.

use axum::body::Bytes;
use axum::extract::State as Held;
use serde::Deserialize;

use super::alert::{Alert, STATUSES, find};
use super::object::{self, View};
use super::query::AlertQuery;
use crate::sandbox::asked::Asked;
use crate::sandbox::envelope::{Answer, Refusal};
use crate::sandbox::service::Shared;
use crate::sandbox::workflow::changes::Change;
use crate::sandbox::workflow::licensed;

/// The whole alert, bare.
pub(super) async fn show(Held(service): Held<Shared>, asked: Asked) -> Answer {
    licensed(&asked)?;
    let now = (service.options.now)();
    let alert = found(&asked, now)?;
    let view = AlertQuery::parse(asked.pairs())?.view;
    let state = alert.state(&service.changes(), now);
    Ok(object::object(&alert, &state, view).into())
}

/// What may be changed; tags are replaced as a whole.
#[derive(Deserialize)]
struct Wanted {
    status: Option<String>,
    tags: Option<Vec<String>>,
}

/// Changes status and tags, and answers the alert as it is then.
pub(super) async fn patch(Held(service): Held<Shared>, asked: Asked, body: Bytes) -> Answer {
    licensed(&asked)?;
    let now = (service.options.now)();
    let alert = found(&asked, now)?;
    let wanted: Wanted = serde_json::from_slice(&body)
        .map_err(|error| Refusal::bad_request(format!("Invalid body: {error}")))?;
    let status = wanted.status.as_deref().map(status).transpose()?;
    let mut changes = service.changes();
    let mut state = alert.state(&changes, now);
    state.status = status.unwrap_or(state.status);
    state.tags = wanted.tags.unwrap_or(state.tags);
    state.updated = state.updated.max(now);
    let change = Change {
        at: state.updated,
        status: state.status,
        tags: state.tags.clone(),
    };
    changes.record(&alert.id, change);
    let view = View {
        refs: true,
        monitor_name: false,
        truncate: None,
    };
    Ok(object::object(&alert, &state, view).into())
}

fn found(asked: &Asked, now: jiff::Timestamp) -> Result<Alert, Refusal> {
    let id = asked.segment(0);
    find(id, now).ok_or_else(|| Refusal::not_found(format!("Alert \"{id}\" not found")))
}

fn status(text: &str) -> Result<&'static str, Refusal> {
    STATUSES
        .into_iter()
        .find(|known| *known == text)
        .ok_or_else(|| Refusal::bad_request(format!("Invalid status \"{text}\"")))
}
