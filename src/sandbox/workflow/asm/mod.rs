//! Attack surface management: projects, and the issues that scans find.

mod envelope;
mod issue;
mod object;
mod project;
mod query;
mod search;
mod term;
mod update;

use axum::Router;
use axum::routing::{delete, get, post};

use crate::sandbox::service::Shared;

/// `/asm/projects`, `/asm/search/issues/…`, `/asm/issues/…`, `/asm/tags/issue/…`.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/asm/projects", get(project::all))
        .route("/asm/search/issues/", get(search::page))
        .route("/asm/search/issues/{query}", get(search::page))
        .route("/asm/issues/{id}", get(update::show))
        .route("/asm/issues/{id}/status", post(update::status))
        .route(
            "/asm/tags/issue/{id}",
            get(update::tags).post(update::add_tag),
        )
        .route("/asm/tags/issue/{id}/{tag}", delete(update::remove_tag))
}
