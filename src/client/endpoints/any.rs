//! Requests that somebody typed: any path below the base URL, any method, and
//! pages of every style.

use std::cell::OnceCell;
use std::str::FromStr;

use reqwest::header::{HeaderName, HeaderValue};
use serde::de::IgnoredAny;
use url::Url;

use crate::client::document::is_document;
use crate::client::envelope::{Answer, Envelope, Flaw, Form};
use crate::client::page::{Content, CursorPaging, LinkPaging, Paging, ReadItem, TokenPaging};
use crate::client::path::{Path, Query};
use crate::client::request::Request;
use crate::model::error::Error;

/// The methods that the service knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method(reqwest::Method);

impl Method {
    /// Reads something.
    pub fn get() -> Self {
        Self(reqwest::Method::GET)
    }

    /// Does something.
    pub fn post() -> Self {
        Self(reqwest::Method::POST)
    }

    /// Whether it brings the body of what is there.
    pub fn gets(&self) -> bool {
        self.0 == reqwest::Method::GET
    }

    /// Whether what goes with it is a question, which stands in the query.
    pub fn asks(&self) -> bool {
        matches!(self.0, reqwest::Method::GET | reqwest::Method::HEAD)
    }
}

impl FromStr for Method {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
        let upper = text.to_ascii_uppercase();
        let method = known
            .contains(&upper.as_str())
            .then(|| reqwest::Method::from_bytes(upper.as_bytes()).ok())
            .flatten();
        method
            .map(Self)
            .ok_or_else(|| format!("`{text}` is not a method: write {}", known.join(", ")))
    }
}

/// A header that somebody adds.
#[derive(Debug, Clone)]
pub struct Header(HeaderName, HeaderValue);

/// What the program says itself, and what would send secrets along.
const OWN: [&str; 10] = [
    "x-apikey",
    "authorization",
    "proxy-authorization",
    "cookie",
    "host",
    "connection",
    "content-length",
    "content-type",
    "transfer-encoding",
    "accept-encoding",
];

impl FromStr for Header {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a header: write NAME: VALUE");
        let (name, value) = text.split_once(':').ok_or_else(wrong)?;
        let name = HeaderName::from_str(name.trim()).map_err(|_| wrong())?;
        if OWN.contains(&name.as_str()) {
            return Err(format!("the header `{name}` cannot be set here"));
        }
        let value = HeaderValue::from_str(value.trim()).map_err(|_| wrong())?;
        Ok(Self(name, value))
    }
}

/// Where a request goes: a path below the base URL, and its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    path: Path,
    query: Query,
}

impl Address {
    /// Takes what somebody typed: a path below the base URL, with or without the
    /// base's own path before it, or a whole URL of the base's origin.
    ///
    /// # Errors
    /// Usage: an address elsewhere, or one that climbs.
    pub fn typed(text: &str, base: &Url) -> Result<Self, Error> {
        let refused = |message| {
            Error::usage(message)
                .hint("write a path below the base URL, like ip_addresses/203.0.113.7")
        };
        let root = base.path().trim_matches('/');
        let is_whole = text
            .split_once("://")
            .is_some_and(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let below = if is_whole {
            let url = Url::parse(text)
                .map_err(|error| refused(format!("`{text}`: {error}")).caused_by(error))?;
            let anonymous = url.username().is_empty() && url.password().is_none();
            if url.origin() != base.origin() || !anonymous {
                return Err(refused(format!(
                    "{} is not the origin of the base URL, {}: the key is sent nowhere else",
                    url.origin().ascii_serialization(),
                    base.origin().ascii_serialization()
                )));
            }
            // The text as it was typed: the parser resolves what is to be refused.
            let (_, rest) = text.split_once("://").unwrap_or_default();
            rest.find('/').map_or("", |slash| &rest[slash..])
        } else {
            text
        };
        let (path, query) = below.split_once('?').unwrap_or((below, ""));
        let path = path.trim_start_matches('/');
        let path = match path.strip_prefix(root).filter(|_| !root.is_empty()) {
            Some(rest) if rest.starts_with('/') => rest.trim_start_matches('/'),
            _ => path,
        };
        Ok(Self {
            path: Path::typed(path)
                .map_err(|error| refused(format!("`{text}`: {error}")).caused_by(error))?,
            query: Query::typed(query),
        })
    }

    /// Adds a parameter, escaped.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.query = self.query.with(name, value);
        self
    }

    /// Whether it names a page of a list already.
    pub fn names_page(&self) -> bool {
        let tokens = ["cursor", "page_token", "page"];
        self.query.names().any(|name| tokens.contains(&name))
    }

    /// Whether it leads to a document, whose bytes are what there is to be had.
    pub fn names_document(&self) -> bool {
        is_document(self.path.as_str())
    }

    /// The request for it. A path that holds `secret` shows in no log.
    pub fn request(self, method: Method, headers: Vec<Header>, secret: Option<&str>) -> Request {
        let request = Request::with(method.0, self.path).query(self.query);
        let request = headers
            .into_iter()
            .fold(request, |request, Header(name, value)| {
                request.header(name, value)
            });
        match secret {
            Some(secret) if request.target().contains(secret) => request.with_secret_path(),
            _ => request,
        }
    }
}

/// Pages of whatever style the first answer shows. An answer that is one object is
/// one page with that object's answer as the item.
pub struct AnyPaging {
    request: Request,
    style: OnceCell<Style>,
}

enum Style {
    List(Box<dyn Paging>),
    /// One object, in this envelope.
    One(Envelope),
}

impl AnyPaging {
    /// Pages of the list that `request` asks for.
    pub fn new(request: Request) -> Self {
        Self {
            request,
            style: OnceCell::new(),
        }
    }

    fn recognise(&self, answer: &Answer) -> Result<&Style, Flaw> {
        if let Some(style) = self.style.get() {
            return Ok(style);
        }
        let request = self.request.clone();
        let style = match Form::of(answer)? {
            Form::Items(Envelope::Result) => Style::List(Box::new(TokenPaging::new(request))),
            Form::Items(Envelope::Named(key)) => {
                Style::List(Box::new(LinkPaging::new(request, key)))
            }
            Form::Items(_) => Style::List(Box::new(CursorPaging::new(request).or_texts())),
            Form::One(envelope) => Style::One(envelope),
        };
        Ok(self.style.get_or_init(|| style))
    }
}

impl Paging for AnyPaging {
    fn request(&self, token: Option<&str>) -> Request {
        match self.style.get() {
            Some(Style::List(style)) => style.request(token),
            _ => self.request.clone(),
        }
    }

    fn read(&self, answer: &Answer, item: &mut ReadItem<'_>) -> Result<Content, Flaw> {
        let envelope = match self.recognise(answer)? {
            Style::List(style) => return style.read(answer, item),
            Style::One(envelope) => envelope,
        };
        envelope.value::<IgnoredAny>(answer)?;
        Ok(Content {
            items: vec![Envelope::whole(answer, item)?],
            ..Content::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::model::json::Scan;

    use super::*;

    fn sent(text: &str) -> Result<String, String> {
        let base = Url::parse("https://www.example.org/api/v3").expect("a URL");
        let address = Address::typed(text, &base).map_err(|error| error.to_string())?;
        Ok(address.request(Method::get(), vec![], None).target())
    }

    #[test]
    fn addresses_lead_below_the_base_and_nowhere_else() {
        for text in [
            "files/abc?limit=1",
            "/files/abc?limit=1",
            "api/v3/files/abc?limit=1",
            "/api/v3/files/abc?limit=1",
            "https://www.example.org/api/v3/files/abc?limit=1",
            "https://WWW.example.org:443/api/v3/files/abc?limit=1",
        ] {
            assert_eq!(sent(text).as_deref(), Ok("/files/abc?limit=1"), "{text}");
        }
        assert_eq!(
            sent("search?query=http://a.example/").as_deref(),
            Ok("/search?query=http://a.example/")
        );
        for text in [
            "https://elsewhere.example/api/v3/files",
            "http://www.example.org/api/v3/files",
            "https://www.example.org:8443/api/v3/files",
            "https://user@www.example.org/api/v3/files",
            "https://www.example.org/api/v3/../ui",
            "https://www.example.org",
            "../ui/files",
            "files/%2e%2e/users/me",
            "",
            "/",
            "ftp://www.example.org/api/v3/x",
        ] {
            assert!(sent(text).is_err(), "{text}");
        }
    }

    #[test]
    fn headers_that_carry_secrets_are_not_taken() {
        assert!("PROJECT-ID: 7".parse::<Header>().is_ok());
        for text in [
            "X-Apikey: k",
            "host: a",
            "Cookie:b",
            "nothing",
            "a b: c",
            "x: \n",
        ] {
            let outcome = text.parse::<Header>();
            assert_eq!(outcome.is_err(), text != "x: \n", "{text}");
        }
    }

    #[test]
    fn a_style_is_read_off_the_first_answer() {
        let read = |body: &'static str, link: Option<&'static str>| {
            let paging = AnyPaging::new(Request::get(Path::to("x")));
            let mut headers = reqwest::header::HeaderMap::new();
            if let Some(link) = link {
                headers.insert("link", HeaderValue::from_static(link));
            }
            let answer = Answer::new(bytes::Bytes::from_static(body.as_bytes()), headers);
            let content = paging.read(&answer, &mut |item: &mut Scan<'_>| item.skip())?;
            let next = content
                .next
                .as_deref()
                .map(|next| paging.request(Some(next)).target());
            Ok::<_, Flaw>((content.items.len(), next))
        };
        for (body, link, items, next) in [
            (
                r#"{"data":[{},"a"],"meta":{"cursor":"c="}}"#,
                None,
                2,
                Some("/x?cursor=c%3D"),
            ),
            (
                r#"{"success":true,"result":{"hits":[{}],"next_page_token":"t"}}"#,
                None,
                1,
                Some("/x?page_token=t"),
            ),
            (
                r#"{"alerts":[{},{},{}]}"#,
                Some("<https://e.example/a?page=p>; rel=\"next\""),
                3,
                Some("/x?page=p"),
            ),
            (r#"{"success":true,"result":[{}]}"#, None, 1, None),
            (" {\"data\":{\"id\":1}}\n", None, 1, None),
            (r#"{"id":"a","status":"new"}"#, None, 1, None),
            (r#"{"success":true,"result":{"uid":"a"}}"#, None, 1, None),
        ] {
            let read = read(body, link).expect(body);
            assert_eq!((read.0, read.1.as_deref()), (items, next), "{body}");
        }
        for body in [
            "",
            "{}",
            "[]",
            "null",
            "\"\"",
            r#"{"data":null}"#,
            r#"{"data":"x"}"#,
            r#"{"data":{}}"#,
            r#"{"data":[1]}"#,
            r#"{"error":{"code":"x"}}"#,
            r#"{"data":{"id":1},"error":{"code":"x"}}"#,
            r#"{"message":"x"}"#,
            r#"{"success":false,"message":"x"}"#,
            r#"{"success":true,"result":null}"#,
            r#"{"success":true,"result":{}}"#,
            r#"{"data":[{}"#,
        ] {
            assert!(read(body, None).is_err(), "{body}");
        }
    }
}
