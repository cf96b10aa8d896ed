//! Answers that go wrong: errors in place of an answer, and answers that break
//! off on their way.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};

use super::envelope::Refusal;
use super::fault::{FaultKind, Hit};

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// The answer in place of the real one; `None` for faults that strike an
/// answer on its way.
pub(super) async fn replacement(hit: Hit) -> Option<Response> {
    match hit.kind {
        FaultKind::Status(status) => Some(error(status, hit.second_face)),
        FaultKind::Quota => Some(Refusal::quota_exceeded().into_response()),
        FaultKind::Garbage if hit.second_face => Some(([(header::CONTENT_TYPE, HTML)], "<!DOCTYPE html><html><head><title>Sign in</title></head><body>simulated captive portal</body></html>").into_response()),
        FaultKind::Garbage => Some(([(header::CONTENT_TYPE, JSON)], "{\"data\": {\"id\": simulated garbage").into_response()),
        FaultKind::Hang => std::future::pending().await,
        FaultKind::Reset | FaultKind::Truncate => None,
    }
}

/// The answer as a fault on the way leaves it.
pub(super) async fn struck(response: Response, hit: Hit) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = whole_body(body).await;
    let half = body.slice(..body.len() / 2);
    match hit.kind {
        // Before the first byte of the head.
        FaultKind::Reset if hit.second_face => {
            let nothing = stream::once(async { Err::<Bytes, _>(broken()) });
            Response::from_parts(parts, Body::from_stream(nothing))
        }
        FaultKind::Reset => {
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, broken_off(half))
        }
        FaultKind::Truncate => {
            parts
                .headers
                .insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
            Response::from_parts(parts, broken_off(half))
        }
        _ => Response::from_parts(parts, Body::from(body)),
    }
}

/// The bytes of a body. Those made here are whole already and can't fail.
pub(super) async fn whole_body(body: Body) -> Bytes {
    axum::body::to_bytes(body, usize::MAX)
        .await
        .unwrap_or_default()
}

fn error(status: StatusCode, second_face: bool) -> Response {
    let (code, message) = match status {
        StatusCode::TOO_MANY_REQUESTS => ("TooManyRequestsError", "Too many requests"),
        StatusCode::GATEWAY_TIMEOUT => ("DeadlineExceededError", "The operation took too long"),
        _ => ("TransientError", "Transient error, retry might work"),
    };
    // The machine in front knows no JSON; it never limits the rate, though.
    if second_face && status != StatusCode::TOO_MANY_REQUESTS {
        let page = format!(
            "<html><head><title>{status}</title></head><body><h1>Error: Server Error</h1>\n<p>simulated fault</p></body></html>\n"
        );
        return (status, [(header::CONTENT_TYPE, HTML)], page).into_response();
    }
    let mut response = Refusal::new(status, code, message).into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("0"));
    response
}

/// A part of a body, sent, and then the end of the connection.
fn broken_off(part: Bytes) -> Body {
    let end = async {
        // One turn of the loop lets the part out before the connection goes.
        tokio::task::yield_now().await;
        Err(broken())
    };
    Body::from_stream(stream::iter([Ok(part)]).chain(stream::once(end)))
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "simulated fault")
}
