//! What is related to an indicator: lists with pages, and the short form that
//! a report can carry.

mod cursor;
mod item;
mod neighbours;
mod relation;

use axum::Router;
use axum::routing::get;

pub(super) use relation::Relation;

use super::asked::Asked;
use super::envelope::{Answer, Refusal, Reply};
use super::json::{Json, Object, object};
use super::role::Role;
use super::seed::Seed;
use super::service::Shared;
use super::subject::{Kind, Subject};
use cursor::Position;
use neighbours::Neighbours;

/// How many related items a report carries for each relationship.
const EMBEDDED: usize = 20;

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Whole,
    Descriptors,
}

fn related(kind: Kind, asked: &Asked, form: Form) -> Answer {
    let subject = Subject::parse(kind, asked.segment(0))?;
    let relation = Relation::named(kind, asked.segment(1))
        .ok_or_else(|| Refusal::not_found("Resource not found."))?;
    if is_forbidden(&subject, relation) || (relation.premium && !asked.caller.licensed) {
        return Err(Refusal::forbidden());
    }
    let descriptors = form == Form::Descriptors || asked.value("descriptors_only") == Some("true");
    let neighbours = Neighbours::new(&subject, relation);
    let written = |item: item::Item| {
        if descriptors {
            let wanted = wanted_attributes(asked, relation);
            item.described(&wanted, &asked.caller)
        } else {
            item.whole(asked)
        }
    };
    if relation.is_single() {
        let item = neighbours.item(0).map(written);
        return Ok(Reply::linked(item, asked.link()));
    }

    let list = neighbours.seed();
    let start = match asked.value("cursor").filter(|cursor| !cursor.is_empty()) {
        None => Position::default(),
        Some(cursor) => {
            Position::parse(cursor, list).ok_or_else(|| Refusal::bad_request("Invalid cursor"))?
        }
    };
    let total = neighbours.total();
    let (page, next) = start.page(total, neighbours.gap(), asked.limit()?);
    let cursor = next.map(|position| position.cursor(list));
    let mut links = object! { "self": asked.link() };
    if let Some(cursor) = &cursor {
        links.push("next", asked.link_at(cursor));
    }
    let data: Json = page
        .filter_map(|index| neighbours.item(index))
        .map(written)
        .collect();
    Ok(object! { "data": data, "meta": meta(total, cursor, list), "links": links }.into())
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
        members.push(relation.name, short_form(subject, relation, asked));
    }
    Ok(Some(members))
}

fn short_form(subject: &Subject, relation: &'static Relation, asked: &Asked) -> Object {
    if is_forbidden(subject, relation) {
        return object! { "error": Refusal::forbidden().error() };
    }
    let owner = format!("{}/{}/{}", asked.base, subject.kind.path(), subject.id);
    let own_list = format!("{owner}/relationships/{}", relation.name);
    let mut links = object! {
        "self": own_list.clone(),
        "related": format!("{owner}/{}", relation.name),
    };
    let wanted = wanted_attributes(asked, relation);
    let neighbours = Neighbours::new(subject, relation);
    if relation.is_single() {
        let item = neighbours.item(0);
        let item = item.map(|item| item.described(&wanted, &asked.caller));
        return object! { "data": Json::from(item), "links": links };
    }
    let (list, total) = (neighbours.seed(), neighbours.total());
    let (page, next) = Position::default().page(total, neighbours.gap(), EMBEDDED);
    let cursor = next.map(|position| position.cursor(list));
    if let Some(cursor) = &cursor {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("cursor", cursor)
            .append_pair("limit", &EMBEDDED.to_string())
            .finish();
        links.push("next", format!("{own_list}?{query}"));
    }
    let data: Json = page
        .filter_map(|index| neighbours.item(index))
        .map(|item| item.described(&wanted, &asked.caller))
        .collect();
    object! { "data": data, "meta": meta(total, cursor, list), "links": links }
}

/// The attributes that every embedded item shall have, and those for this
/// relationship alone.
fn wanted_attributes<'a>(asked: &'a Asked, relation: &Relation) -> Vec<&'a str> {
    let mut wanted = asked.list("relationship_attributes");
    wanted.extend(asked.list(&format!("relationship_attributes[{}]", relation.name)));
    wanted
}

/// `count` and `cursor`. The service ends a list in three ways: no cursor, a
/// null one, and an empty one.
fn meta(total: usize, cursor: Option<String>, list: Seed) -> Object {
    let mut meta = object! { "count": i64::try_from(total).unwrap_or(i64::MAX) };
    match cursor {
        Some(cursor) => meta.push("cursor", cursor),
        None => match list.below("end", 3) {
            0 => {}
            1 => meta.push("cursor", Json::Null),
            _ => meta.push("cursor", ""),
        },
    }
    meta
}

fn is_forbidden(subject: &Subject, relation: &Relation) -> bool {
    subject.role == Some(Role::Forbidden) && relation.name == "related_threat_actors"
}
