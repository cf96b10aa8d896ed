//! `GET /ioc_stream`: notifications, as they appear.

use std::sync::LazyLock;

use axum::Router;
use axum::routing::get;
use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::call::Call;
use super::dates;
use super::entity::Entity;
use super::filter::{Term, among, words};
use super::indicator::Indicator;
use super::json::Object;
use super::paging::{self, Cursor, LIFE};
use super::reply::{Answer, ApiError};
use super::seed::Seed;
use super::service::Shared;
use super::template::{Fixture, Thing};
use super::timeline::{Event, Timeline};

/// A few a minute, and 47 of one second every half hour.
static NOTIFICATIONS: Timeline = Timeline {
    name: "notifications",
    step: 60_000,
    spread: 0,
    most: 3,
    burst: Some((30, 47)),
    late: Some((6, 240_000)),
};
/// Notifications vanish after about so long (API notes, section 4.3).
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// What a notification can be filtered by, its date apart.
const KEYS: &str = "origin entity_type entity_id source_type source_id notification_tag";

static FIXTURE: LazyLock<Fixture> =
    LazyLock::new(|| Fixture::new(include_str!("fixtures/notification.json")));

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/ioc_stream", get(page))
}

/// A page of the stream. The second page of every walk is empty and not the last.
async fn page(call: Call) -> Answer {
    let text = call.value("filter").unwrap_or("");
    let order = call.value("order").unwrap_or("date-");
    if !among("date+ date-", order) {
        let message = format!("Invalid order \"{order}\": valid ones are date+, date-");
        return Err(ApiError::bad_request(message));
    }
    let ascending = order == "date+";
    let limit = call.limit()?;
    let list = Seed::of("stream", &format!("{text} {order}")).hex("list", 16);
    let cursor = Cursor::of(&call, &list)?;

    // A page begins at its place: nothing before it is made at all.
    let place = place(&cursor.place);
    let (mut low, mut high) = (cursor.moment - KEPT, Timestamp::MAX);
    match place {
        Some((second, _)) if ascending => low = low.max(time(second)),
        Some((second, _)) => high = high.min(time(second)),
        None => {}
    }
    let mut terms = words(text).ok_or_else(|| invalid(text))?;
    for term in terms.extract_if(.., |term| term.key() == "date") {
        let times = term.times(|text| dates::parse(text, call.second()));
        let times = times.ok_or_else(|| invalid(&term.value))?;
        low = low.max(time(*times.start()));
        high = high.min(time(*times.end()));
    }
    // A `+` that was not escaped has become a blank by now, and its term is unknown.
    if let Some(term) = terms.iter().find(|term| !among(KEYS, term.key())) {
        return Err(invalid(term.key()));
    }
    let is_after = |event: &Event| match (place, self::key(event)) {
        (Some(place), key) if ascending => key > place,
        (Some(place), key) => key < place,
        (None, _) => true,
    };
    let mut rest = visible(low, high, cursor.moment, ascending)
        .filter(|event| is_after(event) && terms.iter().all(|term| passes(event, term)));
    let count = if cursor.rests { 0 } else { limit };
    let page: Vec<Event> = rest.by_ref().take(count).collect();
    let next = match page.last().map(key) {
        None if cursor.rests => Some(cursor.at(&cursor.place, false)),
        Some((second, index)) if rest.next().is_some() => {
            Some(cursor.at(&format!("{second}.{index}"), place.is_none()))
        }
        _ => None,
    };
    let next = next.map(|next| next.good_for(LIFE, call.now).text(&list));
    let data = page
        .iter()
        .map(|event| notification(event, &call))
        .collect();
    Ok(paging::reply(&call, data, Object::default(), next))
}

/// What events are ordered by: their second, and which of its step they are.
fn key(event: &Event) -> (i64, usize) {
    (event.at.as_second(), event.index)
}

fn place(text: &str) -> Option<(i64, usize)> {
    let (second, index) = text.split_once('.')?;
    Some((second.parse().ok()?, index.parse().ok()?))
}

fn time(second: i64) -> Timestamp {
    let bound = if second < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_second(second).unwrap_or(bound)
}

fn invalid(what: &str) -> ApiError {
    let message = format!("Invalid filter \"{what}\": valid ones are date {KEYS}");
    ApiError::bad_request(message)
}

/// What is visible at `now`, and always one that is dated at the beginning of next
/// year, as clocks that go wrong have it.
fn visible(
    low: Timestamp,
    high: Timestamp,
    now: Timestamp,
    ascending: bool,
) -> impl Iterator<Item = Event> {
    let year = now.to_zoned(TimeZone::UTC).year() + 1;
    let start = date(year, 1, 1)
        .to_zoned(TimeZone::UTC)
        .map(|start| start.timestamp());
    let events = start.map(|start| NOTIFICATIONS.of_step(NOTIFICATIONS.step_of(start), start));
    let mut events = events.unwrap_or_default().into_iter();
    let ahead = events.find(|event| (low..=high).contains(&event.at));
    let (before, after) = if ascending {
        (None, ahead)
    } else {
        (ahead, None)
    };
    let dated = NOTIFICATIONS.between(low, high, now, ascending);
    before.into_iter().chain(dated).chain(after)
}

fn thing(event: &Event) -> Thing {
    Thing::new(&FIXTURE, event.seed).with("date", event.at.as_second())
}

/// What a notification is about.
fn subject(thing: &Thing) -> Indicator {
    let text = thing.text("subject");
    let found = match thing.text("entity_type").as_str() {
        "ip_address" => text.parse().ok().map(Indicator::ip),
        "url" => text.parse().ok().map(Indicator::url),
        "file" => Indicator::file(&text),
        _ => None,
    };
    found.unwrap_or_else(|| Indicator::domain(&text))
}

fn passes(event: &Event, term: &Term) -> bool {
    let thing = thing(event);
    match term.key() {
        "entity_id" => subject(&thing).id == term.value,
        key => thing.text(key) == term.value,
    }
}

/// The object as the stream has it. What a threat profile is told of names URLs by
/// their text.
fn notification(event: &Event, call: &Call) -> Object {
    let thing = thing(event);
    let subject = subject(&thing);
    let mut object = subject.listed(call);
    if thing.is("profiled")
        && let (Some(id), Some(url)) = (object.get_mut("id"), &subject.url)
    {
        *id = url.to_string().into();
    }
    object.retain(|key| key != "context_attributes");
    object.push("context_attributes", thing.fill("context"));
    object
}
