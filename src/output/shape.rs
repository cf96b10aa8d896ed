//! The shape of records: the API's own objects, or the common record.

use std::borrow::Cow;

use super::export::Exported;
use super::record::Record;
use super::stix::Fact;
use crate::model::common::Common;
use crate::model::named::named;
use crate::ui::style::Style;

named! {
    /// `--shape`.
    #[derive(Default)]
    pub(crate) enum Shape is "a shape" {
        /// The API's own object.
        #[default]
        Raw = "raw",
        /// The common record, with the object in it.
        Record = "record",
    }
}

impl Shape {
    /// An object of the API in this shape; as it is, where it cannot be read.
    pub(crate) fn of(self, object: &str) -> Cow<'_, str> {
        match self {
            Self::Raw => Cow::Borrowed(object),
            Self::Record => match Common::read(object) {
                Ok(common) => Cow::Owned(common.json(object)),
                Err(_) => Cow::Borrowed(object),
            },
        }
    }
}

/// The columns of common records in CSV.
pub(super) const COLUMNS: &[&str] = &[
    "kind",
    "type",
    "id",
    "value",
    "title",
    "status",
    "verdict",
    "severity",
    "threat_score",
    "time",
    "first_seen",
    "last_seen",
    "sources",
    "actors",
    "malware",
    "tags",
    "link",
];

/// A record that is an object of the API, in the shape of the common record.
pub(super) struct Shaped<'a> {
    record: &'a dyn Record,
    json: String,
}

impl<'a> Shaped<'a> {
    /// The common record of an object; none where the record is none of the API's.
    pub(super) fn of(record: &'a dyn Record) -> Option<Self> {
        let object = record.api_object()?;
        // What has that shape already is not read as an object of the API.
        if object.starts_with("{\"kind\":") {
            return None;
        }
        let common = Common::read(object).ok()?;
        Some(Self {
            record,
            json: common.json(object),
        })
    }
}

impl Record for Shaped<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.json.as_bytes());
    }

    fn text(&self, style: &Style) -> Option<String> {
        self.record.text(style)
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        self.record.row()
    }

    fn rank(&self) -> u32 {
        self.record.rank()
    }

    fn exported(&self) -> Option<Exported<'_>> {
        self.record.exported()
    }

    fn stix(&self) -> Vec<Fact> {
        self.record.stix()
    }
}
