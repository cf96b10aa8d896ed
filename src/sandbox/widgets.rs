//! Widgets: an address for each indicator, and the page behind it, which any
//! browser may load for three days.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::asked::Asked;
use super::envelope::{Answer, Refusal, Reply};
use super::json::object;
use super::objects::{ESCAPES, SCRIPT};
use super::role::Role;
use super::service::Shared;
use super::subject::{Kind, Subject};

/// How long an address is good, in seconds.
const LIFETIME: i64 = 3 * 24 * 60 * 60;

/// Where the pages are: beside the API, not in it.
pub(super) const PAGES: &str = "/gtiwidget/";

/// `GET /gtiwidget?query=`.
pub(super) fn routes() -> Router<Shared> {
    Router::new().route(
        "/gtiwidget",
        get(async |State(service): State<Shared>, asked: Asked| widget(&service, &asked)),
    )
}

/// The pages, which need no key.
pub(super) fn page_routes() -> Router<Shared> {
    Router::new().route("/gtiwidget/{token}", get(page))
}

fn widget(service: &Shared, asked: &Asked) -> Answer {
    if !asked.caller.licensed {
        return Err(Refusal::forbidden());
    }
    let query = asked.value("query").unwrap_or("");
    let subject = subject(query)?;
    let colour = |name: &str| match asked.value(name) {
        None => Ok(None),
        Some(text) if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Ok(Some(text.to_owned()))
        }
        Some(text) => Err(Refusal::invalid_argument(format!(
            "\"{text}\" is not a valid value for {name}"
        ))),
    };
    let (kind, found) = match &subject {
        Ok(subject) => (subject.kind.type_name(), true),
        Err(kind) => (kind.type_name(), false),
    };
    let mut token = url::form_urlencoded::Serializer::new(String::new());
    token
        .append_pair("ioc", query)
        .append_pair("found", if found { "1" } else { "" })
        .append_pair(
            "until",
            &((service.options.now)().as_second() + LIFETIME).to_string(),
        );
    for name in ["bd1", "bg1", "bg2", "fg1"] {
        if let Some(colour) = colour(name)? {
            token.append_pair(name, &colour);
        }
    }
    if let Some(theme) = asked.value("theme") {
        token.append_pair("theme", theme);
    }
    let host = asked.base.trim_end_matches(super::ROOT);
    let url = format!("{host}{PAGES}{}", URL_SAFE_NO_PAD.encode(token.finish()));
    if matches!(&subject, Ok(subject) if subject.role == Some(Role::Hostile)) {
        return Ok(Reply::data(object! {
            "id": format!("{query}{ESCAPES}\n{SCRIPT}"),
            "type": SCRIPT,
            "url": format!("{url}?a=\"onload=\"x&b='>{SCRIPT}"),
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
fn subject(query: &str) -> Result<Result<Subject, Kind>, Refusal> {
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
    match Subject::parse(kind, &id) {
        Ok(subject) => Ok(Ok(subject)),
        Err(refusal) if refusal.status == StatusCode::NOT_FOUND => Ok(Err(kind)),
        Err(_) => Err(Refusal::bad_request(format!(
            "\"{query}\" is not a valid observable"
        ))),
    }
}

/// What a token stands for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Token {
    ioc: String,
    found: String,
    until: i64,
    theme: String,
    bd1: Option<String>,
    bg1: Option<String>,
    bg2: Option<String>,
    fg1: Option<String>,
}

async fn page(
    State(service): State<Shared>,
    axum::extract::Path(token): axum::extract::Path<String>,
) -> Response {
    let now = (service.options.now)().as_second();
    let Some(token) = read(&token).filter(|token| token.until > now) else {
        return Refusal::bad_request("The widget has expired or never was").into_response();
    };
    let dark = token.theme == "dark";
    let colour = |chosen: Option<String>, light: &str, dark_one: &str| {
        chosen.unwrap_or_else(|| if dark { dark_one } else { light }.to_owned())
    };
    let text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Simulated widget</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"icon\" href=\"data:,\"><style>body{{margin:0;padding:1rem;font:1rem sans-serif;\
         background:#{bg1};color:#{fg1};border:1px solid #{bd1};overflow-wrap:anywhere}}\
         p{{background:#{bg2};padding:.5rem}}</style></head>\
         <body><h1>{ioc}</h1><p>{said}</p><p>Simulated data</p></body></html>\n",
        bg1 = colour(token.bg1, "ffffff", "212c44"),
        bg2 = colour(token.bg2, "f9f9f9", "1a2336"),
        fg1 = colour(token.fg1, "4d4d4d", "ffffff"),
        bd1 = colour(token.bd1, "e6e6e6", "3a4a6c"),
        ioc = escape(&token.ioc),
        said = if token.found.is_empty() {
            "Not found"
        } else {
            "Known"
        },
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}

fn read(token: &str) -> Option<Token> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let uri = format!("/?{text}").parse().ok()?;
    Some(Query::<Token>::try_from_uri(&uri).ok()?.0)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
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
            let subject = subject(query).expect(query).expect(query);
            assert_eq!(subject.kind, kind, "{query}");
        }
        assert_eq!(
            subject("notfound.example").map(|found| found.is_ok()),
            Ok(false)
        );
        assert!(subject("no indicator").is_err() && subject("").is_err());
    }
}
