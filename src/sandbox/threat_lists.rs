//! `GET /threat_lists` and `GET /threat_lists/{id}/{package}`.

use std::sync::LazyLock;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::call::Call;
use super::dates;
use super::filter::{Expression, Term, among};
use super::json::{Json, Object, object};
use super::reply::{Answer, ApiError, Reply};
use super::seed::Seed;
use super::service::Shared;
use super::template::{Fixture, Thing};

/// The lists, and what is in them.
static FIXTURE: LazyLock<Fixture> =
    LazyLock::new(|| Fixture::new(include_str!("fixtures/threat_list.json")));

/// A list that is part of no licence here.
const NOT_GRANTED: &str = "infostealer";
/// Of this list the package of noon is missing.
const HAS_GAPS: &str = "linux";
/// Hours for which packages are kept.
const KEPT: i64 = 7 * 24;
const HOUR: i64 = 3_600;

pub(super) fn routes() -> Router<Shared> {
    let package = async |call: Call| package(&call);
    Router::new()
        .route("/threat_lists", get(granted))
        .route("/threat_lists/{id}/{package}", get(package))
}

/// What the licence grants.
async fn granted(call: Call) -> Answer {
    call.licensed()?;
    let rows = FIXTURE
        .documented()
        .iter()
        .filter(|row| row.text("list") != NOT_GRANTED);
    let list = |row| {
        Thing::new(&FIXTURE, Seed::of("list", ""))
            .documented(Some(row))
            .fill("granted")
    };
    Ok(Reply::data(rows.map(list).collect::<Json>()))
}

/// One package. That of an hour is published when the hour is over.
fn package(call: &Call) -> Answer {
    let (id, package) = (call.segment(0), call.segment(1));
    let not_found = |what, id| ApiError::not_found(format!("{what} \"{id}\" not found"));
    let list = FIXTURE
        .row("list", id)
        .ok_or_else(|| not_found("Threat list", id))?;
    call.licensed()?;
    if id == NOT_GRANTED {
        return Err(ApiError::forbidden());
    }
    let now = call.second().div_euclid(HOUR);
    let invalid =
        |what: &str, text: &str| ApiError::invalid_argument(format!("Invalid {what} \"{text}\""));
    let hour = match package {
        "latest" => now - 1,
        text => hour(text).ok_or_else(|| invalid("package", text))?,
    };
    if hour >= now {
        let at = dates::text((hour + 1) * HOUR, "%Y-%m-%d at %H:%M UTC");
        let message =
            format!("Package {package} is not available until {at} because of privacy policy.");
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "NotAvailableYet",
            message,
        ));
    }
    if hour < now - KEPT || (id == HAS_GAPS && hour.rem_euclid(24) == 12) {
        return Err(not_found("Package", package));
    }
    let limit = call.limit_up_to(4_000, 2_000)?;
    let types = call.list("type");
    let query = Expression::parse(call.value("query").unwrap_or(""))?;
    if let Some(term) = query.terms().into_iter().find(|term| !is_known(term)) {
        return Err(invalid("query", &format!("{}:{}", term.key(), term.value)));
    }
    let wanted = |entry: &Thing| types.is_empty() || types.contains(&entry.text("kind").as_str());
    let passing = |entry: &Thing| wanted(entry) && query.holds(&|term| passes(entry, term));
    let entries = entries(list, hour).filter(passing).take(limit);
    let iocs: Json = entries.map(|entry| entry.fill("entry")).collect();
    Ok(object! { "iocs": iocs }.into())
}

/// Hours since the epoch.
pub(super) fn hour(text: &str) -> Option<i64> {
    let at = DateTime::strptime("%Y%m%d%H%M", format!("{text}00")).ok();
    let at = at
        .filter(|_| text.len() == 10)?
        .to_zoned(TimeZone::UTC)
        .ok()?;
    Some(at.timestamp().as_second().div_euclid(HOUR))
}

/// Whether the service knows a term.
fn is_known(term: &Term) -> bool {
    match term.key() {
        "has" => among(
            "malware_families campaigns reports threat_actors",
            &term.value,
        ),
        "gti_score" | "positives" => term.times(|text| text.parse().ok()).is_some(),
        _ => false,
    }
}

fn passes(entry: &Thing, term: &Term) -> bool {
    match term.key() {
        "has" => entry.is(&term.value),
        key => term.allows(entry.number(key)),
    }
}

/// The entries of a list in an hour, which is counted from the epoch. The first
/// half comes again in every package of a day, and changes every six hours.
fn entries(list: &'static Object, hour: i64) -> impl Iterator<Item = Thing> {
    let name = list.text("list");
    let kinds: Vec<&str> = list.text("kinds").split(' ').collect();
    let package = Seed::of("package", &format!("{name} {hour}"));
    let day = Seed::of("day", &format!("{name} {}", hour.div_euclid(24)));
    // More than one answer may hold.
    let count = if name == "malware" {
        4_400
    } else {
        20 + package.below("count", 30)
    };
    (0..count).map(move |index| {
        let (seed, since) = if index < count.min(20) / 2 {
            (day, hour.div_euclid(6) * 6)
        } else {
            (package, hour)
        };
        let seed = seed.child("entry", index);
        let modified = since * HOUR + seed.between("modified", 0, HOUR - 1);
        Thing::new(&FIXTURE, seed)
            .with("list", name)
            .with("kind", seed.pick("kind", &kinds))
            .with("gti_score", seed.between("score", 0, 100))
            .with("modified", modified)
            .with("analysed", modified - 60)
    })
}
