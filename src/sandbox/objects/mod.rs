//! Reports of the four kinds of indicator.

mod analysis;
mod certificate;
mod dates;
mod domain;
mod executable;
mod file;
mod ip;
mod overlay;
mod registration;
mod rules;
mod url;

use axum::Router;
use axum::extract::State;
use axum::routing::get;

pub(super) use analysis::engine_names;
pub(super) use dates::{Dates, day};
pub(super) use overlay::{BIDI, ESCAPES, FORMULA, LINES, SCRIPT, odd};

use super::asked::Asked;
use super::assessment::Assessment;
use super::auth::Caller;
use super::envelope::{Answer, Refusal, Reply};
use super::json::{Json, Object, object};
use super::relationships;
use super::role::Role;
use super::service::Shared;
use super::subject::{Detail, Kind, Subject};

/// `GET /{type}/{id}`.
pub(super) fn routes() -> Router<Shared> {
    Kind::ALL.into_iter().fold(Router::new(), |router, kind| {
        let path = format!("/{}/{{id}}", kind.path());
        router.route(
            &path,
            get(async move |State(service): State<Shared>, asked: Asked| {
                report(kind, &service, &asked).await
            }),
        )
    })
}

async fn report(kind: Kind, service: &Shared, asked: &Asked) -> Answer {
    let subject = Subject::parse(kind, asked.segment(0))?;
    if kind == Kind::File && service.submissions().is_unseen(&subject.id) {
        let message = format!("File \"{}\" not found", asked.segment(0));
        return Err(Refusal::not_found(message));
    }
    if subject.role == Some(Role::Slow) {
        tokio::time::sleep(super::SLOW).await;
    }
    let mut object = whole(&subject, asked);
    if let Some(told) = service.submissions().told(&subject.id)
        && let Some(Json::Object(attributes)) = object.member_mut("attributes")
    {
        attributes.update(told);
    }
    if let Some(relationships) = relationships::embedded(&subject, asked)? {
        object.push("relationships", relationships);
    }
    Ok(Reply::data(object))
}

/// The object of an indicator, with the attributes that were asked for.
pub(super) fn whole(subject: &Subject, asked: &Asked) -> Object {
    let mut attributes = attributes(subject, &asked.caller);
    select(&mut attributes, asked);
    object! {
        "id": subject.id.clone(),
        "type": subject.kind.type_name(),
        "links": object! {
            "self": format!("{}/{}/{}", asked.base, subject.kind.path(), subject.id),
        },
        "attributes": attributes,
    }
}

/// All attributes of an indicator that the caller may see.
pub(super) fn attributes(subject: &Subject, caller: &Caller) -> Object {
    let mut attributes = match &subject.detail {
        _ if subject.role == Some(Role::Sparse) => overlay::sparse(subject),
        Detail::Ip(ip) => ip::attributes(subject, *ip),
        Detail::Domain => domain::attributes(subject),
        Detail::Url(text) => url::attributes(subject, text),
        Detail::File(hashes) => file::attributes(subject, hashes),
    };
    // The service tells its assessment to integrations that name themselves,
    // and to licences that cover it (API notes, 1.2 and 2.2).
    if caller.tool && caller.licensed && subject.role != Some(Role::Unassessed) {
        attributes.push("gti_assessment", Assessment::of(subject).attribute(subject));
    }
    match subject.role {
        Some(Role::Hostile) => overlay::hostile(&mut attributes),
        Some(Role::Odd) => overlay::odd(&mut attributes),
        _ => {}
    }
    attributes
}

/// Drops what `attributes` and `exclude_attributes` leave out.
pub(super) fn select(attributes: &mut Object, asked: &Asked) {
    let (wanted, unwanted) = (asked.list("attributes"), asked.list("exclude_attributes"));
    if !wanted.is_empty() {
        attributes.retain(|key| wanted.contains(&key));
    }
    if !unwanted.is_empty() {
        attributes.retain(|key| !unwanted.contains(&key));
    }
}
