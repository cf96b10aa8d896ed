//! Answers that go wrong: errors in place of an answer, and answers that break
//! off on their way.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::response::Parts;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures::{StreamExt, stream};

use super::answer::Answer;
use super::{FaultKind, Hit};

/// The answer in place of the real one; `None` for faults that strike an
/// answer on its way.
pub(in crate::sandbox) async fn replacement(hit: Hit) -> Option<Response> {
    match hit.kind {
        FaultKind::Answer(stand) => {
            let turn = hit.count % stand.answers.len();
            stand.answers.get(turn).map(Answer::response)
        }
        FaultKind::Hang => std::future::pending().await,
        FaultKind::Reset | FaultKind::Lost | FaultKind::Truncate => None,
    }
}

/// The answer as a fault on the way leaves it.
pub(in crate::sandbox) async fn struck(response: Response, hit: Hit) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = whole_body(body).await;
    let half = body.slice(..body.len() / 2);
    match hit.kind {
        // Before the first byte of the head.
        FaultKind::Lost => unanswered(parts),
        FaultKind::Reset if hit.is_second_face() => unanswered(parts),
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

/// An answer that breaks off before it begins.
fn unanswered(parts: Parts) -> Response {
    let nothing = stream::once(async { Err::<Bytes, _>(broken()) });
    Response::from_parts(parts, Body::from_stream(nothing))
}

/// The bytes of a body. Those made here are whole already and can't fail.
pub(in crate::sandbox) async fn whole_body(body: Body) -> Bytes {
    axum::body::to_bytes(body, usize::MAX)
        .await
        .unwrap_or_default()
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
