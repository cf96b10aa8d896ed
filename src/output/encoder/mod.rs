//! How records become bytes: one encoder a format.

mod bare;
mod csv;
mod json;
mod jsonl;
mod ranked;
mod stix;
mod table;
mod text;

pub(super) use self::bare::Bare;
pub(super) use self::csv::Csv;
pub(crate) use self::csv::header_of;
pub(super) use json::{Array, Single};
pub(super) use jsonl::JsonLines;
pub(super) use stix::Stix;
pub(super) use text::Text;

use std::borrow::Cow;

use super::error::OutputError;
use super::fields::Fields;
use super::record::Record;

/// One thing to write: a record, or a value that a jq program made of one.
#[derive(Clone, Copy)]
pub(super) enum Item<'a> {
    /// A record as the command made it.
    Record(&'a dyn Record),
    /// Compact JSON on one line.
    Value(&'a str),
}

impl Item<'_> {
    /// Appends the item as JSON, or the chosen members of it; a value that is no
    /// object has none to choose from and is written as it is.
    fn json(self, fields: Option<&Fields>, out: &mut Vec<u8>) {
        let Some(fields) = fields else {
            match self {
                Self::Record(record) => record.json(out),
                Self::Value(value) => out.extend_from_slice(value.as_bytes()),
            }
            return;
        };
        let json = self.text();
        if json.trim_start().starts_with('{') {
            fields.object(&json, out);
        } else {
            out.extend_from_slice(json.as_bytes());
        }
    }
}

impl<'a> Item<'a> {
    /// The item as JSON text.
    fn text(self) -> Cow<'a, str> {
        match self {
            Self::Record(record) => Cow::Owned(json(record)),
            Self::Value(value) => Cow::Borrowed(value),
        }
    }
}

/// The record as JSON text.
pub(super) fn json(record: &dyn Record) -> String {
    let mut bytes = Vec::new();
    record.json(&mut bytes);
    String::from_utf8(bytes).expect("a record is JSON, and JSON is UTF-8")
}

/// A format at work. Each call appends to `out` what is ready to be written.
pub(super) trait Encoder: Send {
    /// Opens the document.
    fn begin(&mut self, out: &mut Vec<u8>) {
        let _ = out;
    }

    /// Whether all that a program made of the record with this number can be
    /// encoded: a record is written whole or not at all.
    fn fits(&self, record: u64, values: &[String]) -> Result<(), OutputError> {
        let _ = (record, values);
        Ok(())
    }

    /// Encodes one item.
    fn item(&mut self, item: Item<'_>, out: &mut Vec<u8>);

    /// Shows the most severe first, in a format for people.
    fn rank_rows(&mut self) {}

    /// Lets go of rows that were held back to see their widths.
    fn flush(&mut self, out: &mut Vec<u8>) {
        let _ = out;
    }

    /// Closes the document, complete or cut short.
    fn end(&mut self, out: &mut Vec<u8>) {
        let _ = out;
    }
}
