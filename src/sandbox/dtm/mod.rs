//! Digital threat monitoring: alerts, and the monitors that raise them.

mod alert;
mod query;

use axum::Router;
use axum::body::Bytes;
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::call::{Call, value};
use super::filter::among;
use super::json::{Json, Object, object};
use super::paging::{Cursor, Rest};
use super::reply::{Answer, ApiError, Reply};
use super::seed::Seed;
use super::service::Shared;
use super::states::{State, time};
use super::template::Thing;
use alert::{Alert, FIXTURE};
use query::{AlertQuery, Pairs, View};

/// Where the service's own links lead: another host than the one that was asked.
const FOREIGN: &str = "https://api.intelligence.mandiant.com/v4/dtm";

/// How long the token of a list of monitors is good.
const LIFE: SignedDuration = SignedDuration::from_mins(1);

/// The statuses of an alert; each of them can be set.
const STATUSES: &str = "new read escalated in_progress closed no_action_required duplicate \
    not_relevant tracked_external";

/// `GET /dtm/alerts`, `GET` and `PATCH /dtm/alerts/{id}`, `GET /dtm/monitors`.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/dtm/alerts", get(alerts))
        .route("/dtm/alerts/{id}", get(show).patch(patch))
        .route("/dtm/monitors", get(monitors))
}

/// A page of the alerts as they were when the list was begun.
async fn alerts(call: Call) -> Answer {
    let (cursor, pairs) = place(&call)?;
    let query = AlertQuery::parse(&pairs)?;
    let states = call.service.states();
    let state = |alert: &Alert| alert.state(&states, cursor.moment);
    let visible = alert::visible(query.since, query.until, cursor.moment);
    let mut all: Vec<Alert> = visible
        .filter(|alert| query.passes(alert, &state))
        .collect();
    all.sort_by_cached_key(|alert| {
        let time = match query.sort {
            "created_at" => alert.created,
            "updated_at" => state(alert).since,
            _ => Timestamp::MIN,
        };
        let monitor = (query.sort == "monitor_id").then(|| alert.thing.text("monitor_id"));
        (time, monitor, alert.id.clone())
    });
    if !query.ascending {
        all.reverse();
    }
    let (range, next) = cursor.page(all.len(), query.size, Rest::Nowhere);
    let alerts = all[range]
        .iter()
        .map(|alert| whole(alert, &state(alert), query.view));
    let reply = Reply::from(object! { "alerts": alerts.collect::<Json>() });
    Ok(reply.with_link(next.map(|next| link(&call, "alerts", next, query.life, &pairs))))
}

/// A page of what is watched for.
async fn monitors(call: Call) -> Answer {
    let (cursor, pairs) = place(&call)?;
    let mut all = Thing::new(&FIXTURE, Seed::of("monitors", ""))
        .fill("monitors")
        .into_items();
    if value(&pairs, "order") == Some("desc") {
        all.reverse();
    }
    let (range, next) = cursor.page(all.len(), query::size(&pairs, 100)?, Rest::Nowhere);
    let reply = Reply::from(object! { "monitors": all[range].to_vec() });
    Ok(reply.with_link(next.map(|next| link(&call, "monitors", next, LIFE, &pairs))))
}

/// Where the page of a call begins, and what its list was asked for with: a token
/// carries all of that, and what is said beside it is not read.
fn place(call: &Call) -> Result<(Cursor, Pairs), ApiError> {
    call.licensed()?;
    let Some(token) = call.value("page") else {
        return Ok((Cursor::start(call.now), call.pairs().clone()));
    };
    let parsed = Cursor::parse(token);
    let (cursor, query) = parsed.ok_or_else(|| ApiError::bad_request("Invalid page token"))?;
    if cursor.is_over(call.now) {
        return Err(ApiError::bad_request("The page token has expired"));
    }
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    Ok((cursor, pairs.into_owned().collect()))
}

/// The header that leads to the next page.
fn link(call: &Call, list: &str, next: Cursor, life: SignedDuration, pairs: &Pairs) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let token = next.good_for(life, call.now).text(&query);
    let token: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
    format!("<{FOREIGN}/{list}?page={token}>; rel=\"next\"")
}

/// The whole alert, bare.
async fn show(call: Call) -> Answer {
    let alert = found(&call)?;
    let view = AlertQuery::parse(call.pairs())?.view;
    let state = alert.state(&call.service.states(), call.now);
    Ok(whole(&alert, &state, view).into())
}

/// What may be changed; tags are replaced as a whole.
#[derive(Deserialize)]
struct Wanted {
    status: Option<String>,
    tags: Option<Vec<String>>,
}

/// Changes status and tags, and answers the alert as it is then.
async fn patch(call: Call, body: Bytes) -> Answer {
    let alert = found(&call)?;
    let wanted: Wanted = serde_json::from_slice(&body)
        .map_err(|error| ApiError::bad_request(format!("Invalid body: {error}")))?;
    if let Some(status) = wanted.status.iter().find(|status| !among(STATUSES, status)) {
        return Err(ApiError::bad_request(format!(
            "Invalid status \"{status}\""
        )));
    }
    let mut states = call.service.states();
    let old = alert.state(&states, call.now);
    let state = State {
        since: old.since.max(call.now),
        status: wanted.status.unwrap_or(old.status),
        tags: wanted.tags.unwrap_or(old.tags),
    };
    states.set(&alert.id, state.clone());
    let view = View {
        refs: true,
        names: false,
        truncate: usize::MAX,
    };
    Ok(whole(&alert, &state, view).into())
}

fn found(call: &Call) -> Result<Alert, ApiError> {
    call.licensed()?;
    let id = call.segment(0);
    alert::find(id, call.now)
        .ok_or_else(|| ApiError::not_found(format!("Alert \"{id}\" not found")))
}

/// An alert in the state it is in, as far as it is wanted.
fn whole(alert: &Alert, state: &State, view: View) -> Object {
    let mut body = alert.thing.text("content");
    if alert.thing.text("role") == "large" {
        let line = "\nsimulated line of a long document about nothing at all";
        body.push_str(&line.repeat(300_000 / line.len()));
    }
    let thing = alert
        .thing
        .clone()
        .with("id", alert.id.clone())
        .with("created_at", time(alert.created))
        .with("status", state.status.clone())
        .with("tags", state.tags.clone())
        .with("updated_at", time(state.since))
        .with("refs", view.refs)
        .with("names", view.names)
        .with("foreign", FOREIGN)
        .with("body", body.chars().take(view.truncate).collect::<String>());
    let sparse = alert.thing.text("role") == "sparse";
    thing.object(if sparse { "sparse" } else { "alert" })
}
