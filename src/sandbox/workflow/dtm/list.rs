//! `GET /dtm/alerts`.

use std::cmp::Ordering;

use axum::extract::State as Held;
use axum::response::Response;

use super::alert::{Alert, State, visible};
use super::query::{AlertQuery, Sort};
use super::token::Token;
use super::{object, paged};
use crate::sandbox::asked::Asked;
use crate::sandbox::envelope::Refusal;
use crate::sandbox::json::{Json, object};
use crate::sandbox::service::Shared;
use crate::sandbox::workflow::licensed;

/// A page of the alerts as they were when the list was begun. A token carries
/// filters and size; what is said beside it is not read.
pub(super) async fn page(Held(service): Held<Shared>, asked: Asked) -> Result<Response, Refusal> {
    licensed(&asked)?;
    let now = (service.options.now)();
    let token = Token::of(&asked, now)?;
    let query = AlertQuery::parse(&token.query)?;
    let all = listed(&service, &query, &token);
    let end = all.len().min(token.offset + query.size);
    let page = all.get(token.offset..end).unwrap_or_default();
    let alerts: Json = page
        .iter()
        .map(|(alert, state)| object::object(alert, state, query.view))
        .collect();
    let next = (end < all.len()).then(|| token.moved(end, now, query.life).text());
    Ok(paged(
        object! { "alerts": alerts }.into(),
        "alerts",
        next.as_deref(),
    ))
}

fn listed(service: &Shared, query: &AlertQuery, token: &Token) -> Vec<(Alert, State)> {
    let changes = service.changes();
    let mut all: Vec<(Alert, State)> = visible(query.since, query.until, token.moment)
        .into_iter()
        .map(|alert| {
            let state = alert.state(&changes, token.moment);
            (alert, state)
        })
        .filter(|(alert, state)| query.passes(alert, state))
        .collect();
    drop(changes);
    all.sort_by(|one, other| {
        let order = ordering(query.sort, one, other).then_with(|| one.0.id.cmp(&other.0.id));
        if query.ascending {
            order
        } else {
            order.reverse()
        }
    });
    all
}

fn ordering(sort: Sort, one: &(Alert, State), other: &(Alert, State)) -> Ordering {
    match sort {
        Sort::Created => one.0.created.cmp(&other.0.created),
        Sort::Updated => one.1.updated.cmp(&other.1.updated),
        Sort::Id => Ordering::Equal,
        Sort::Monitor => one.0.monitor().id.cmp(other.0.monitor().id),
    }
}
