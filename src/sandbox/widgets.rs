//! Widgets: an address for each indicator, and the page behind it, which any
//! browser may load for three days.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::call::{Call, value};
use super::dates::DAY;
use super::indicator::{FIXTURE, Indicator, Kind};
use super::json::object;
use super::reply::{Answer, ApiError, Reply};
use super::seed::Seed;
use super::service::Shared;
use super::template::Thing;

/// How long an address is good, in seconds.
const LIFETIME: i64 = 3 * DAY;

/// Where the pages are: beside the API, not in it.
pub(super) const PAGES: &str = "/gtiwidget/";

/// The colours that can be chosen, in the light theme and in the dark one.
const COLOURS: [(&str, &str, &str); 4] = [
    ("bg1", "ffffff", "212c44"),
    ("bg2", "f9f9f9", "1a2336"),
    ("fg1", "4d4d4d", "ffffff"),
    ("bd1", "e6e6e6", "3a4a6c"),
];

/// `GET /gtiwidget?query=`.
pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/gtiwidget", get(widget))
}

/// The pages, which need no key.
pub(super) fn page_routes() -> Router<Shared> {
    Router::new().route("/gtiwidget/{token}", get(page))
}

async fn widget(call: Call) -> Answer {
    call.licensed()?;
    let query = call.value("query").unwrap_or("");
    let indicator = indicator(query)?;
    let (kind, found) = match &indicator {
        Ok(indicator) => (indicator.kind.type_name(), true),
        Err(kind) => (kind.type_name(), false),
    };
    let mut token = url::form_urlencoded::Serializer::new(String::new());
    token
        .append_pair("ioc", query)
        .append_pair("said", if found { "Known" } else { "Not found" })
        .append_pair("until", &(call.second() + LIFETIME).to_string());
    for (name, ..) in COLOURS {
        let is_colour = |text: &str| text.len() == 6 && text.bytes().all(|b| b.is_ascii_hexdigit());
        match call.value(name) {
            None => {}
            Some(text) if is_colour(text) => {
                token.append_pair(name, text);
            }
            Some(text) => {
                let message = format!("\"{text}\" is not a valid value for {name}");
                return Err(ApiError::invalid_argument(message));
            }
        }
    }
    token.append_pair("theme", call.value("theme").unwrap_or(""));
    let host = call.base.trim_end_matches(super::ROOT);
    let url = format!("{host}{PAGES}{}", URL_SAFE_NO_PAD.encode(token.finish()));
    if indicator.is_ok_and(|indicator| indicator.is("hostile")) {
        let word = |name| Thing::new(&FIXTURE, Seed::of("widget", "")).text(name);
        return Ok(Reply::data(object! {
            "id": format!("{query}{}\n{}", word("escapes"), word("script")),
            "type": word("script"),
            "url": format!("{url}?a=\"onload=\"x&b='>{}", word("script")),
            "found": true,
        }));
    }
    Ok(Reply::data(object! {
        "id": query.to_owned(),
        "type": kind,
        "url": url,
        "found": found,
    }))
}

/// What is asked about; only the kind of what is not known here.
///
/// # Errors
/// 400 for what is no indicator.
fn indicator(query: &str) -> Result<Result<Indicator, Kind>, ApiError> {
    let hash = matches!(query.len(), 32 | 40 | 64) && query.bytes().all(|b| b.is_ascii_hexdigit());
    let (kind, id) = if hash {
        (Kind::File, query.to_owned())
    } else if query.parse::<std::net::IpAddr>().is_ok() {
        (Kind::Ip, query.to_owned())
    } else if query.contains("://") {
        (Kind::Url, URL_SAFE_NO_PAD.encode(query))
    } else {
        (Kind::Domain, query.to_owned())
    };
    match Indicator::parse(kind, &id) {
        Ok(indicator) => Ok(Ok(indicator)),
        Err(error) if error.status == StatusCode::NOT_FOUND => Ok(Err(kind)),
        Err(_) => {
            let message = format!("\"{query}\" is not a valid observable");
            Err(ApiError::bad_request(message))
        }
    }
}

async fn page(State(service): State<Shared>, Path(token): Path<String>) -> Response {
    let now = (service.options.now)().as_second();
    let token = URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
    let pairs: Vec<_> = url::form_urlencoded::parse(&token).into_owned().collect();
    let stated = |name: &str| value(&pairs, name);
    let until = stated("until").and_then(|until| until.parse::<i64>().ok());
    if until.is_none_or(|until| until <= now) {
        return ApiError::bad_request("The widget has expired or never was").into_response();
    }
    let escape = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let mut text = include_str!("fixtures/widget.html").to_owned();
    for (name, light, dark) in COLOURS {
        let default = if stated("theme") == Some("dark") {
            dark
        } else {
            light
        };
        text = text.replace(&format!("{{{name}}}"), stated(name).unwrap_or(default));
    }
    text = text.replace("{said}", stated("said").unwrap_or(""));
    text = text.replace("{ioc}", &escape(stated("ioc").unwrap_or("")));
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_observable_is_understood() {
        for (query, kind) in [
            ("203.0.113.7", Kind::Ip),
            ("2001:db8::1", Kind::Ip),
            ("evil.example", Kind::Domain),
            ("http://evil.example/a?b=c d", Kind::Url),
            ("ea7602380b74a6d477c6bdedd87db214", Kind::File),
        ] {
            let indicator = indicator(query).expect(query).expect(query);
            assert_eq!(indicator.kind, kind, "{query}");
        }
        assert_eq!(
            indicator("notfound.example").map(|found| found.is_ok()),
            Ok(false)
        );
        assert!(indicator("no indicator").is_err() && indicator("").is_err());
    }
}
