//! Attack surface management: projects, and the issues that scans find.

mod issue;
mod query;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use serde::Deserialize;

use super::call::Call;
use super::filter::among;
use super::json::{Json, object};
use super::paging::{Cursor, Rest};
use super::reply::{Answer, ApiError, Reply};
use super::seed::Seed;
use super::service::Shared;
use super::states::State;
use super::template::Thing;
use issue::{FIXTURE, Issue, Project};
use query::Query;

/// The statuses that can be set.
const STATUSES: &str = "open_new open_triaged open_in_progress closed closed_mitigated \
    closed_resolved closed_duplicate closed_out_of_scope closed_benign closed_risk_accepted \
    closed_false_positive closed_no_repro closed_tracked_externally";
/// Issues on a page at most.
const LARGEST: usize = 1_000;

/// `/asm/projects`, `/asm/search/issues/…`, `/asm/issues/…`, `/asm/tags/issue/…`.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/asm/projects", get(projects))
        .route("/asm/search/issues/", get(search))
        .route("/asm/search/issues/{query}", get(search))
        .route("/asm/issues/{id}", get(show))
        .route("/asm/issues/{id}/status", post(set_status))
        .route("/asm/tags/issue/{id}", get(tags).post(add_tag))
        .route("/asm/tags/issue/{id}/{tag}", delete(remove_tag))
}

/// 400: a request that makes no sense.
fn wrong(message: impl Into<String>) -> ApiError {
    ApiError::unsuccessful(StatusCode::BAD_REQUEST, message)
}

async fn projects(call: Call) -> Answer {
    call.licensed()?;
    let projects = Thing::new(&FIXTURE, Seed::of("projects", "")).fill("projects");
    Ok(Reply::done("Projects found!", projects))
}

/// A page of what a query finds, the longest unseen first.
async fn search(call: Call) -> Answer {
    call.licensed()?;
    let project = Project::of(&call)?;
    let number = |name: &str, otherwise: usize| match call.value(name) {
        None => Ok(otherwise),
        Some(text) => text
            .parse()
            .map_err(|_| wrong(format!("{name} must be a number"))),
    };
    let size = number("page_size", 50)?;
    if !(1..=LARGEST).contains(&size) {
        return Err(wrong(format!(
            "page_size must be a number from 1 to {LARGEST}"
        )));
    }
    let list = Seed::of("search", &format!("{} {}", project.id, call.segment(0))).hex("list", 16);
    let cursor = match call.value("page_token") {
        Some(token) => Cursor::parse(token)
            .filter(|(_, of)| *of == list)
            .map(|(cursor, _)| cursor),
        None => Some(Cursor::start(call.now).at(&number("page", 0)?.saturating_mul(size), false)),
    };
    let cursor = cursor.ok_or_else(|| wrong("Invalid page_token"))?;
    let query = Query::parse(call.segment(0), cursor.moment).map_err(wrong)?;
    let mut found: Vec<Issue> = {
        let states = call.service.states();
        let in_state = |issue: Issue| {
            let state = issue.state(&states, cursor.moment);
            issue.in_state(&state)
        };
        let all = project.visible(cursor.moment).map(in_state);
        all.filter(|issue| query.passes(issue)).collect()
    };
    found.sort_by(|a, b| (a.last_seen, &a.id).cmp(&(b.last_seen, &b.id)));
    let (range, next) = cursor.page(found.len(), size, Rest::Nowhere);
    let hits: Json = found[range]
        .iter()
        .map(|issue| issue.shown().fill("hit"))
        .collect();
    Ok(Reply::done(
        "Search completed!",
        object! {
            "timed_out": false,
            "more": next.is_some(),
            "total_pages": Json::count(found.len().div_ceil(size)),
            "page": Json::count(cursor.offset() / size),
            "page_size": Json::count(size),
            "total_hits": Json::count(found.len()),
            "next_page_token": next.map(|next| next.text(&list)),
            "hits": hits,
        },
    ))
}

/// The issue that a call names.
fn found(call: &Call) -> Result<Issue, ApiError> {
    call.licensed()?;
    let id = call.segment(0);
    Project::of(call)?.find(id, call.now).ok_or_else(|| {
        ApiError::unsuccessful(StatusCode::NOT_FOUND, format!("Issue {id} was not found"))
    })
}

/// The issue with its details. It then has no `id`, though lists have one.
async fn show(call: Call) -> Answer {
    let issue = found(&call)?;
    let state = issue.state(&call.service.states(), call.now);
    let thing = issue.in_state(&state).shown();
    let mut whole = thing.object("hit");
    whole.retain(|key| key != "id");
    whole.extend(thing.object("details"));
    Ok(Reply::done("Issue found!", whole))
}

/// A body that sets something.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    status: String,
    #[serde(default)]
    tag_name: String,
}

fn wanted(body: &[u8]) -> Result<Wanted, ApiError> {
    serde_json::from_slice(body).map_err(|error| wrong(format!("Invalid body: {error}")))
}

async fn set_status(call: Call, body: Bytes) -> Answer {
    found(&call)?;
    let status = wanted(&body)?.status;
    if !among(STATUSES, &status) {
        return Err(wrong(format!("{status} is not a valid status")));
    }
    let status = change(&call, |state| state.status = status)?.status;
    Ok(Reply::done(
        format!("Successfully reported status as {status}"),
        status,
    ))
}

async fn tags(call: Call) -> Answer {
    let tags = found(&call)?.state(&call.service.states(), call.now).tags;
    Ok(Reply::done("Tags found!", tags))
}

/// Adds a tag; one that is there already stays there once.
async fn add_tag(call: Call, body: Bytes) -> Answer {
    let tag = wanted(&body)?.tag_name;
    if tag.is_empty() {
        return Err(wrong("tag_name is empty"));
    }
    let state = change(&call, |state| {
        if !state.tags.contains(&tag) {
            state.tags.push(tag);
        }
    })?;
    Ok(Reply::done("Tag added!", state.tags))
}

async fn remove_tag(call: Call) -> Answer {
    let state = change(&call, |state| {
        state.tags.retain(|tag| tag != call.segment(1));
    })?;
    Ok(Reply::done("Tag removed!", state.tags))
}

/// Changes the state of the issue that a call names; the state it has then.
fn change(call: &Call, edit: impl FnOnce(&mut State)) -> Result<State, ApiError> {
    let issue = found(call)?;
    let mut states = call.service.states();
    let mut state = issue.state(&states, call.now);
    edit(&mut state);
    state.since = call.now;
    states.set(&issue.id, state.clone());
    Ok(state)
}
