//! Digital threat monitoring: alerts, and the monitors that raise them.

mod alert;
mod document;
mod documented;
mod list;
mod monitor;
mod object;
mod query;
mod token;
mod update;

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::sandbox::envelope::Reply;
use crate::sandbox::service::Shared;

/// Where the service's own links lead: another host than the one that was asked.
const FOREIGN: &str = "https://api.intelligence.mandiant.com/v4/dtm";

/// `GET /dtm/alerts`, `GET` and `PATCH /dtm/alerts/{id}`, `GET /dtm/monitors`.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/dtm/alerts", get(list::page))
        .route("/dtm/alerts/{id}", get(update::show).patch(update::patch))
        .route("/dtm/monitors", get(monitor::page))
}

/// An answer with the link to the next page, where there is one.
fn paged(reply: Reply, list: &str, next: Option<&str>) -> Response {
    let Some(token) = next else {
        return reply.into_response();
    };
    let token: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
    let link = format!("<{FOREIGN}/{list}?page={token}>; rel=\"next\"");
    ([(header::LINK, link)], reply).into_response()
}
