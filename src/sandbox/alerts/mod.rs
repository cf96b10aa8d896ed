//! GTI Alerts: another service with hosts, credentials and errors of its own (API
//! notes, second page, section 1), here beside the API. Alerts grow, get on by
//! themselves, and are changed by others.

mod alert;
mod filter;
mod object;
mod query;
mod status;
mod token;

use axum::Router;
use axum::extract::{FromRequestParts, Path, RawQuery, State as Held};
use axum::http::request::Parts;
use axum::routing::{get, post};
use jiff::Timestamp;

pub(super) use status::reworded;
pub(super) use token::Uses;

use super::json::{Json, Object, object};
use super::reply::Reply;
use super::service::Shared;
use super::states::State;
use alert::Alert;
use filter::{Comparison, Filter};
use query::Query;
use status::Status;

/// Where the API is below the host.
pub(super) const ROOT: &str = "/v1beta/";
/// Where keys are exchanged for tokens.
pub(super) const EXCHANGE: &str = "/realms/master/exchange/api-key";

/// What verbs make of an alert. There is none that leads back to `NEW`.
const VERBS: [(&str, &str); 9] = [
    ("read", "READ"),
    ("triage", "TRIAGED"),
    ("escalate", "ESCALATED"),
    ("resolve", "RESOLVED"),
    ("duplicate", "DUPLICATE"),
    ("falsePositive", "FALSE_POSITIVE"),
    ("notActionable", "NOT_ACTIONABLE"),
    ("benign", "BENIGN"),
    ("trackExternally", "TRACKED_EXTERNALLY"),
];

type Answer = Result<Reply, Status>;

/// Everything of this service.
pub(super) fn routes() -> Router<Shared> {
    let project = "/v1beta/projects/{project}";
    Router::new()
        .route(EXCHANGE, post(token::exchange))
        .route(&format!("{project}/alerts"), get(alerts))
        .route(&format!("{project}/alerts:enumerateFacets"), get(facets))
        .route(&format!("{project}/alerts/{{alert}}"), get(show).post(verb))
        .route(
            &format!("{project}/alerts/{{alert}}/documents/{{document}}"),
            get(document),
        )
        .route(&format!("{project}/findings"), get(findings))
        .route(&format!("{project}/findings:search"), get(search))
        .route(&format!("{project}/findings/{{finding}}"), get(finding))
}

/// Whether a path belongs to this service.
pub(super) fn is_here(path: &str) -> bool {
    path.starts_with(ROOT) || path == EXCHANGE
}

/// A call that was let in.
struct Call {
    service: Shared,
    now: Timestamp,
    pairs: Vec<(String, String)>,
}

impl FromRequestParts<Shared> for Call {
    type Rejection = Status;

    async fn from_request_parts(parts: &mut Parts, service: &Shared) -> Result<Self, Status> {
        let now = (service.options.now)();
        token::admitted(service, &parts.headers, now)?;
        let path = parts.uri.path().strip_prefix(ROOT).unwrap_or_default();
        if path.starts_with("projects/foreign") {
            let message = "Permission denied on the project, or it does not exist";
            return Err(Status::denied(message));
        }
        let query = parts.uri.query().unwrap_or("").as_bytes();
        Ok(Self {
            service: service.clone(),
            now,
            pairs: url::form_urlencoded::parse(query).into_owned().collect(),
        })
    }
}

impl Call {
    /// An alert, and the state that it is in.
    fn found(&self, id: &str) -> Result<(Alert, State), Status> {
        let alert = alert::find(id, self.now)
            .ok_or_else(|| Status::not_found(format!("Alert {id} not found.")))?;
        let state = alert.state(&self.service.states(), self.now);
        Ok((alert, state))
    }

    /// All alerts at a moment that pass a filter.
    fn all(&self, filter: &Filter, moment: Timestamp) -> Vec<(Alert, State)> {
        let states = self.service.states();
        let held = alert::visible(moment).into_iter().map(|alert| {
            let state = alert.state(&states, moment);
            (alert, state)
        });
        held.filter(|held| filter.holds(&|one: &Comparison| query::is_so(one, held)))
            .collect()
    }
}

async fn alerts(call: Call, Path(project): Path<String>) -> Answer {
    let query = Query::parse(&call.pairs, call.now)?;
    let mut all = call.all(&query.filter("filter")?, query.moment());
    query.sort(&mut all)?;
    let items: Vec<_> = all
        .iter()
        .map(|(alert, state)| || object::alert(&project, alert, state))
        .collect();
    Ok(query.page("alerts", &items).into())
}

async fn show(call: Call, Path((project, id)): Path<(String, String)>) -> Answer {
    let (alert, state) = call.found(&id)?;
    Ok(object::alert(&project, &alert, &state).into())
}

/// `POST …/alerts/{id}:verb`.
async fn verb(
    call: Call,
    Path((project, target)): Path<(String, String)>,
    body: axum::body::Bytes,
) -> Answer {
    let (id, verb) = target.rsplit_once(':').unwrap_or((&target, ""));
    let state = VERBS.iter().find(|(name, _)| *name == verb);
    let (_, to) = state.ok_or_else(|| Status::not_found("Method not found."))?;
    let (alert, old) = call.found(id)?;
    if alert.is("contested") {
        return Err(Status::aborted(
            "The alert was changed since: its etag does not match.",
        ));
    }
    if alert.is("resolved") && *to != "ESCALATED" {
        let message = format!("An alert that is RESOLVED cannot become {to}.");
        return Err(Status::precondition(message));
    }
    let sent: serde_json::Value = if body.is_empty() {
        serde_json::Value::Null
    } else {
        serde_json::from_slice(&body)
            .map_err(|error| Status::invalid(format!("Invalid JSON payload received. {error}")))?
    };
    let mut by = vec!["you@corp.example".to_owned()];
    if verb == "duplicate" {
        by.extend(sent["duplicateOf"].as_str().map(str::to_owned));
    }
    let new = State {
        since: old.since.max(call.now),
        status: (*to).to_owned(),
        tags: by,
    };
    call.service.states().set(&alert.key(), new.clone());
    Ok(object::alert(&project, &alert, &new).into())
}

async fn document(
    call: Call,
    Path((project, id, document)): Path<(String, String, String)>,
) -> Answer {
    let (alert, _) = call.found(&id)?;
    let index = alert.documents().iter().position(|own| *own == document);
    let index =
        index.ok_or_else(|| Status::not_found(format!("Document {document} not found.")))?;
    Ok(object::document(&project, &alert, &document, index).into())
}

async fn finding(call: Call, Path((project, id)): Path<(String, String)>) -> Answer {
    let place = id
        .rsplit_once('.')
        .and_then(|(id, index)| Some((id, index.parse().ok()?)));
    let missing = || Status::not_found(format!("Finding {id} not found."));
    let (of, index): (&str, usize) = place.ok_or_else(missing)?;
    let (alert, _) = call.found(of).map_err(|_| missing())?;
    if index >= alert.findings() {
        return Err(missing());
    }
    Ok(object::finding(&project, &alert, index).into())
}

async fn findings(call: Call, Path(project): Path<String>) -> Answer {
    listed(&call, &project, "filter", None)
}

/// `query` is a filter, or `has_alert("name=\"projects/…/alerts/…\"")`.
async fn search(call: Call, Path(project): Path<String>, RawQuery(_): RawQuery) -> Answer {
    let query = super::call::value(&call.pairs, "query")
        .unwrap_or("")
        .to_owned();
    let inner = query
        .strip_prefix("has_alert(\"name=\\\"")
        .and_then(|rest| rest.strip_suffix("\\\"\")"));
    match inner {
        Some(name) => {
            let id = name.rsplit('/').next().unwrap_or_default().to_owned();
            listed(&call, &project, "", Some(&id))
        }
        None => listed(&call, &project, "query", None),
    }
}

fn listed(call: &Call, project: &str, filter: &str, of: Option<&str>) -> Answer {
    let query = Query::parse(&call.pairs, call.now)?;
    let filter = query.filter(filter)?;
    let mut alerts = call.all(&filter, query.moment());
    alerts.retain(|(alert, _)| of.is_none_or(|of| alert.id == of));
    let places = alerts
        .iter()
        .flat_map(|(alert, _)| (0..alert.findings()).map(move |index| (alert, index)));
    let items: Vec<_> = places
        .map(|(alert, index)| move || object::finding(project, alert, index))
        .collect();
    Ok(query.page("findings", &items).into())
}

/// What can be filtered by, and how often each value occurs.
async fn facets(Held(_): Held<Shared>, call: Call, Path(_): Path<String>) -> Answer {
    let query = Query::parse(&call.pairs, call.now)?;
    let all = call.all(&query.filter("filter")?, call.now);
    let total = || Json::from(all.len().to_string());
    let counted = |facet: &'static str, value: &dyn Fn(&(Alert, State)) -> String| {
        let mut counts = std::collections::BTreeMap::<String, i64>::new();
        for held in &all {
            *counts.entry(value(held)).or_default() += 1;
        }
        let counts = counts
            .into_iter()
            .map(|(value, count)| Json::from(object! { "value": value, "count": count }));
        Json::from(object! {
            "facet": facet,
            "facetType": "enum",
            "totalCount": total(),
            "facetCounts": counts.collect::<Json>(),
        })
    };
    let times = all.iter().map(|(_, state)| state.since);
    let mut updated: Object = object! {
        "facet": "audit.update_time", "facetType": "timestamp", "totalCount": total(),
    };
    if let (Some(first), Some(last)) = (times.clone().min(), times.max()) {
        updated.extend(object! { "minValue": object::time(first), "maxValue": object::time(last) });
    }
    let facets = vec![
        counted("state", &|(_, state)| state.status.clone()),
        counted("priority_analysis.priority_level", &|(alert, _)| {
            format!("PRIORITY_LEVEL_{}", alert.priority())
        }),
        updated.into(),
    ];
    Ok(object! { "facets": facets }.into())
}
