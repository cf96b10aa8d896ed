//! `GET /collections` and `GET /intelligence/search`: pages of what a filter finds.

use super::{Collection, keys};
use crate::sandbox::call::Call;
use crate::sandbox::dates;
use crate::sandbox::entity::Entity;
use crate::sandbox::filter::{Expression, Term};
use crate::sandbox::indicator::{Indicator, Kind};
use crate::sandbox::json::{Json, Object, object};
use crate::sandbox::paging::{self, Cursor, LIFE, Rest};
use crate::sandbox::relationships::invented;
use crate::sandbox::reply::{Answer, ApiError, Reply};
use crate::sandbox::seed::Seed;

/// What lists of collections can be ordered by.
const ORDERS: &str = "name creation_date last_modification_date lookups_trend submissions_trend \
    relevance exploitation_state risk_rating";
const RATINGS: [&str; 4] = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];
const STATES: [&str; 5] = ["No Known", "Suspected", "Reported", "Confirmed", "Wide"];

/// A list of collections. The second page of every walk is empty and not the last.
pub(super) async fn list(call: Call) -> Answer {
    call.licensed()?;
    let limit = call.limit()?;
    let found = collections(&call, call.value("filter").unwrap_or(""))?;
    let meta = object! { "count": Json::count(found.items.len()) };
    Ok(found.page(&call, meta, limit, Rest::AfterFirstPage))
}

/// Searches what `entity:` names; files where nothing is named.
pub(super) async fn search(call: Call) -> Answer {
    call.licensed()?;
    let limit = call.limit_up_to(300, 10)?;
    let text = call.value("query").unwrap_or("").trim();
    if text.is_empty() {
        return Err(ApiError::bad_request("The query is empty"));
    }
    let query = Expression::parse(text)?;
    let terms = query.terms();
    let entity = terms.into_iter().find(|term| term.key() == "entity");
    match entity.map_or("file", |term| term.value.as_str()) {
        // What is left is a filter.
        "collection" => {
            let found = collections(&call, &text.replacen("entity:collection", "", 1))?;
            Ok(found.page(&call, found.meta(ORDERS), limit, Rest::Nowhere))
        }
        other => {
            let kind = if other == "ip" {
                Some(Kind::Ip)
            } else {
                Kind::named(other)
            };
            let invalid = || ApiError::invalid_argument(format!("Invalid entity \"{other}\""));
            let kind = kind.ok_or_else(invalid)?;
            let found = indicators(&call, kind, &query)?;
            Ok(found.page(&call, found.meta(orders(kind)), limit, Rest::Nowhere))
        }
    }
}

/// What was found, in order.
struct Found<T> {
    items: Vec<T>,
    cursor: Cursor,
    /// What cursors of the list know it by.
    list: String,
}

impl<T: Entity> Found<T> {
    /// Sorts what passes by a number and a text.
    fn new(
        items: impl Iterator<Item = T>,
        rank: impl Fn(&T) -> (i64, String),
        ascending: bool,
        cursor: Cursor,
        list: String,
    ) -> Self {
        let mut ranked: Vec<_> = items.map(|one| (rank(&one), one)).collect();
        ranked.sort_by(|(a, _), (b, _)| if ascending { a.cmp(b) } else { b.cmp(a) });
        let items = ranked.into_iter().map(|(_, one)| one).collect();
        Self {
            items,
            cursor,
            list,
        }
    }

    /// The `meta` of a search.
    fn meta(&self, orders: &'static str) -> Object {
        let orders: Json = orders.split_whitespace().collect();
        let total = Json::count(self.items.len());
        object! { "total_hits": total, "allowed_orders": orders, "days_back": 90 }
    }

    /// A page. The cursor of the empty one stands in the link alone.
    fn page(&self, call: &Call, meta: Object, limit: usize, rest: Rest) -> Reply {
        let (range, next) = self.cursor.page(self.items.len(), limit, rest);
        let next = next.map(|next| next.good_for(LIFE, call.now).text(&self.list));
        let data = self.items[range]
            .iter()
            .map(|one| one.listed(call))
            .collect();
        if self.cursor.rests {
            paging::linked(call, data, meta, next)
        } else {
            paging::reply(call, data, meta, next)
        }
    }
}

/// The order that a call asks for, and whether it ascends; as a key without a sign
/// does.
fn order<'a>(call: &'a Call, default: &'a str, orders: &str) -> Result<(&'a str, bool), ApiError> {
    let text = call.value("order").unwrap_or(default);
    let name = text.strip_suffix(['+', '-']).unwrap_or(text);
    let mut known = orders.split_whitespace();
    if known.any(|order| order == name) {
        return Ok((name, !text.ends_with('-')));
    }
    let orders: Vec<&str> = orders.split_whitespace().collect();
    let orders = orders.join(", ");
    let message = format!("Invalid order \"{text}\": valid ones are {orders}");
    Err(ApiError::invalid_argument(message))
}

/// The collections that pass a filter, as they are at the moment of the cursor.
fn collections(call: &Call, text: &str) -> Result<Found<Collection>, ApiError> {
    let (order, ascending) = order(call, "creation_date-", ORDERS)?;
    let filter = Expression::parse(text)?;
    for term in filter.terms() {
        keys::check(term, call.second())?;
    }
    let list = Seed::of("collections", &format!("{text} {order} {ascending}")).hex("list", 16);
    let cursor = Cursor::of(call, &list)?;
    let now = cursor.moment.as_second();
    let rank = |one: &Collection| {
        let place = |words: &[&str], fact: &str| {
            let fact = one.known(now).text(fact);
            let at = words.iter().position(|word| *word == fact);
            at.and_then(|at| i64::try_from(at + 1).ok()).unwrap_or(0)
        };
        let number = match order {
            "name" => return (0, one.name()),
            "creation_date" => one.created(),
            "last_modification_date" => one.modified(now),
            "risk_rating" => place(&RATINGS, order),
            "exploitation_state" => place(&STATES, order),
            key => one.seed().between(key, 0, 1_000),
        };
        (number, one.id())
    };
    let passes = |one: &Collection| filter.holds(&|term: &Term| keys::passes(one, term, now));
    Ok(Found::new(
        Collection::all().filter(passes),
        rank,
        ascending,
        cursor,
        list,
    ))
}

/// What results can be ordered by; the first is the default.
fn orders(kind: Kind) -> &'static str {
    match kind {
        Kind::File => "last_submission_date first_submission_date positives size",
        Kind::Url => "last_submission_date first_submission_date positives",
        Kind::Domain | Kind::Ip => "last_modification_date creation_date positives",
    }
}

/// The indicators that a query finds.
fn indicators(call: &Call, kind: Kind, query: &Expression) -> Result<Found<Indicator>, ApiError> {
    let orders = orders(kind);
    let default = orders.split(' ').next().map(|first| format!("{first}-"));
    let default = default.unwrap_or_default();
    let (order, ascending) = order(call, &default, orders)?;
    let list = Seed::of("search", &format!("{query:?} {order} {ascending}")).hex("list", 16);
    let cursor = Cursor::of(call, &list)?;
    let rank = |one: &Indicator| {
        let date = dates::named(one.seed, order.trim_end_matches("_date"));
        let number = match order {
            "positives" => one.known().number("malicious"),
            key => date.unwrap_or_else(|| one.seed.between(key, 0, 1_000_000)),
        };
        (number, one.id.clone())
    };
    // Addresses are fewer: a documentation network has no more.
    let pool = if kind == Kind::Ip { 254 } else { 700 };
    let seed = Seed::of("found", kind.type_name());
    let all = (0..pool).map(|index| invented(seed, kind, index));
    let passing = all.filter(|one| query.holds(&|term| passes(one, term)));
    Ok(Found::new(passing, rank, ascending, cursor, list))
}

/// Whether an indicator passes a term: positives and score are compared, a text
/// that stands alone is looked for in the id, and each other key keeps half.
fn passes(indicator: &Indicator, term: &Term) -> bool {
    match term.key() {
        "" => term.is_in(&indicator.id),
        "entity" => true,
        "p" | "positives" => term.allows(indicator.known().number("malicious")),
        "gti_score" => term.allows(indicator.known().number("score")),
        key => indicator.seed.child(key, 0).chance(&term.value, 50),
    }
}
