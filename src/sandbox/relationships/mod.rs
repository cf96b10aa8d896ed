//! What is related to indicators and collections: lists with pages, and the short
//! form that a report can carry.

mod neighbours;

use axum::Router;
use axum::routing::get;
use jiff::Timestamp;

use super::call::Call;
use super::collections::Collection;
use super::entity::Entity;
use super::indicator::{Indicator, Kind};
use super::json::{Json, Object, object};
use super::paging::{self, Cursor};
use super::reply::{Answer, ApiError, Reply};
use super::service::Shared;
use neighbours::Neighbours;
pub(super) use neighbours::{invented, names};

/// How many related items an object carries for each relationship.
const EMBEDDED: usize = 20;

/// How many related items the list of this name has.
pub(super) fn count(owner: &dyn Entity, name: &str, call: &Call) -> usize {
    Neighbours::named(owner, name, call).map_or(0, |neighbours| neighbours.total())
}

/// `GET /{type}/{id}/{relationship}` and
/// `GET /{type}/{id}/relationships/{relationship}`.
pub(super) fn routes() -> Router<Shared> {
    let kinds = Kind::ALL.map(Some).into_iter().chain([None]);
    kinds.fold(Router::new(), |router, kind| {
        let path = kind.map_or("collections", Kind::path);
        let short = async move |call: Call| related(kind, &call, true);
        router
            .route(
                &format!("/{path}/{{id}}/{{relationship}}"),
                get(async move |call: Call| related(kind, &call, false)),
            )
            .route(
                &format!("/{path}/{{id}}/relationships/{{relationship}}"),
                get(short),
            )
    })
}

/// What is related to an indicator, or to a collection where no kind is given.
fn related(kind: Option<Kind>, call: &Call, short: bool) -> Answer {
    match kind {
        Some(kind) => {
            let indicator = Indicator::parse(kind, call.segment(0))?;
            page(&indicator, call.segment(1), call, short)
        }
        None => page(&Collection::of(call)?, call.segment(1), call, short),
    }
}

/// A page of what is related to an indicator under this name, at an address that
/// does not hold it.
pub(super) fn named(kind: Kind, name: &str, call: &Call) -> Answer {
    page(&Indicator::parse(kind, call.segment(0))?, name, call, false)
}

/// A page of the list, at its own address.
pub(super) fn page(owner: &dyn Entity, name: &str, call: &Call, short: bool) -> Answer {
    let neighbours = Neighbours::named(owner, name, call)
        .ok_or_else(|| ApiError::not_found("Resource not found."))?;
    neighbours.permitted(call)?;
    if neighbours.is_forbidden() {
        return Err(ApiError::forbidden());
    }
    let wanted = wanted_attributes(call, neighbours.relation.name);
    let written = |index| {
        let item = neighbours.item(index)?;
        Some(if short {
            item.described(&wanted, call)
        } else {
            item.listed(call)
        })
    };
    if neighbours.is_single() {
        return Ok(Reply::linked(written(0), call.link()));
    }
    let list = neighbours.seed.hex("cursor", 16);
    // What is related never changes: neither do the cursors.
    let cursor = Cursor::of(call, &list)?.at_moment(Timestamp::UNIX_EPOCH);
    let (range, next) = cursor.page(neighbours.total(), call.limit()?, neighbours.rest());
    let data: Json = range.filter_map(written).collect();
    let mut meta = object! { "count": Json::count(neighbours.total()) };
    meta.extend(end(&neighbours, next.is_none()));
    Ok(paging::reply(
        call,
        data,
        meta,
        next.map(|next| next.text(&list)),
    ))
}

/// The end of a list, which the service writes in three ways: no cursor, a null one,
/// and an empty one.
fn end(neighbours: &Neighbours, is_last: bool) -> Object {
    match neighbours.seed.below("end", 3) {
        1 if is_last => object! { "cursor": Json::Null },
        2 if is_last => object! { "cursor": "" },
        _ => Object::default(),
    }
}

/// Gives an object its member `relationships`, where some were asked for.
///
/// # Errors
/// 400 for an unknown name. A licence that covers too little makes the whole
/// request fail; a single list that is closed to the caller says so in its
/// place. Both are guesses at the service: a client has to bear either.
pub(super) fn embed(object: &mut Object, owner: &dyn Entity, call: &Call) -> Result<(), ApiError> {
    let names = call.list("relationships");
    let mut members = Object::default();
    for (place, name) in names.iter().enumerate() {
        if names[..place].contains(name) {
            continue;
        }
        let neighbours = Neighbours::named(owner, name, call).ok_or_else(|| {
            let kind = owner.type_name();
            ApiError::bad_request(format!("\"{name}\" is not a valid relationship for {kind}"))
        })?;
        neighbours.permitted(call)?;
        let short = if neighbours.is_forbidden() {
            object! { "error": ApiError::forbidden().error() }
        } else {
            short_form(&neighbours, call)
        };
        members.push(neighbours.relation.name, short);
    }
    if !names.is_empty() {
        object.push("relationships", members);
    }
    Ok(())
}

/// The list as a part of the object it belongs to. It says whether there is more, and
/// not how many there are.
fn short_form(neighbours: &Neighbours, call: &Call) -> Object {
    let name = neighbours.relation.name;
    let owner = format!("{}/{}", call.base, neighbours.owner.path());
    let own_list = format!("{owner}/relationships/{name}");
    let mut links = object! { "self": own_list.clone(), "related": format!("{owner}/{name}") };
    let wanted = wanted_attributes(call, name);
    let described = |index| Some(neighbours.item(index)?.described(&wanted, call));
    if neighbours.is_single() {
        return object! { "data": described(0), "links": links };
    }
    let cursor = Cursor::start(Timestamp::UNIX_EPOCH);
    let (range, next) = cursor.page(neighbours.total(), EMBEDDED, neighbours.rest());
    let mut meta = end(neighbours, next.is_none());
    if let Some(next) = next {
        let cursor = next.text(&neighbours.seed.hex("cursor", 16));
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("cursor", &cursor)
            .append_pair("limit", &EMBEDDED.to_string());
        links.push("next", format!("{own_list}?{}", query.finish()));
        meta.push("cursor", cursor);
    }
    let data: Json = range.filter_map(described).collect();
    let mut list = object! { "data": data };
    if meta != Object::default() {
        list.push("meta", meta);
    }
    list.push("links", links);
    list
}

/// The attributes that every embedded item shall have, and those for this
/// relationship alone.
fn wanted_attributes<'a>(call: &'a Call, name: &str) -> Vec<&'a str> {
    let mut wanted = call.list("relationship_attributes");
    wanted.extend(call.list(&format!("relationship_attributes[{name}]")));
    wanted
}
