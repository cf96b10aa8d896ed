//! Answers and items as records.

use serde::de::IgnoredAny;

use crate::model::error::{Error, ErrorKind};
use crate::output::{Columns, Layout, Members, Record, Subject, sanitize_block};
use crate::ui::style::Style;

/// One answer.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    single: true,
    ..LIST
};

/// The items of all pages.
pub(super) const LIST: Layout = Layout {
    command: "api",
    // What nearly every object of the API has; --fields names others.
    columns: Columns(&["id", "type", "attributes"]),
    members: Members::Object,
    single: false,
    subject: Subject::Program,
};

/// JSON as it came.
pub(super) struct Body<'a>(pub(super) &'a str);

impl<'a> Body<'a> {
    /// Takes an answer that is to be shaped.
    ///
    /// # Errors
    /// Decode, for one that is no JSON.
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, Error> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let checked: Result<IgnoredAny, _> = serde_json::from_slice(bytes);
        let text = checked
            .map_err(|error| error.to_string())
            .and_then(|_| std::str::from_utf8(bytes).map_err(|error| error.to_string()));
        text.map(|text| Self(text.trim())).map_err(|reason| {
            let message = format!("the answer is not JSON: {reason}");
            Error::new(ErrorKind::Decode, message)
                .hint("without --format, --jq and --fields it is printed unchanged")
        })
    }
}

impl Record for Body<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }

    fn text(&self, _: &Style) -> Option<String> {
        Some(sanitize_block(self.0).into_owned())
    }
}
