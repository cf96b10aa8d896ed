//! What comes in streams and packages: notifications, and threat lists.

mod ioc_stream;
mod notification;
mod package;
mod stream_filter;
mod threat_list;

use axum::Router;
use axum::routing::get;

use super::service::Shared;

/// `GET /ioc_stream`, `GET /threat_lists` and `GET /threat_lists/{id}/{package}`.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/ioc_stream", get(ioc_stream::page))
        .route("/threat_lists", get(threat_list::granted))
        .route("/threat_lists/{id}/{package}", get(threat_list::package))
}
