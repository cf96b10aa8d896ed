//! Users: what a key may, what it has used, and when. Free of quota.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Unit};

use super::asked::Asked;
use super::auth::Caller;
use super::envelope::{Answer, Refusal, Reply};
use super::json::{Json, Object, object};
use super::service::Shared;
use super::usage::Usage;

/// The id of the user behind every key.
const USER: &str = "sandbox_user";
/// The id of the user's group.
const GROUP: &str = "sandbox_group";
/// How the service writes "no cap": larger than 32 bits hold.
const NO_CAP: i64 = 60_000_000_000;
/// The longest range that usage is told for, and how far back it goes.
const RANGE: i64 = 30;
const REACH: i64 = 60;

const PRIVILEGES: [(&str, bool); 6] = [
    ("api-access", false),
    ("intelligence", true),
    ("gti-assessment", true),
    ("ioc-stream", true),
    ("private-scanning", true),
    ("threat-lists", true),
];

/// Quotas beside the daily one, with how much is allowed and used.
const QUOTAS: [(&str, i64, i64); 6] = [
    ("api_requests_monthly", NO_CAP, 0),
    ("intelligence_searches_monthly", 10_000, 12),
    ("intelligence_downloads_monthly", 500, 501),
    ("intelligence_hunting_rules", 100, 3),
    ("private_scans_monthly", 50, 0),
    ("private_scans_per_minute", 30, 0),
];

/// `GET /users/{id}`, `/overall_quotas` and `/api_usage`.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route(
            "/users/{id}",
            get(async |State(service): State<Shared>, asked: Asked| user(&asked, &service.usage())),
        )
        .route(
            "/users/{id}/overall_quotas",
            get(async |State(service): State<Shared>, asked: Asked| {
                known(&asked)?;
                Ok::<_, Refusal>(Reply::data(overall_quotas(&service.usage())))
            }),
        )
        .route(
            "/users/{id}/api_usage",
            get(async |State(service): State<Shared>, asked: Asked| {
                let now = (service.options.now)().to_zoned(TimeZone::UTC).date();
                api_usage(&asked, now, &service.usage())
            }),
        )
}

/// A key sees its own user alone.
fn known(asked: &Asked) -> Result<(), Refusal> {
    let id = asked.segment(0);
    if id == asked.caller.key || matches!(id, USER | "current") {
        Ok(())
    } else {
        // The id may be somebody's key: it is not repeated.
        Err(Refusal::not_found("User not found"))
    }
}

fn user(asked: &Asked, usage: &Usage) -> Answer {
    known(asked)?;
    let mut quotas = Object::default();
    for (name, allowed, used) in quotas_of(usage) {
        quotas.push(name, object! { "allowed": allowed, "used": used });
    }
    Ok(Reply::data(object! {
        "id": USER,
        "type": "user",
        "links": object! { "self": format!("{}/users/{USER}", asked.base) },
        "attributes": object! {
            // The real service echoes the key, too.
            "apikey": asked.caller.key.clone(),
            "email": "user@sandbox.example",
            "first_name": "Simulated",
            "last_name": "User",
            "status": "active",
            "has_2fa": true,
            "user_since": 1_609_459_200,
            "privileges": privileges(&asked.caller),
            "quotas": quotas,
        },
    }))
}

fn privileges(caller: &Caller) -> Object {
    let mut privileges = Object::default();
    for (name, premium) in PRIVILEGES {
        privileges.push(
            name,
            object! {
                "granted": !premium || caller.licensed,
                "inherited_from": GROUP,
                "inherited_via": "group",
                "expiration_date": Json::Null,
            },
        );
    }
    privileges
}

fn quotas_of(usage: &Usage) -> impl Iterator<Item = (&'static str, i64, i64)> {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let allowed = usage.allowed().map_or(NO_CAP, number);
    let daily = ["api_requests_hourly", "api_requests_daily"]
        .into_iter()
        .zip([NO_CAP, allowed])
        .map(move |(name, allowed)| (name, allowed, number(usage.used())));
    daily.chain(QUOTAS)
}

/// The group's number is the contract; the user has no cap of its own. A quota
/// without a group, as the service has them too, comes last.
fn overall_quotas(usage: &Usage) -> Object {
    let mut quotas = Object::default();
    for (name, allowed, used) in quotas_of(usage) {
        quotas.push(
            name,
            object! {
                "user": object! { "allowed": NO_CAP, "used": used },
                "group": object! { "allowed": allowed, "used": used, "inherited_from": GROUP },
            },
        );
    }
    quotas.push(
        "collections_creation_monthly",
        object! { "user": object! { "allowed": 100, "used": 1 } },
    );
    quotas
}

fn api_usage(asked: &Asked, today: Date, usage: &Usage) -> Answer {
    known(asked)?;
    let day = |name: &str| match asked.value(name) {
        None => Ok(None),
        Some(text) => Date::strptime("%Y%m%d", text).map(Some).map_err(|_| {
            Refusal::invalid_argument(format!("\"{text}\" is not a valid date, use YYYYMMDD"))
        }),
    };
    let back = |from: Date, days: i64| from.checked_sub(Span::new().days(days)).unwrap_or(from);
    let end = day("end_date")?.unwrap_or(today);
    let start = day("start_date")?.unwrap_or_else(|| back(end, RANGE));
    let days = i64::from(
        start
            .until((Unit::Day, end))
            .map_or(0, |span| span.get_days()),
    );
    if !(0..=RANGE).contains(&days) || start < back(today, REACH) {
        return Err(Refusal::bad_request(format!(
            "The range must be at most {RANGE} days, within the last {REACH} days"
        )));
    }

    let total: Object = counted(usage);
    let mut daily = Object::default();
    for date in start
        .series(Span::new().days(1))
        .take_while(|date| *date <= end)
    {
        let counts = if date == today {
            total.clone()
        } else {
            Object::default()
        };
        daily.push(date.to_string(), counts);
    }
    Ok(Reply::data(object! {
        "daily": daily,
        "total": if (start..=end).contains(&today) { total } else { Object::default() },
        "daily_endpoints_not_consuming_quota": object! {},
        "total_endpoints_not_consuming_quota": object! {},
    }))
}

fn counted(usage: &Usage) -> Object {
    let mut counts = Object::default();
    for (endpoint, count) in usage.by_endpoint() {
        counts.push(endpoint.clone(), i64::try_from(*count).unwrap_or(i64::MAX));
    }
    counts
}
