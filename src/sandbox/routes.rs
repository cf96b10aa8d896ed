//! All routes in one place, each room's beside its handlers.

use axum::Router;
use axum::middleware::from_fn_with_state;

use super::envelope::Refusal;
use super::gate::gate;
use super::service::Shared;
use super::{
    behaviours, collections, feeds, metadata, objects, relationships, scan, users, widgets,
    workflow,
};

/// The whole API.
pub(super) fn router(service: Shared) -> Router {
    let api = Router::new()
        .merge(objects::routes())
        .merge(relationships::routes())
        .merge(behaviours::routes())
        .merge(collections::routes())
        .merge(feeds::routes())
        .merge(users::routes())
        .merge(metadata::routes())
        .merge(scan::routes())
        .merge(workflow::routes())
        .merge(widgets::routes());
    Router::new()
        .nest(super::ROOT, api)
        .merge(scan::upload_routes())
        .merge(widgets::page_routes())
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(from_fn_with_state(service.clone(), gate))
        .with_state(service)
}

async fn unknown() -> Refusal {
    Refusal::not_found("Resource not found.")
}
