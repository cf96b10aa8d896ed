//! Collections: vulnerabilities, threat actors, malware, campaigns, reports and
//! the like; one by one, in lists, in searches, and what is related to them.

mod collection;
mod expression;
mod indicators;
mod keys;
mod listing;
mod order;
mod related;
mod search;

use axum::Router;
use axum::routing::get;

use super::asked::Asked;
use super::envelope::{Answer, Refusal, Reply};
use super::relationships::Form;
use super::service::Shared;
use collection::Collection;

/// `GET /collections`, one of them, its relationships, and
/// `GET /intelligence/search`.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route(
            "/collections",
            get(async |asked: Asked| listing::list(&asked)),
        )
        .route("/collections/{id}", get(async |asked: Asked| show(&asked)))
        .route(
            "/collections/{id}/{relationship}",
            get(async |asked: Asked| related::page(&asked, Form::Whole)),
        )
        .route(
            "/collections/{id}/relationships/{relationship}",
            get(async |asked: Asked| related::page(&asked, Form::Descriptors)),
        )
        .route(
            "/intelligence/search",
            get(async |asked: Asked| search::search(&asked)),
        )
}

fn show(asked: &Asked) -> Answer {
    let collection = known(asked)?;
    let mut object = collection.whole(asked);
    if let Some(relationships) = related::embedded(collection, asked)? {
        object.push("relationships", relationships);
    }
    Ok(Reply::data(object))
}

/// The collection that the path names.
fn known(asked: &Asked) -> Result<Collection, Refusal> {
    if !asked.caller.licensed {
        return Err(Refusal::forbidden());
    }
    let id = asked.segment(0);
    Collection::find(id).ok_or_else(|| Refusal::not_found(format!("Collection \"{id}\" not found")))
}
