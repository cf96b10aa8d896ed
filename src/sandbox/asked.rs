//! A request, read: path segments decoded, query split, caller known.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::header;
use axum::http::request::Parts;
use jiff::Timestamp;

use super::auth::Caller;
use super::envelope::Refusal;

/// Most items that one page of a list may have.
const MAX_LIMIT: usize = 40;
/// Items on a page where nothing was said.
const DEFAULT_LIMIT: usize = 10;

/// When a request came in, as the gate notes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival(pub(super) Timestamp);

/// What a handler needs of a request.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) caller: Caller,
    /// When the request came in, in seconds since the epoch.
    pub(super) now: i64,
    /// The root of the API as the client sees it: links in answers lead back
    /// here, never to the real service.
    pub(super) base: String,
    /// Path and query as they came, below the root.
    pub(super) target: String,
    segments: Vec<String>,
    query: Vec<(String, String)>,
}

impl Asked {
    /// A path parameter, by its place in the route.
    pub(super) fn segment(&self, index: usize) -> &str {
        self.segments.get(index).map_or("", String::as_str)
    }

    /// A query parameter; the first one where it is repeated.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All query parameters, in the order of the request.
    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.query
    }

    /// A query parameter that holds a comma list.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        self.value(name)
            .unwrap_or("")
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// How many items the page may have.
    ///
    /// # Errors
    /// 400 for what is no number from 1 to 40.
    pub(super) fn limit(&self) -> Result<usize, Refusal> {
        self.limit_up_to(MAX_LIMIT)
    }

    /// As [`limit`](Self::limit), for a list with larger pages.
    pub(super) fn limit_up_to(&self, most: usize) -> Result<usize, Refusal> {
        let Some(text) = self.value("limit") else {
            return Ok(DEFAULT_LIMIT);
        };
        text.parse()
            .ok()
            .filter(|limit| (1..=most).contains(limit))
            .ok_or_else(|| {
                Refusal::invalid_argument(format!(
                    "Invalid limit \"{text}\": it must be a number from 1 to {most}"
                ))
            })
    }

    /// The link to the request itself.
    pub(super) fn link(&self) -> String {
        format!("{}{}", self.base, self.target)
    }

    /// The link to the same list at another cursor, other parameters kept.
    pub(super) fn link_at(&self, cursor: &str) -> String {
        let path = self.target.split('?').next().unwrap_or("");
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.query.iter().filter(|(key, _)| key != "cursor"));
        query.append_pair("cursor", cursor);
        format!("{}{path}?{}", self.base, query.finish())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let segments = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Refusal::bad_request("The path is not valid UTF-8"))?
            .iter()
            .map(|(_, value)| value.to_owned())
            .collect();
        let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes())
            .into_owned()
            .collect();
        // The gate lets nobody through without one.
        let caller = parts
            .extensions
            .get::<Caller>()
            .cloned()
            .ok_or_else(|| Refusal::bad_request("The caller is not known"))?;
        let now = parts.extensions.get::<Arrival>();
        let now = now.map_or(0, |arrival| arrival.0.as_second());
        let host = parts
            .headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or("localhost");
        let target = parts.uri.path_and_query().map_or("", |both| both.as_str());
        Ok(Self {
            caller,
            now,
            base: format!("http://{host}{}", super::ROOT),
            target: target
                .strip_prefix(super::ROOT)
                .unwrap_or(target)
                .to_owned(),
            segments,
            query,
        })
    }
}
