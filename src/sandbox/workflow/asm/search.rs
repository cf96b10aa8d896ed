//! `GET /asm/search/issues/{query}`.

use axum::extract::State as Held;
use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::envelope::{Answer, Done, Failed};
use super::issue::visible;
use super::object::hit;
use super::project::Project;
use super::query::Query;
use crate::sandbox::asked::Asked;
use crate::sandbox::json::{Json, object};
use crate::sandbox::seed::Seed;
use crate::sandbox::service::Shared;
use crate::sandbox::workflow::licensed;

/// Issues on a page, where nothing was said and at most.
const PAGE: usize = 50;
const LARGEST: usize = 1_000;

/// A page of what a query finds, the longest unseen first.
pub(super) async fn page(Held(service): Held<Shared>, headers: HeaderMap, asked: Asked) -> Answer {
    licensed(&asked)?;
    let project = Project::of(&headers)?;
    let now = (service.options.now)();
    let size = number(&asked, "page_size", PAGE)?;
    if !(1..=LARGEST).contains(&size) {
        return Err(Failed::wrong(format!(
            "page_size must be a number from 1 to {LARGEST}"
        )));
    }
    let list = Seed::of("search", &format!("{} {}", project.id, asked.segment(0)));
    let (moment, offset) = match asked.value("page_token").filter(|token| !token.is_empty()) {
        Some(token) => parse(token, list).ok_or_else(|| Failed::wrong("Invalid page_token"))?,
        None => (now, number(&asked, "page", 0)?.saturating_mul(size)),
    };
    let query = Query::parse(asked.segment(0), moment).map_err(Failed::wrong)?;
    let mut found = {
        let changes = service.changes();
        let all = visible(project, moment).into_iter().map(|issue| {
            let state = issue.state(&changes, moment);
            (issue, state)
        });
        all.filter(|(issue, state)| query.passes(issue, state, project))
            .collect::<Vec<_>>()
    };
    found.sort_by(|(one, a), (other, b)| (a.last_seen, &one.id).cmp(&(b.last_seen, &other.id)));
    let end = found.len().min(offset.saturating_add(size));
    let page = found.get(offset..end).unwrap_or_default();
    let more = end < found.len();
    let hits: Json = page
        .iter()
        .map(|(issue, state)| hit(issue, state, project))
        .collect();
    Ok(Done::new(
        "Search completed!",
        object! {
            "timed_out": false,
            "more": more,
            "total_pages": integer(found.len().div_ceil(size)),
            "page": integer(offset / size),
            "page_size": integer(size),
            "total_hits": integer(found.len()),
            "next_page_token": more.then(|| text(moment, end, list)),
            "hits": hits,
        },
    ))
}

fn number(asked: &Asked, name: &str, otherwise: usize) -> Result<usize, Failed> {
    match asked.value(name).filter(|text| !text.is_empty()) {
        None => Ok(otherwise),
        Some(text) => text
            .parse()
            .map_err(|_| Failed::wrong(format!("{name} must be a number"))),
    }
}

fn integer(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A token: the moment that the search shows, and how much of it was given out.
fn text(moment: Timestamp, offset: usize, list: Seed) -> String {
    let text = format!(
        "{} {offset} {}",
        moment.as_nanosecond(),
        list.hex("token", 32)
    );
    URL_SAFE_NO_PAD.encode(text)
}

/// Reads a token back; none for that of another search.
fn parse(token: &str, list: Seed) -> Option<(Timestamp, usize)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let mut parts = text.split(' ');
    let moment = Timestamp::from_nanosecond(parts.next()?.parse().ok()?).ok()?;
    let offset = parts.next()?.parse().ok()?;
    (parts.next()? == list.hex("token", 32)).then_some((moment, offset))
}
