//! How records become bytes: one encoder a format.

mod bare;
mod bulk;
mod cef;
mod csv;
mod ecs;
mod hec;
mod json;
mod jsonl;
mod lines;
mod markdown;
mod misp;
mod navigator;
mod ranked;
mod stix;
mod suricata;
mod table;
mod text;
mod values;
mod zeek;

pub(super) use self::bare::Bare;
pub(super) use self::bulk::Bulk;
pub(super) use self::cef::Cef;
pub(super) use self::csv::Csv;
pub(crate) use self::csv::header_of;
pub(super) use self::ecs::Ecs;
pub(super) use self::hec::Hec;
pub(super) use self::lines::Lines;
pub(super) use self::markdown::{Markdown, plain as markdown_text};
pub(super) use self::misp::Misp;
pub(super) use self::navigator::Navigator;
pub(super) use self::suricata::Suricata;
pub(super) use self::values::Values;
pub(super) use self::zeek::Zeek;
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

    /// Hears of a line that an earlier run has written, in a format that says nothing
    /// twice.
    fn remember(&mut self, line: &str) {
        let _ = line;
    }

    /// What was encoded so far is committed; whether the destination goes on in a
    /// new file.
    fn committed(&mut self, renewed: bool) {
        let _ = renewed;
    }

    /// What was encoded since the last commit is taken back.
    fn taken_back(&mut self) {}

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
