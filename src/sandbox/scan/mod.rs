//! Scanning: files and URLs are taken in, their analyses get on from poll to
//! poll, and then there are reports. What is private is known to private paths
//! alone.
//!
//! An analysis is `queued` at its first poll, `in-progress` at its second, and
//! complete at its third. What a file or a URL is found to be grows from its
//! content, as everywhere in the sandbox: a file that holds the text
//! `gti sandbox malicious file`, without a line break, is the malicious one.
//!
//! A public file whose SHA-256 begins with `000` is unknown until it is
//! submitted and analysed; every other one is known from the start. A private
//! one is known from its analysis to its expiry or deletion.
//!
//! File names, and hosts of URLs, that begin in a particular way meet trouble:
//!
//! | begins with | what happens |
//! |---|---|
//! | `late` | the analysis is not found at its first poll, and 400 `NotAvailableYet` at its second |
//! | `stuck` | the analysis is never complete |
//! | `strange` | the analysis has a status that no document mentions, before it is complete |
//! | `corrupt` | the analysis ends as `corrupted file` |
//! | `busy` | 409 `AlreadyExistsError`: it is being analysed already; the report is there after three requests |
//!
//! A password goes with ZIP files alone and must not be `wrong`: else private
//! files are answered 400 and public ones 401, the two ways that are documented
//! of the service. A file comes whole and with a length, or is refused (411).

mod intake;
mod reports;
mod store;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::routing::{get, post};

pub(super) use store::Submissions;

use super::call::Call;
use super::indicator::Kind;
use super::reply::ApiError;
use super::service::Shared;
use crate::model::visibility::Visibility;

/// Routes below the root of the API.
pub(super) fn routes() -> Router<Shared> {
    let api = Router::new()
        .route(
            "/private/files/{id}",
            get(async |call: Call| reports::private(Kind::File, &call)).delete(reports::delete),
        )
        .route("/private/analyses", get(reports::private_analyses))
        .route("/private/files/{id}/behaviours", get(reports::behaviours))
        .route(
            "/private/files/{id}/behaviour_mitre_trees",
            get(reports::trees),
        )
        .route(
            "/private/urls/{id}",
            get(async |call: Call| reports::private(Kind::Url, &call)),
        );
    let api = [Kind::File, Kind::Url].into_iter().fold(api, |api, kind| {
        let path = kind.path();
        api.route(
            &format!("/{path}/{{id}}/analyse"),
            post(async move |call: Call| intake::rescan(kind, &call)),
        )
        .route(
            &format!("/private/{path}/{{id}}/{{relationship}}"),
            get(async move |call: Call| reports::related(kind, false, &call)),
        )
        .route(
            &format!("/private/{path}/{{id}}/relationships/{{relationship}}"),
            get(async move |call: Call| reports::related(kind, true, &call)),
        )
        .route(
            &format!("/{path}/{{id}}/analyses"),
            get(async move |call: Call| reports::of_item(kind, &call)),
        )
    });
    [Visibility::Public, Visibility::Private]
        .into_iter()
        .fold(api, |api, visibility| {
            let below = match visibility {
                Visibility::Public => "",
                Visibility::Private => "/private",
            };
            let direct = async move |call: Call, request: Request| {
                intake::direct(visibility, &call, request).await
            };
            api.route(
                &format!("{below}/files"),
                post(direct).layer(DefaultBodyLimit::disable()),
            )
            .route(
                &format!("{below}/files/upload_url"),
                get(async move |call: Call| intake::ticket(visibility, &call)),
            )
            .route(
                &format!("{below}/urls"),
                post(async move |call: Call, fields: String| {
                    intake::url(visibility, &call, &fields)
                }),
            )
            .route(
                &format!("{below}/analyses/{{id}}"),
                get(async move |call: Call| reports::analysis(visibility, &call)),
            )
        })
}

/// Routes beside the API: where upload URLs lead.
pub(super) fn upload_routes() -> Router<Shared> {
    Router::new().route(
        "/_ah/upload/{visibility}/{ticket}",
        post(intake::by_ticket).layer(DefaultBodyLimit::disable()),
    )
}

/// 403 for a private path where the licence does not cover it.
fn licensed(visibility: Visibility, call: &Call) -> Result<(), ApiError> {
    match visibility {
        Visibility::Private => call.licensed(),
        Visibility::Public => Ok(()),
    }
}
