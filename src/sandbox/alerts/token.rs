//! The exchange of a key for a token, and who may come in with one (API notes,
//! second page, section 1.1). A token says by itself how long it is good.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;

use super::status::Status;
use crate::sandbox::json::object;
use crate::sandbox::reply::Reply;
use crate::sandbox::seed::Seed;
use crate::sandbox::service::{Service, Shared};

/// How long a token is good, in seconds.
const LIFE: i64 = 14_398;
/// So many requests a token of a key that begins with `brief` is good for.
const FEW: u64 = 3;

/// How tokens begin.
const PREFIX: &str = "ya29.d.simulated";

/// How often each token was used that is good for few requests.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Uses(BTreeMap<String, u64>);

#[derive(Deserialize)]
struct Offered {
    api_key: String,
}

/// `POST /realms/master/exchange/api-key`. What a refusal looks like is not known:
/// one wrong key is answered in JSON, another in plain text.
pub(super) async fn exchange(State(service): State<Shared>, body: Bytes) -> Response {
    let Ok(Offered { api_key }) = serde_json::from_slice(&body) else {
        return (StatusCode::BAD_REQUEST, "unreadable body").into_response();
    };
    let required = service.options.require_key.as_deref();
    if api_key.starts_with("inactive") {
        return (StatusCode::UNAUTHORIZED, "Unauthorized").into_response();
    }
    if api_key.is_empty()
        || api_key.starts_with("wrong")
        || required.is_some_and(|required| required != api_key)
    {
        let body = r#"{"error":"invalid_grant","error_description":"Invalid API key"}"#;
        let kind = [(header::CONTENT_TYPE, "application/json")];
        return (StatusCode::UNAUTHORIZED, kind, body).into_response();
    }
    let now = (service.options.now)();
    let kind = if api_key.starts_with("brief") {
        "brief"
    } else if api_key.starts_with("unlicensed") {
        "unlicensed"
    } else {
        "full"
    };
    let number = service.uses().0.len();
    let seed = Seed::of("token", &format!("{api_key} {number}"));
    let until = now.as_second() + LIFE;
    let token = format!("{PREFIX}.{kind}.{until}.{}", seed.hex("token", 24));
    service.uses().0.insert(token.clone(), 0);
    Reply::from(object! {
        "access_token": token,
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "token_type": "Bearer",
        "expires_in": LIFE,
    })
    .into_response()
}

/// Lets a request in, or says why not.
///
/// # Errors
/// 401 without a token that is good, 403 for one whose owner has no role.
pub(super) fn admitted(
    service: &Service,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<(), Status> {
    let header = |name: &str| headers.get(name)?.to_str().ok();
    if header("x-apikey").is_some() {
        return Err(Status::invalid(
            "This service takes no API key in x-apikey, and nobody should send it one",
        ));
    }
    let token = header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or_else(Status::unauthenticated)?;
    let mut uses = service.uses();
    let count = uses.0.get_mut(token).ok_or_else(Status::unauthenticated)?;
    *count += 1;
    let mut parts = token.strip_prefix(PREFIX).unwrap_or("").split('.').skip(1);
    let (kind, until) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let over = until
        .parse()
        .is_ok_and(|until: i64| now.as_second() >= until);
    if over || (kind == "brief" && *count > FEW) {
        return Err(Status::unauthenticated());
    }
    if kind == "unlicensed" {
        let message = "Permission 'threatintelligence.alerts.list' denied on resource";
        return Err(Status::denied(message));
    }
    if header("x-goog-user-project").is_none_or(str::is_empty) {
        return Err(Status::denied("The header x-goog-user-project is missing"));
    }
    Ok(())
}
