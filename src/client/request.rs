//! One request, described before anything is sent.

use bytes::Bytes;
use reqwest::Method;

use super::path::{Path, Query};

/// What to ask the service.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) method: Method,
    pub(super) path: Path,
    pub(super) query: Query,
    pub(super) body: Option<Bytes>,
    pub(super) secret_path: bool,
    pub(super) cacheable: bool,
}

impl Request {
    /// Reads something.
    pub fn get(path: Path) -> Self {
        Self {
            method: Method::GET,
            path,
            query: Query::new(),
            body: None,
            secret_path: false,
            cacheable: false,
        }
    }

    /// Adds the query.
    #[must_use]
    pub fn query(mut self, query: Query) -> Self {
        self.query = query;
        self
    }

    /// Lets a kept answer stand for this request, and keeps the one it gets.
    #[must_use]
    pub fn cacheable(mut self) -> Self {
        self.cacheable = true;
        self
    }

    /// Marks a path that holds the key, which then shows in no log.
    #[must_use]
    pub fn with_secret_path(mut self) -> Self {
        self.secret_path = true;
        self
    }

    /// Whether sending it twice does the same as sending it once.
    pub(super) fn repeatable(&self) -> bool {
        self.method.is_idempotent()
    }

    /// Path and query as they may be shown.
    pub(super) fn shown(&self) -> String {
        if self.secret_path {
            return "(a path with the key in it)".to_owned();
        }
        self.target()
    }

    /// Path and query as sent, without the base URL.
    pub(super) fn target(&self) -> String {
        format!("{}{}", self.path.as_str(), self.query.as_str())
    }
}
