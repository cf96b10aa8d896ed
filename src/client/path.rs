//! Paths and queries that can't be bent by what people type into them.

use std::fmt::Write;

/// A path below the base URL, built from segments that are escaped one by one.
///
/// `.`, `..` and the empty segment are refused, not escaped: URL parsers read
/// `%2E%2E` as `..` too, and `domains/../users/me` must never be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(String);

/// A segment that would change the meaning of the path around it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` can't stand in a request path")]
pub struct RefusedSegment(pub String);

impl Path {
    /// Starts with the name of a collection: `ip_addresses`.
    pub fn to(collection: &'static str) -> Self {
        Self(format!("/{collection}"))
    }

    /// Adds text from outside as one segment, escaped.
    pub fn segment(mut self, text: &str) -> Result<Self, RefusedSegment> {
        if matches!(text, "" | "." | "..") {
            return Err(RefusedSegment(text.to_owned()));
        }
        self.0.push('/');
        escape(text, &mut self.0);
        Ok(self)
    }

    /// Adds a segment that the program itself names: `relationships`.
    #[must_use]
    pub fn then(mut self, name: &'static str) -> Self {
        self.0.push('/');
        self.0.push_str(name);
        self
    }

    /// The escaped text, beginning with a slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Query parameters in the order they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn segments_are_escaped_and_never_climb() {
        let path = |text| Path::to("domains").segment(text);
        assert_eq!(
            path("a b/c?d#e").map(|p| p.0),
            Ok("/domains/a%20b%2Fc%3Fd%23e".to_owned())
        );
        assert_eq!(
            path("%2e%2e").map(|p| p.0),
            Ok("/domains/%252e%252e".to_owned())
        );
        for text in ["", ".", ".."] {
            assert!(path(text).is_err(), "{text}");
        }
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

    proptest! {
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
