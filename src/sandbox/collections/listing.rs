//! `GET /collections`, and what it shares with a search.

use super::collection::Collection;
use super::expression::Expression;
use super::keys;
use super::order::Order;
use crate::sandbox::asked::Asked;
use crate::sandbox::envelope::{Answer, Refusal};
use crate::sandbox::json::{Json, Object, object};
use crate::sandbox::key_cursor::KeyCursor;
use crate::sandbox::seed::Seed;

/// A page of the list. The second page of every walk is empty and not the last.
pub(super) fn list(asked: &Asked) -> Answer {
    if !asked.caller.licensed {
        return Err(Refusal::forbidden());
    }
    let limit = asked.limit()?;
    let text = asked.value("filter").unwrap_or("");
    let page = page(asked, text, limit, true)?;
    let count = i64::try_from(page.total).unwrap_or(i64::MAX);
    Ok(page.answer(asked, object! { "count": count }))
}

/// A page of collections.
pub(super) struct Page {
    items: Vec<Object>,
    pub(super) total: usize,
    cursor: Option<String>,
}

impl Page {
    /// The answer, with a `meta` that the cursor is added to.
    pub(super) fn answer(self, asked: &Asked, mut meta: Object) -> crate::sandbox::envelope::Reply {
        let mut links = object! { "self": asked.link() };
        if let Some(cursor) = self.cursor {
            links.push("next", asked.link_at(&cursor));
            meta.push("cursor", cursor);
        }
        let data: Json = self.items.into_iter().collect();
        object! { "data": data, "meta": meta, "links": links }.into()
    }

    pub(super) fn of(items: Vec<Object>, total: usize, cursor: Option<String>) -> Self {
        Self {
            items,
            total,
            cursor,
        }
    }
}

/// The collections that pass a filter, from the cursor on.
pub(super) fn page(asked: &Asked, text: &str, limit: usize, rests: bool) -> Result<Page, Refusal> {
    let now = asked.now;
    let order = Order::parse(asked.value("order"))?;
    let filter = match text.trim() {
        "" => None,
        text => Some(Expression::parse(text)?),
    };
    for term in filter.iter().flat_map(Expression::terms) {
        keys::check(term, now)?;
    }
    let list = Seed::of("collections", &format!("{text} {order:?}"));
    let place = place(asked, list)?;
    let mut found: Vec<_> = Collection::all()
        .filter(|one| {
            let term = |term: &_| keys::passes(*one, term, now);
            filter.as_ref().is_none_or(|filter| filter.holds(&term))
        })
        .map(|one| (order.rank(one, now), one))
        .collect();
    found.sort_by(|(a, _), (b, _)| if order.ascending { a.cmp(b) } else { b.cmp(a) });
    let total = found.len();
    let mut rest = found.into_iter().filter(|((number, id), _)| {
        place
            .as_ref()
            .is_none_or(|place| place.is_before(*number, id, order.ascending))
    });
    let resting = place.as_ref().is_some_and(|place| place.rests);
    let page: Vec<_> = if resting {
        vec![]
    } else {
        rest.by_ref().take(limit).collect()
    };
    let next = match page.last() {
        None if resting => place.map(KeyCursor::rested),
        Some(((number, id), _)) if rest.next().is_some() => {
            Some(KeyCursor::after(*number, id, rests && place.is_none()))
        }
        _ => None,
    };
    let descriptors = asked.value("descriptors_only") == Some("true");
    let items = page
        .into_iter()
        .map(|(_, one)| {
            if descriptors {
                one.descriptor()
            } else {
                one.whole(asked)
            }
        })
        .collect();
    Ok(Page::of(
        items,
        total,
        next.map(|next| next.text(list, now)),
    ))
}

/// The place that the request's cursor stands for.
pub(super) fn place(asked: &Asked, list: Seed) -> Result<Option<KeyCursor>, Refusal> {
    let Some(cursor) = asked.value("cursor").filter(|cursor| !cursor.is_empty()) else {
        return Ok(None);
    };
    let place = KeyCursor::parse(cursor, list, asked.now);
    place
        .map(Some)
        .ok_or_else(|| Refusal::bad_request("Invalid cursor"))
}
