//! Users: what a key may, and what it has used; and `GET /metadata`. Free of quota.

use std::sync::LazyLock;

use axum::Router;
use axum::routing::get;
use jiff::tz::TimeZone;

use super::call::Call;
use super::engines::NAMES;
use super::indicator::Kind;
use super::json::{Json, Object, object};
use super::relationships::names;
use super::reply::{Answer, ApiError, Reply};
use super::seed::Seed;
use super::service::Shared;
use super::template::{Fixture, Thing};

/// The id of the user behind every key.
const USER: &str = "sandbox_user";
/// How the service writes "no cap": larger than 32 bits hold.
const NO_CAP: i64 = 60_000_000_000;

static FIXTURE: LazyLock<Fixture> =
    LazyLock::new(|| Fixture::new(include_str!("fixtures/user.json")));

/// `GET /users/{id}`, `/overall_quotas` and `/api_usage`; `GET /metadata`.
pub(super) fn routes() -> Router<Shared> {
    let routes = ["user", "overall_quotas", "api_usage"].into_iter();
    let routes = routes.fold(Router::new(), |router, what| {
        let path = if what == "user" {
            "/users/{id}"
        } else {
            &format!("/users/{{id}}/{what}")
        };
        router.route(path, get(async move |call: Call| described(&call, what)))
    });
    routes.route("/metadata", get(metadata))
}

/// The user, who is told the key as by the real service; all quotas, of which the
/// group's number is the contract, and one has no group, as the service has them
/// too; or the usage, all of which was today. A key sees its own user alone.
fn described(call: &Call, what: &str) -> Answer {
    let id = call.segment(0);
    if id != call.caller.key && !matches!(id, USER | "current") {
        // The id may be somebody's key: it is not repeated.
        return Err(ApiError::not_found("User not found"));
    }
    let usage = call.service.usage();
    let today = call.now.to_zoned(TimeZone::UTC).date().to_string();
    let user = Thing::new(&FIXTURE, Seed::of("user", USER))
        .with("base", call.base.clone())
        .with("key", call.caller.key.clone())
        .with("licensed", call.caller.licensed)
        .with("used", Json::count(usage.used()))
        .with(
            "allowed",
            usage.allowed().map_or(NO_CAP.into(), Json::count),
        )
        .with("daily", Object(vec![(today.into(), usage.counts().into())]))
        .with("total", usage.counts());
    Ok(Reply::data(user.fill(what)))
}

/// Engines, privileges, and the relationships of each type.
async fn metadata(_: Call) -> Reply {
    let mut engines = Object::default();
    for name in NAMES.iter() {
        engines.push(
            name.as_str(),
            object! { "category": "antivirus", "engine_version": "1.4.3.0", "engine_update": "20250901" },
        );
    }
    let mut relationships = Object::default();
    for kind in Kind::ALL.map(Kind::type_name) {
        let described = |name: &'static str| object! { "name": name, "description": "" };
        relationships.push(kind, names(kind).map(described).collect::<Json>());
    }
    let privileges = vec![
        "api-access",
        "intelligence",
        "ioc-stream",
        "private-scanning",
    ];
    Reply::data(object! {
        "engines": engines,
        "privileges": privileges,
        "relationships": relationships,
    })
}
