//! What is related to an indicator: lists with pages, and the short form that
//! a report can carry.

mod cursor;
mod item;
mod list;
mod neighbours;
mod relation;

use axum::Router;
use axum::routing::get;

pub(super) use item::Item;
pub(super) use list::{Form, Related, page, short_form};
pub(super) use neighbours::indicator;
pub(super) use relation::Relation;

use super::asked::Asked;
use super::envelope::{Answer, Refusal};
use super::json::{Object, object};
use super::role::Role;
use super::service::Shared;
use super::subject::{Kind, Subject};
use neighbours::Neighbours;

/// `GET /{type}/{id}/{relationship}` and
/// `GET /{type}/{id}/relationships/{relationship}`.
pub(super) fn routes() -> Router<Shared> {
    Kind::ALL.into_iter().fold(Router::new(), |router, kind| {
        let path = kind.path();
        router
            .route(
                &format!("/{path}/{{id}}/{{relationship}}"),
                get(async move |asked: Asked| related(kind, &asked, Form::Whole)),
            )
            .route(
                &format!("/{path}/{{id}}/relationships/{{relationship}}"),
                get(async move |asked: Asked| related(kind, &asked, Form::Descriptors)),
            )
    })
}

fn related(kind: Kind, asked: &Asked, form: Form) -> Answer {
    let subject = Subject::parse(kind, asked.segment(0))?;
    let relation = Relation::named(kind, asked.segment(1))
        .ok_or_else(|| Refusal::not_found("Resource not found."))?;
    if is_forbidden(&subject, relation) || (relation.premium && !asked.caller.licensed) {
        return Err(Refusal::forbidden());
    }
    page(&Neighbours::new(&subject, relation), asked, form)
}

/// The member `relationships` of a report; none where none was asked for.
///
/// # Errors
/// 400 for an unknown name. A licence that covers too little makes the whole
/// request fail; a single list that is closed to the caller says so in its
/// place. Both are guesses at the service: a client has to bear either.
pub(super) fn embedded(subject: &Subject, asked: &Asked) -> Result<Option<Object>, Refusal> {
    let names = asked.list("relationships");
    if names.is_empty() {
        return Ok(None);
    }
    let owner = format!("{}/{}/{}", asked.base, subject.kind.path(), subject.id);
    let mut members = Object::default();
    for (place, name) in names.iter().enumerate() {
        if names[..place].contains(name) {
            continue;
        }
        let relation = Relation::named(subject.kind, name).ok_or_else(|| {
            let kind = subject.kind.type_name();
            Refusal::bad_request(format!("\"{name}\" is not a valid relationship for {kind}"))
        })?;
        if relation.premium && !asked.caller.licensed {
            return Err(Refusal::forbidden());
        }
        let short = if is_forbidden(subject, relation) {
            object! { "error": Refusal::forbidden().error() }
        } else {
            short_form(&Neighbours::new(subject, relation), &owner, asked)
        };
        members.push(relation.name, short);
    }
    Ok(Some(members))
}

fn is_forbidden(subject: &Subject, relation: &Relation) -> bool {
    subject.role == Some(Role::Forbidden) && relation.name == "related_threat_actors"
}
