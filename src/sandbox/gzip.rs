//! Compression, by the rule of the real service's front end.

use std::io::Write;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::fault::whole_body;

/// Whether the answer will be compressed: the front end wants `gzip` in both
/// `Accept-Encoding` and `User-Agent`.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let names_gzip = |name| {
        headers.get_all(name).iter().any(|value| {
            value
                .to_str()
                .is_ok_and(|value| value.to_ascii_lowercase().contains("gzip"))
        })
    };
    names_gzip(header::ACCEPT_ENCODING) && names_gzip(header::USER_AGENT)
}

/// The same answer, compressed.
pub(super) async fn compressed(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = whole_body(body).await;
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    let Ok(body) = encoder.write_all(&body).and_then(|()| encoder.finish()) else {
        // Writing into a Vec can't fail; an empty body would be seen at once.
        return Response::from_parts(parts, Body::empty());
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts
        .headers
        .insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Response::from_parts(parts, Body::from(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_headers_must_say_it() {
        for (encoding, agent, wanted) in [
            ("gzip, br", "tool (gzip)", true),
            ("GZIP", "tool GZip", true),
            ("gzip", "tool", false),
            ("br", "tool gzip", false),
        ] {
            let headers = HeaderMap::from_iter([
                (header::ACCEPT_ENCODING, HeaderValue::from_static(encoding)),
                (header::USER_AGENT, HeaderValue::from_static(agent)),
            ]);
            assert_eq!(is_wanted(&headers), wanted, "{encoding} {agent}");
        }
    }
}
