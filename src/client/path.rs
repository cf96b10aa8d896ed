//! Paths and queries that can't be bent by what people type into them.

use std::fmt::Write;

/// A path below the base URL, built from segments that are escaped one by one.
///
/// `.`, `..` and the empty segment are refused, not escaped: URL parsers read
/// `%2E%2E` as `..` too, and `domains/../users/me` must never be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    text: String,
    /// The same with `{}` in the place of each id.
    endpoint: String,
}

/// A segment that would change the meaning of the path around it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be part of a request path")]
pub struct RefusedSegment(pub String);

impl Path {
    /// Starts with the name of a collection: `ip_addresses`.
    pub fn to(collection: &'static str) -> Self {
        let text = format!("/{collection}");
        Self {
            endpoint: text.clone(),
            text,
        }
    }

    /// Adds the id of an object as one segment, escaped.
    pub fn segment(mut self, text: &str) -> Result<Self, RefusedSegment> {
        push_escaped(&mut self.text, text)?;
        self.endpoint.push_str("/{}");
        Ok(self)
    }

    /// Adds the id of an object, and what is to be done with it: `{id}:resolve`.
    pub fn segment_with_verb(
        mut self,
        text: &str,
        verb: &'static str,
    ) -> Result<Self, RefusedSegment> {
        push_escaped(&mut self.text, text)?;
        self.endpoint.push_str("/{}");
        for path in [&mut self.text, &mut self.endpoint] {
            // Writing to a string can't fail.
            let _ = write!(path, ":{verb}");
        }
        Ok(self)
    }

    /// Adds text from outside as one segment, escaped, that says what is asked and
    /// not about which object: the name of a relationship.
    pub fn part(mut self, text: &str) -> Result<Self, RefusedSegment> {
        push_escaped(&mut self.text, text)?;
        push_escaped(&mut self.endpoint, text)?;
        Ok(self)
    }

    /// Adds a segment that the program itself names: `relationships`.
    #[must_use]
    pub fn then(mut self, name: &'static str) -> Self {
        for path in [&mut self.text, &mut self.endpoint] {
            path.push('/');
            path.push_str(name);
        }
        self
    }

    /// Takes a whole path as somebody typed it. What is escaped already stays;
    /// what no path may hold is escaped.
    ///
    /// # Errors
    /// For a segment that is empty or climbs, escaped or not.
    pub fn typed(text: &str) -> Result<Self, RefusedSegment> {
        let mut path = String::new();
        for segment in text.split('/') {
            let plain = segment.replace("%2e", ".").replace("%2E", ".");
            if matches!(plain.as_str(), "" | "." | "..") || segment.contains(['?', '#', '\\']) {
                return Err(RefusedSegment(segment.to_owned()));
            }
            path.push('/');
            escape_rest(segment, &mut path);
        }
        Ok(Self {
            endpoint: path.clone(),
            text: path,
        })
    }

    /// The escaped text, beginning with a slash.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The path without what differs from object to object: `/files/{}/behaviours`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

fn push_escaped(path: &mut String, text: &str) -> Result<(), RefusedSegment> {
    if matches!(text, "" | "." | "..") {
        return Err(RefusedSegment(text.to_owned()));
    }
    path.push('/');
    escape(text, path);
    Ok(())
}

/// Query parameters in the order they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a query as somebody typed it, without its question mark. What is
    /// escaped already stays, and so does a `+`.
    pub fn typed(text: &str) -> Self {
        let mut query = String::new();
        if !text.is_empty() {
            query.push('?');
            escape_rest(text, &mut query);
        }
        Self(query)
    }

    /// The names of the parameters, as they are escaped.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0
            .trim_start_matches('?')
            .split('&')
            .filter_map(|pair| pair.split('=').next())
    }

    /// Adds one parameter; the same name may come again.
    ///
    /// Everything but unreserved characters is escaped, `+` above all: the
    /// service reads a bare one as a space, which turns `date+` into nonsense
    /// (API notes, sections 4.1 and 13).
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push(if self.0.is_empty() { '?' } else { '&' });
        escape(name, &mut self.0);
        self.0.push('=');
        escape(value, &mut self.0);
        self
    }

    /// Adds a parameter when there is a value for it.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The escaped text with its leading `?`, or nothing.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(byte as char);
        } else {
            // Writing to a string can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// Percent-encodes what may stand in no URL, and leaves the rest as it is,
/// escapes among it.
fn escape_rest(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let kept = match byte {
            b'%' => {
                let digits = bytes.get(at + 1..at + 3);
                digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            }
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&()*+,;=:@/?[]".contains(byte),
        };
        if kept {
            out.push(char::from(*byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn segments_are_escaped_and_never_climb() {
        let path = |text| Path::to("domains").segment(text);
        assert_eq!(
            path("a b/c?d#e").map(|p| p.text),
            Ok("/domains/a%20b%2Fc%3Fd%23e".to_owned())
        );
        assert_eq!(
            path("%2e%2e").map(|p| p.text),
            Ok("/domains/%252e%252e".to_owned())
        );
        for text in ["", ".", ".."] {
            assert!(path(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_endpoint_is_the_same_for_every_object() {
        let related = |id, relation| {
            Path::to("files")
                .segment(id)
                .and_then(|it| it.part(relation))
        };
        let [one, other] = ["a", "b/.."].map(|id| related(id, "behaviours").expect("a path"));
        assert_eq!(one.endpoint(), "/files/{}/behaviours");
        assert_eq!(one.endpoint(), other.endpoint());
        assert_eq!(other.as_str(), "/files/b%2F../behaviours");
        assert!(related("a", "..").is_err());
        let typed = Path::typed("files/a/behaviours").expect("a path");
        assert_eq!(typed.endpoint(), "/files/a/behaviours");
    }

    #[test]
    fn a_plus_is_sent_as_itself() {
        let query = Query::new()
            .with("order", "date+")
            .with("filter", "date:2026-01-02T03:04:05+ a&b");
        assert_eq!(
            query.as_str(),
            "?order=date%2B&filter=date%3A2026-01-02T03%3A04%3A05%2B%20a%26b"
        );
    }

    #[test]
    fn what_is_typed_stays_or_is_escaped_and_never_climbs() {
        let path = |text| Path::typed(text).map(|path| path.text);
        for (typed, sent) in [
            ("ip_addresses/203.0.113.7", "/ip_addresses/203.0.113.7"),
            ("files/a b/c%20d", "/files/a%20b/c%20d"),
            ("domains/bücher.example", "/domains/b%C3%BCcher.example"),
            ("urls/100%", "/urls/100%25"),
            ("users/x@y/z", "/users/x@y/z"),
        ] {
            assert_eq!(path(typed), Ok(sent.to_owned()), "{typed}");
        }
        for typed in [
            "",
            "a//b",
            "a/",
            "..",
            "a/../b",
            "a/%2e%2E/b",
            "a/.",
            "a/.%2e",
            "a\\..\\b",
            "a?b",
            "a#b",
        ] {
            assert!(path(typed).is_err(), "{typed}");
        }
        for (typed, sent) in [
            ("", ""),
            ("order=date+&limit=5", "?order=date+&limit=5"),
            (
                "query=a b\"é\"&x=%2B#f",
                "?query=a%20b%22%C3%A9%22&x=%2B%23f",
            ),
        ] {
            let query = Query::typed(typed);
            assert_eq!(query.as_str(), sent);
        }
        let names = Query::typed("limit=5&cursor=x&y").with("z", "&");
        assert_eq!(
            names.names().collect::<Vec<_>>(),
            ["limit", "cursor", "y", "z"]
        );
    }

    proptest! {
        #[test]
        fn a_typed_path_stays_below_the_base(text in "\\PC*", query in "\\PC*") {
            if let Ok(path) = Path::typed(&text) {
                let sent = format!("{}{}", path.as_str(), Query::typed(&query).as_str());
                let url = url::Url::parse(&format!("https://api.example/v3{sent}")).expect("a URL");
                prop_assert_eq!(url.host_str(), Some("api.example"));
                prop_assert_eq!(&url[url::Position::BeforePath..], format!("/v3{sent}"));
            }
        }

        #[test]
        fn any_text_survives_the_url_parser(name in "\\PC+", value in any::<String>()) {
            let query = Query::new().with(&name, &value);
            let url = url::Url::parse(&format!("https://api.example/v3{}", query.as_str())).expect("a URL");
            let pairs: Vec<_> = url.query_pairs().into_owned().collect();
            prop_assert_eq!(pairs, vec![(name, value)]);
        }

        #[test]
        fn a_segment_stays_one_segment(text in any::<String>()) {
            if let Ok(path) = Path::to("files").segment(&text) {
                let url = url::Url::parse(&format!("https://api.example/v3{}", path.as_str())).expect("a URL");
                prop_assert_eq!(url.path_segments().map(Iterator::count), Some(3));
                prop_assert!(url.path().starts_with("/v3/files/"));
            }
        }
    }
}
