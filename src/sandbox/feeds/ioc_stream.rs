//! `GET /ioc_stream`.

use axum::extract::State;

use super::notification::visible;
use super::stream_filter::StreamFilter;
use crate::sandbox::asked::Asked;
use crate::sandbox::envelope::{Answer, Refusal};
use crate::sandbox::json::{Json, Object, object};
use crate::sandbox::key_cursor::KeyCursor;
use crate::sandbox::seed::Seed;
use crate::sandbox::service::Shared;

/// Notifications vanish after about so many seconds (API notes, section 4.3).
const KEPT: i64 = 30 * 86_400;

/// A page of the stream. The second page of every walk is empty and not the last.
pub(super) async fn page(State(service): State<Shared>, asked: Asked) -> Answer {
    let now = (service.options.now)().as_second();
    let text = asked.value("filter").unwrap_or("");
    let filter = StreamFilter::parse(text)?;
    let oldest_first = match asked.value("order").unwrap_or("date-") {
        "date+" => true,
        "date-" => false,
        other => {
            return Err(Refusal::bad_request(format!(
                "Invalid order \"{other}\": valid ones are date+, date-"
            )));
        }
    };
    let limit = asked.limit()?;
    let list = Seed::of("stream", &format!("{text} {oldest_first}"));
    let place = match asked.value("cursor").filter(|cursor| !cursor.is_empty()) {
        None => None,
        Some(cursor) => Some(
            KeyCursor::parse(cursor, list, now)
                .ok_or_else(|| Refusal::bad_request("Invalid cursor"))?,
        ),
    };
    let mut low = filter.low.unwrap_or(0).max(now - KEPT);
    let mut high = filter.high.unwrap_or(i64::MAX);
    match &place {
        Some(place) if oldest_first => low = low.max(place.date),
        Some(place) => high = high.min(place.date),
        None => {}
    }
    let mut rest = visible(low, high, now, oldest_first).filter(|one| {
        let after = place
            .as_ref()
            .is_none_or(|place| place.is_before(one.date, &one.id, oldest_first));
        after && filter.passes(one)
    });
    let rests = place.as_ref().is_some_and(|place| place.rests);
    let page: Vec<_> = if rests {
        Vec::new()
    } else {
        rest.by_ref().take(limit).collect()
    };
    let next = if rests {
        place.map(KeyCursor::rested)
    } else if rest.next().is_some() {
        page.last()
            .map(|last| KeyCursor::after(last.date, &last.id, place.is_none()))
    } else {
        None
    };
    let descriptors = asked.value("descriptors_only") == Some("true");
    let data: Json = page
        .iter()
        .map(|one| one.object(descriptors, &asked))
        .collect();
    let mut meta = Object::default();
    let mut links = object! { "self": asked.link() };
    if let Some(next) = next {
        let cursor = next.text(list, now);
        links.push("next", asked.link_at(&cursor));
        meta.push("cursor", cursor);
    }
    Ok(object! { "data": data, "meta": meta, "links": links }.into())
}
