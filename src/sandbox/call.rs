//! A call of the API: path segments decoded, query split, caller known.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::header;
use axum::http::request::Parts;
use jiff::Timestamp;

use super::auth::Caller;
use super::json::Object;
use super::reply::ApiError;
use super::service::Shared;

/// Most items that one page of a list may have.
const MAX_LIMIT: usize = 40;
/// Items on a page where nothing was said.
const DEFAULT_LIMIT: usize = 10;

/// What a handler needs of a request.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) service: Shared,
    pub(super) caller: Caller,
    /// When the request came in.
    pub(super) now: Timestamp,
    /// The root of the API as the client sees it: links in answers lead back
    /// here, never to the real service.
    pub(super) base: String,
    /// The value of the header `PROJECT-ID`.
    pub(super) project: Option<String>,
    /// Path and query as they came, below the root.
    target: String,
    segments: Vec<String>,
    query: Vec<(String, String)>,
}

impl Call {
    /// A path parameter, by its place in the route.
    pub(super) fn segment(&self, index: usize) -> &str {
        self.segments.get(index).map_or("", String::as_str)
    }

    /// A query parameter; the first one where it is repeated. An empty one says
    /// nothing.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        value(&self.query, name)
    }

    /// All query parameters, in the order of the request.
    pub(super) fn pairs(&self) -> &Vec<(String, String)> {
        &self.query
    }

    /// A query parameter that holds a comma list.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        let names = self.value(name).unwrap_or("").split(',').map(str::trim);
        names.filter(|name| !name.is_empty()).collect()
    }

    /// Drops what `attributes` and `exclude_attributes` leave out.
    pub(super) fn select(&self, attributes: &mut Object) {
        let (wanted, unwanted) = (self.list("attributes"), self.list("exclude_attributes"));
        let is_wanted = |key: &str| wanted.is_empty() || wanted.contains(&key);
        attributes.retain(|key| is_wanted(key) && !unwanted.contains(&key));
    }

    /// When the call was made, in seconds since the epoch.
    pub(super) fn second(&self) -> i64 {
        self.now.as_second()
    }

    /// Refuses a caller whose licence does not cover threat intelligence.
    ///
    /// # Errors
    /// 403.
    pub(super) fn licensed(&self) -> Result<(), ApiError> {
        if self.caller.licensed {
            Ok(())
        } else {
            Err(ApiError::forbidden())
        }
    }

    /// How many items the page may have.
    ///
    /// # Errors
    /// 400 for what is no number from 1 to 40.
    pub(super) fn limit(&self) -> Result<usize, ApiError> {
        self.limit_up_to(MAX_LIMIT, DEFAULT_LIMIT)
    }

    /// As [`limit`](Self::limit), for a list with larger pages.
    pub(super) fn limit_up_to(&self, most: usize, default: usize) -> Result<usize, ApiError> {
        let Some(text) = self.value("limit") else {
            return Ok(default);
        };
        let limit = text.parse().ok();
        limit
            .filter(|limit| (1..=most).contains(limit))
            .ok_or_else(|| {
                ApiError::invalid_argument(format!(
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

/// The first value of a parameter that says something.
pub(super) fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = pairs
        .iter()
        .find(|(key, value)| key == name && !value.is_empty());
    found.map(|(_, value)| value.as_str())
}

impl FromRequestParts<Shared> for Call {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, service: &Shared) -> Result<Self, ApiError> {
        let segments = RawPathParams::from_request_parts(parts, service)
            .await
            .map_err(|_| ApiError::bad_request("The path is not valid UTF-8"))?
            .iter()
            .map(|(_, value)| value.to_owned())
            .collect();
        let query = parts.uri.query().unwrap_or("");
        let header = |name: &str| parts.headers.get(name)?.to_str().ok();
        let host = header(header::HOST.as_str()).unwrap_or("localhost");
        let target = parts.uri.path_and_query().map_or("", |both| both.as_str());
        // The gate lets nobody through without one.
        let caller = parts.extensions.get::<Caller>();
        Ok(Self {
            service: service.clone(),
            caller: caller.cloned().ok_or_else(ApiError::forbidden)?,
            now: (service.options.now)(),
            base: format!("http://{host}{}", super::ROOT),
            project: header("project-id").map(str::to_owned),
            target: target
                .strip_prefix(super::ROOT)
                .unwrap_or(target)
                .to_owned(),
            segments,
            query: url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        })
    }
}
