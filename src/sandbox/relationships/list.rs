//! The lists of related objects: their pages, and the short form that the
//! object they belong to can carry.

use super::cursor::Position;
use super::item::Item;
use crate::sandbox::asked::Asked;
use crate::sandbox::envelope::{Answer, Refusal, Reply};
use crate::sandbox::json::{Json, Object, object};
use crate::sandbox::seed::Seed;

/// How many related items an object carries for each relationship.
const EMBEDDED: usize = 20;

/// One relationship of one object.
pub(in crate::sandbox) trait Related {
    /// The name of the relationship.
    fn name(&self) -> &'static str;
    /// What the list grows from.
    fn seed(&self) -> Seed;
    /// How many there are.
    fn total(&self) -> usize;
    /// The item at a place in the list; none where a relationship that leads to
    /// one object leads nowhere.
    fn item(&self, index: usize) -> Option<Item>;
    /// Where the list has an empty page that is not its last.
    fn gap(&self) -> Option<usize> {
        None
    }
    /// Whether it leads to one object and not to a list.
    fn is_single(&self) -> bool {
        false
    }
}

/// How much of each item an answer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Form {
    Whole,
    Descriptors,
}

/// A page of the list, at its own address.
pub(in crate::sandbox) fn page(related: &impl Related, asked: &Asked, form: Form) -> Answer {
    let descriptors = form == Form::Descriptors || asked.value("descriptors_only") == Some("true");
    let written = |item: Item| {
        if descriptors {
            item.described(&wanted_attributes(asked, related.name()), asked)
        } else {
            item.whole(asked)
        }
    };
    if related.is_single() {
        let item = related.item(0).map(written);
        return Ok(Reply::linked(item, asked.link()));
    }
    let list = related.seed();
    let start = match asked.value("cursor").filter(|cursor| !cursor.is_empty()) {
        None => Position::default(),
        Some(cursor) => {
            Position::parse(cursor, list).ok_or_else(|| Refusal::bad_request("Invalid cursor"))?
        }
    };
    let total = related.total();
    let (page, next) = start.page(total, related.gap(), asked.limit()?);
    let cursor = next.map(|position| position.cursor(list));
    let mut links = object! { "self": asked.link() };
    if let Some(cursor) = &cursor {
        links.push("next", asked.link_at(cursor));
    }
    let data: Json = page
        .filter_map(|index| related.item(index))
        .map(written)
        .collect();
    Ok(object! { "data": data, "meta": meta(total, cursor, list), "links": links }.into())
}

/// The list as a part of the object at `owner`.
pub(in crate::sandbox) fn short_form(related: &impl Related, owner: &str, asked: &Asked) -> Object {
    let name = related.name();
    let own_list = format!("{owner}/relationships/{name}");
    let mut links = object! {
        "self": own_list.clone(),
        "related": format!("{owner}/{name}"),
    };
    let wanted = wanted_attributes(asked, name);
    if related.is_single() {
        let item = related.item(0);
        let item = item.map(|item| item.described(&wanted, asked));
        return object! { "data": Json::from(item), "links": links };
    }
    let (list, total) = (related.seed(), related.total());
    let (page, next) = Position::default().page(total, related.gap(), EMBEDDED);
    let cursor = next.map(|position| position.cursor(list));
    if let Some(cursor) = &cursor {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("cursor", cursor)
            .append_pair("limit", &EMBEDDED.to_string())
            .finish();
        links.push("next", format!("{own_list}?{query}"));
    }
    let data: Json = page
        .filter_map(|index| related.item(index))
        .map(|item| item.described(&wanted, asked))
        .collect();
    object! { "data": data, "meta": meta(total, cursor, list), "links": links }
}

/// The attributes that every embedded item shall have, and those for this
/// relationship alone.
fn wanted_attributes<'a>(asked: &'a Asked, name: &str) -> Vec<&'a str> {
    let mut wanted = asked.list("relationship_attributes");
    wanted.extend(asked.list(&format!("relationship_attributes[{name}]")));
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
