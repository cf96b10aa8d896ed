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

mod analyses;
mod intake;
mod private;
mod store;
mod trick;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{delete, get, post};

pub(super) use store::Submissions;

use super::asked::Asked;
use super::service::Shared;
use crate::model::visibility::Visibility;

/// Routes below the root of the API.
pub(super) fn routes() -> Router<Shared> {
    let api = Router::new()
        .route("/files/{id}/analyse", post(intake::rescan_file))
        .route("/urls/{id}/analyse", post(intake::rescan_url))
        .route("/private/files/{id}", get(private::file))
        .route("/private/files/{id}", delete(private::delete))
        .route("/private/files/{id}/behaviours", get(private::behaviours))
        .route(
            "/private/files/{id}/behaviour_summary",
            get(private::summary),
        )
        .route(
            "/private/files/{id}/behaviour_mitre_trees",
            get(private::trees),
        )
        .route("/private/urls/{id}", get(private::url));
    [Visibility::Public, Visibility::Private]
        .into_iter()
        .fold(api, |api, visibility| {
            let below = match visibility {
                Visibility::Public => "",
                Visibility::Private => "/private",
            };
            api.route(
                &format!("{below}/files"),
                post(async move |service, asked, request| {
                    intake::direct(visibility, service, asked, request).await
                })
                .layer(DefaultBodyLimit::disable()),
            )
            .route(
                &format!("{below}/files/upload_url"),
                get(async move |State(service): State<Shared>, asked: Asked| {
                    intake::ticket(visibility, &service, &asked)
                }),
            )
            .route(
                &format!("{below}/urls"),
                post(
                    async move |State(service): State<Shared>, asked: Asked, fields: String| {
                        intake::url(visibility, &service, &asked, &fields)
                    },
                ),
            )
            .route(
                &format!("{below}/analyses/{{id}}"),
                get(async move |State(service): State<Shared>, asked: Asked| {
                    analyses::show(visibility, &service, &asked)
                }),
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
