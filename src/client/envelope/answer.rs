//! An answer of the service by its status: what it holds is yet to be seen.

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{DATE, HeaderMap};

/// An answer whose status is a success. Its body is read through an envelope
/// alone, which knows what a good answer holds.
#[derive(Debug, Clone)]
pub struct Answer {
    body: Bytes,
    /// The response headers.
    pub headers: HeaderMap,
}

impl Answer {
    /// An answer with this body. A byte order mark, which some machines on the way
    /// put in front of a text, is none of it.
    pub(in crate::client) fn new(body: Bytes, headers: HeaderMap) -> Self {
        let body = match body.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) => body.slice_ref(rest),
            None => body,
        };
        Self { body, headers }
    }

    /// An answer of which only the body is left.
    pub(in crate::client) fn without_headers(body: Bytes) -> Self {
        Self::new(body, HeaderMap::new())
    }

    /// What time it is at the service, if it says so.
    pub(in crate::client) fn date(&self) -> Option<Timestamp> {
        let date = self.headers.get(DATE)?.to_str().ok()?;
        let date = jiff::fmt::rfc2822::parse(date).ok()?;
        Some(date.timestamp())
    }

    /// The body itself, for whoever keeps what an envelope has checked.
    pub(in crate::client) fn into_body(self) -> Bytes {
        self.body
    }

    /// The bytes, for a glance that proves nothing.
    pub(in crate::client) fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// The body as text.
    pub(super) fn text(&self) -> Result<&str, String> {
        simdutf8::basic::from_utf8(&self.body).map_err(|_| "it is not UTF-8".to_owned())
    }
}
