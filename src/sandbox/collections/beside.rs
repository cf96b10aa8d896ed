//! What a collection has beside itself: its ATT&CK tree, its timeline, and the PDF of
//! a report, which lies in a storage that wants no key.

use std::fmt::Write;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::{Collection, Threat};
use crate::sandbox::call::{Call, value};
use crate::sandbox::dates::DAY;
use crate::sandbox::json::{Json, object};
use crate::sandbox::reply::{Answer, ApiError, Reply};
use crate::sandbox::service::Shared;

/// Where the storage is: beside the API, not in it.
pub(in crate::sandbox) const STORAGE: &str = "/storage/";

/// How long a link to the storage is good, in seconds.
const LIFETIME: i64 = 3_600;

/// Most events of a timeline.
const EVENTS: usize = 13;

pub(super) fn routes() -> Router<Shared> {
    let tree = async |call: Call| tree(&call);
    let timeline = async |call: Call| timeline(&call);
    let link = async |call: Call| link(&call);
    Router::new()
        .route("/collections/{id}/mitre_tree", get(tree))
        .route("/collections/{id}/timeline/events", get(timeline))
        .route("/collections/{id}/download_report", get(link))
}

/// The storage, which no key may reach.
pub(in crate::sandbox) fn storage_routes() -> Router<Shared> {
    Router::new().route("/storage/reports/{id}", get(stored))
}

/// The object of the pool that is asked about; vulnerabilities have none of this.
fn threat(call: &Call) -> Result<&'static Threat, ApiError> {
    match Collection::of(call)? {
        Collection::Threat(threat) => Ok(threat),
        Collection::Vulnerability(_) => Err(ApiError::not_found("Resource not found.")),
    }
}

/// Tactics and techniques; none of a collection of indicators.
fn tree(call: &Call) -> Answer {
    let threat = threat(call)?;
    let tactics = match threat.kind {
        "collection" => Json::List(vec![]),
        _ => threat.thing.fill("tactics"),
    };
    Ok(Reply::linked(object! { "tactics": tactics }, call.link()))
}

fn timeline(call: &Call) -> Answer {
    let threat = threat(call)?;
    let seed = threat.thing.seed;
    let count = 1 + seed.below("events", EVENTS);
    let last = Collection::Threat(threat).modified(call.second());
    let events = (0..count).map(|index| {
        let mut thing = threat.thing.clone();
        thing.seed = seed.child("event", index);
        let days = i64::try_from(count - index).unwrap_or(0);
        let thing = thing
            .with("event", Json::count(index + 1))
            .with("at", last - days * DAY);
        Json::from(thing.object("event"))
    });
    Ok(Reply::data(events.collect::<Json>()))
}

/// Where the PDF of a report is, for an hour.
fn link(call: &Call) -> Answer {
    let threat = threat(call)?;
    if threat.kind != "report" {
        return Err(ApiError::not_found(format!(
            "Report \"{}\" not found",
            threat.id
        )));
    }
    let expires = call.second() + LIFETIME;
    let host = call.base.trim_end_matches(crate::sandbox::ROOT);
    let signature = threat.thing.seed.hex("signature", 40);
    let url = format!(
        "{host}{STORAGE}reports/{}?Expires={expires}&Signature={signature}",
        threat.id
    );
    Ok(Reply::data(url))
}

async fn stored(
    State(service): State<Shared>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    if headers.contains_key("x-apikey") || headers.contains_key(header::AUTHORIZATION) {
        return refused(StatusCode::BAD_REQUEST, "InvalidSecurity");
    }
    let query = query.unwrap_or_default();
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let Some(Collection::Threat(threat)) = Collection::find(&id) else {
        return refused(StatusCode::NOT_FOUND, "NoSuchKey");
    };
    let signature = threat.thing.seed.hex("signature", 40);
    let expires = value(&pairs, "Expires").and_then(|text| text.parse::<i64>().ok());
    let is_valid = value(&pairs, "Signature") == Some(&*signature)
        && expires.is_some_and(|at| at > (service.options.now)().as_second());
    if !is_valid {
        return refused(StatusCode::FORBIDDEN, "ExpiredToken");
    }
    let kind = [(header::CONTENT_TYPE, "application/pdf")];
    (kind, pdf(&threat.name)).into_response()
}

/// An error as storages have it: not in JSON.
fn refused(status: StatusCode, code: &str) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/xml; charset=UTF-8")];
    let body = format!("<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code></Error>");
    (status, kind, body).into_response()
}

/// A document of one page that has a title.
fn pdf(title: &str) -> Vec<u8> {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || " .,:-".contains(*c);
    let title: String = title.chars().filter(is_plain).collect();
    let drawn = format!("BT /F1 18 Tf 72 720 Td ({title}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut document = "%PDF-1.4\n".to_owned();
    let mut places = vec![];
    for (index, object) in objects.iter().enumerate() {
        places.push(format!("{:010} 00000 n \n", document.len()));
        // Writing to a string can't fail, here and below.
        let _ = write!(document, "{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let table = document.len();
    let size = objects.len() + 1;
    let _ = write!(
        document,
        "xref\n0 {size}\n0000000000 65535 f \n{}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        places.concat()
    );
    document.into_bytes()
}
