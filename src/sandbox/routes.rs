//! All routes in one place, each room's beside its handlers.

use axum::Router;
use axum::middleware::from_fn_with_state;

use super::gate::gate;
use super::reply::ApiError;
use super::service::Shared;
use super::{
    alerts, asm, behaviours, collections, deltas, dtm, indicator, relationships, scan, stream,
    threat_lists, users, widgets,
};

/// The whole API.
pub(super) fn router(service: Shared) -> Router {
    let api = Router::new()
        .merge(indicator::routes())
        .merge(relationships::routes())
        .merge(behaviours::routes())
        .merge(collections::routes())
        .merge(deltas::routes())
        .merge(stream::routes())
        .merge(threat_lists::routes())
        .merge(scan::routes())
        .merge(dtm::routes())
        .merge(asm::routes())
        .merge(users::routes())
        .merge(widgets::routes());
    Router::new()
        .nest(super::ROOT, api)
        .merge(scan::upload_routes())
        .merge(widgets::page_routes())
        .merge(collections::storage_routes())
        .merge(alerts::routes())
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(from_fn_with_state(service.clone(), gate))
        .with_state(service)
}

async fn unknown() -> ApiError {
    ApiError::not_found("Resource not found.")
}
