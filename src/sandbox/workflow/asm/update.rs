//! `GET /asm/issues/{id}`, and what is changed about an issue.

use axum::body::Bytes;
use axum::extract::State as Held;
use axum::http::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;

use super::envelope::{Answer, Done, Failed};
use super::issue::{Issue, STATUSES, State, find};
use super::object::whole;
use super::project::Project;
use crate::sandbox::asked::Asked;
use crate::sandbox::service::Shared;
use crate::sandbox::workflow::changes::Change;
use crate::sandbox::workflow::licensed;

/// The issue with its details.
pub(super) async fn show(Held(service): Held<Shared>, headers: HeaderMap, asked: Asked) -> Answer {
    let (project, now, issue) = found(&service, &headers, &asked)?;
    let state = issue.state(&service.changes(), now);
    Ok(Done::new("Issue found!", whole(&issue, &state, project)))
}

#[derive(Deserialize)]
struct Status {
    status: String,
}

/// Sets the status.
pub(super) async fn status(
    Held(service): Held<Shared>,
    headers: HeaderMap,
    asked: Asked,
    body: Bytes,
) -> Answer {
    let (_, now, issue) = found(&service, &headers, &asked)?;
    let Status { status } = read(&body)?;
    let status = STATUSES
        .into_iter()
        .find(|known| *known == status)
        .ok_or_else(|| Failed::wrong(format!("{status} is not a valid status")))?;
    change(&service, &issue, now, |state| state.status = status);
    Ok(Done::new(
        format!("Successfully reported status as {status}"),
        status,
    ))
}

/// The tags.
pub(super) async fn tags(Held(service): Held<Shared>, headers: HeaderMap, asked: Asked) -> Answer {
    let (_, now, issue) = found(&service, &headers, &asked)?;
    let state = issue.state(&service.changes(), now);
    Ok(Done::new("Tags found!", state.tags))
}

#[derive(Deserialize)]
struct Tag {
    tag_name: String,
}

/// Adds a tag; one that is there already stays there once.
pub(super) async fn add_tag(
    Held(service): Held<Shared>,
    headers: HeaderMap,
    asked: Asked,
    body: Bytes,
) -> Answer {
    let (_, now, issue) = found(&service, &headers, &asked)?;
    let Tag { tag_name } = read(&body)?;
    if tag_name.is_empty() {
        return Err(Failed::wrong("tag_name is empty"));
    }
    let tags = change(&service, &issue, now, |state| {
        if !state.tags.contains(&tag_name) {
            state.tags.push(tag_name);
        }
    });
    Ok(Done::new("Tag added!", tags))
}

/// Removes a tag.
pub(super) async fn remove_tag(
    Held(service): Held<Shared>,
    headers: HeaderMap,
    asked: Asked,
) -> Answer {
    let (_, now, issue) = found(&service, &headers, &asked)?;
    let tag = asked.segment(1);
    let tags = change(&service, &issue, now, |state| {
        state.tags.retain(|other| other != tag);
    });
    Ok(Done::new("Tag removed!", tags))
}

/// Changes the state of an issue; the tags it has then.
fn change(
    service: &Shared,
    issue: &Issue,
    now: Timestamp,
    edit: impl FnOnce(&mut State),
) -> Vec<String> {
    let mut changes = service.changes();
    let mut state = issue.state(&changes, now);
    edit(&mut state);
    let change = Change {
        at: now,
        status: state.status,
        tags: state.tags.clone(),
    };
    changes.record(&issue.id, change);
    state.tags
}

fn found(
    service: &Shared,
    headers: &HeaderMap,
    asked: &Asked,
) -> Result<(&'static Project, Timestamp, Issue), Failed> {
    licensed(asked)?;
    let project = Project::of(headers)?;
    let now = (service.options.now)();
    let id = asked.segment(0);
    let issue = find(project, id, now).ok_or_else(|| Failed::missing(id))?;
    Ok((project, now, issue))
}

fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Failed> {
    serde_json::from_slice(body).map_err(|error| Failed::wrong(format!("Invalid body: {error}")))
}
