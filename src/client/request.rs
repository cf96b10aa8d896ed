//! One request, described before anything is sent.

use std::sync::Arc;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::ceiling::Ceiling;
use super::document::StorageUrl;
use super::hook::HookUrl;
use super::path::{Path, Query};
use super::upload::{Upload, UploadAddress};
use url::Url;

/// What to ask the service.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) method: Method,
    pub(super) path: Path,
    pub(super) query: Query,
    pub(super) elsewhere: Option<Elsewhere>,
    pub(super) body: Option<Body>,
    pub(super) headers: HeaderMap,
    pub(super) secret_path: bool,
    pub(super) cacheable: bool,
    pub(super) takes_redirects: bool,
    small: bool,
    repeatable: bool,
}

/// An address that does not lie below the base URL.
#[derive(Debug, Clone)]
pub(super) enum Elsewhere {
    /// For one upload.
    Upload(UploadAddress),
    /// A webhook.
    Hook(HookUrl),
    /// A document of the service's storage.
    Storage(StorageUrl),
    /// The exchange of the key for a token.
    Exchange(Url),
}

impl Elsewhere {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Upload(address) => address.as_str(),
            Self::Hook(url) => url.as_str(),
            Self::Storage(url) => url.as_str(),
            Self::Exchange(url) => url.as_str(),
        }
    }
}

/// What goes with a request.
#[derive(Debug, Clone)]
pub(super) enum Body {
    /// Names and values, urlencoded.
    Form(String),
    /// One JSON value.
    Json(Bytes),
    /// What the request's own headers say it is.
    Bytes(Bytes),
    /// A file, read from the disk again for each try.
    File(Arc<Upload>),
}

impl Request {
    /// Reads something.
    pub fn get(path: Path) -> Self {
        Self::with(Method::GET, path)
    }

    /// Does something.
    pub fn post(path: Path) -> Self {
        Self::with(Method::POST, path)
    }

    /// Deletes something.
    pub fn delete(path: Path) -> Self {
        Self::with(Method::DELETE, path)
    }

    /// Changes a part of something. Every change of this API states the whole
    /// new value of what it changes, so that sending it twice does no harm.
    pub fn patch(path: Path) -> Self {
        Self::with(Method::PATCH, path).harmless_twice()
    }

    /// Does what a method says that only the caller knows.
    pub fn with(method: Method, path: Path) -> Self {
        Self {
            repeatable: method.is_idempotent(),
            method,
            path,
            query: Query::new(),
            elsewhere: None,
            body: None,
            headers: HeaderMap::new(),
            secret_path: false,
            cacheable: false,
            takes_redirects: false,
            small: false,
        }
    }

    /// Adds the query.
    #[must_use]
    pub fn query(mut self, query: Query) -> Self {
        self.query = query;
        self
    }

    /// Sends names and values as a form does.
    #[must_use]
    pub fn form<'a>(mut self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(fields);
        self.body = Some(Body::Form(text.finish()));
        self
    }

    /// Sends one JSON value.
    #[must_use]
    pub fn json(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(Body::Json(body.into()));
        self
    }

    /// Adds a header. Kept answers are told apart by path and query alone, so a
    /// request whose answer depends on a header must not be cacheable.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sends a file.
    #[must_use]
    pub fn file(mut self, upload: Arc<Upload>) -> Self {
        self.body = Some(Body::File(upload));
        self
    }

    /// Sends it to an upload address instead of the path below the base URL.
    #[must_use]
    pub fn to_address(mut self, address: UploadAddress) -> Self {
        self.elsewhere = Some(Elsewhere::Upload(address));
        self
    }

    /// Delivers to a webhook. The address is whole: path and query of the request
    /// don't count.
    pub(super) fn to_hook(url: HookUrl, headers: HeaderMap, body: Bytes) -> Self {
        Self {
            elsewhere: Some(Elsewhere::Hook(url)),
            headers,
            body: Some(Body::Bytes(body)),
            ..Self::post(Path::to("hook"))
        }
    }

    /// The same with PUT instead of POST.
    #[must_use]
    pub(super) fn by_put(self) -> Self {
        Self {
            method: Method::PUT,
            ..self
        }
    }

    /// Asks the storage for a document. The address is whole, as a webhook's is.
    pub(super) fn to_storage(url: StorageUrl) -> Self {
        Self {
            elsewhere: Some(Elsewhere::Storage(url)),
            ..Self::get(Path::to("storage"))
        }
    }

    /// Exchanges the key, which is in the body, for a token. Done twice it gives two.
    pub(super) fn to_exchange(url: Url, body: String) -> Self {
        Self {
            elsewhere: Some(Elsewhere::Exchange(url)),
            body: Some(Body::Json(body.into())),
            small: true,
            ..Self::post(Path::to("exchange")).harmless_twice()
        }
    }

    /// Whether it is the exchange, of whose answers nothing is ever quoted.
    pub(super) fn is_exchange(&self) -> bool {
        matches!(self.elsewhere, Some(Elsewhere::Exchange(_)))
    }

    /// Takes a redirect for an answer, to be followed by whoever asks.
    #[must_use]
    pub(super) fn taking_redirects(mut self) -> Self {
        self.takes_redirects = true;
        self
    }

    /// Expects an answer of a few members: more is none of the service.
    #[must_use]
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// The largest size of a good answer.
    pub(super) fn ceiling(&self) -> Ceiling {
        match self.elsewhere {
            Some(Elsewhere::Hook(_) | Elsewhere::Upload(_)) => Ceiling::Small,
            _ if self.small => Ceiling::Small,
            _ => Ceiling::Large,
        }
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

    /// Says that sending it twice does no harm, though its method does not
    /// promise that. To be called with a reason beside it.
    #[must_use]
    pub fn harmless_twice(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Whether an error of the API comes with its error object: webhooks and the
    /// storage are others' services, and an answer to HEAD has no body.
    pub(super) fn has_error_objects(&self) -> bool {
        let others = matches!(
            self.elsewhere,
            Some(Elsewhere::Hook(_) | Elsewhere::Storage(_) | Elsewhere::Exchange(_))
        );
        self.method != Method::HEAD && !others
    }

    /// Whether doing it twice is the same as doing it once.
    pub(super) fn repeatable(&self) -> bool {
        self.repeatable
    }

    /// Path and query as they may be shown. An upload address is a secret while
    /// it is unused: whoever has it may use it. So is many a webhook's.
    pub(super) fn shown(&self) -> String {
        match &self.elsewhere {
            Some(Elsewhere::Upload(_)) => return "(an upload URL)".to_owned(),
            Some(Elsewhere::Hook(url)) => return format!("({url})"),
            Some(Elsewhere::Storage(_)) => return "(a storage URL)".to_owned(),
            Some(Elsewhere::Exchange(_)) => return "(the token exchange)".to_owned(),
            None => {}
        }
        if self.secret_path {
            return "(a path with the key in it)".to_owned();
        }
        self.target()
    }

    /// Whether it goes to another place than the service itself.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.elsewhere.is_some()
    }

    /// Whether a password goes with it, which the service may refuse as it refuses
    /// a key.
    pub(super) fn has_password(&self) -> bool {
        matches!(&self.body, Some(Body::File(upload)) if upload.has_field("password"))
    }

    /// What is asked, whatever the object: method, path and the names of the
    /// parameters.
    pub(super) fn endpoint(&self) -> String {
        let mut endpoint = format!("{} {}", self.method, self.path.endpoint());
        for name in self.query.names() {
            endpoint.push('&');
            endpoint.push_str(name);
        }
        endpoint
    }

    /// Whether the path names the object that is asked for.
    pub(super) fn names_object(&self) -> bool {
        self.path.endpoint().contains("{}")
    }

    /// Path and query as sent, without the base URL.
    pub fn target(&self) -> String {
        format!("{}{}", self.path.as_str(), self.query.as_str())
    }
}
