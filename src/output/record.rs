//! What a command hands to output, and what output has to know of the command.

use super::export::Exported;
use super::members::Members;
use super::stix::Fact;
use super::subject::Subject;
use crate::model::mitre::SandboxTactics;
use crate::ui::style::Style;

/// One record of a command.
pub(crate) trait Record {
    /// Appends the record as one JSON value. Raw parts keep the API's bytes; they
    /// may hold line breaks, and each format deals with those.
    fn json(&self, out: &mut Vec<u8>);

    /// The digest for people, without a line break at its end; `None` makes the
    /// record a row of a table.
    ///
    /// Values from elsewhere pass through [`sanitize`](super::sanitize) before
    /// they become part of it.
    fn text(&self, style: &Style) -> Option<String> {
        let _ = style;
        None
    }

    /// The API's object that the record is, where it is one and nothing more.
    fn api_object(&self) -> Option<&str> {
        None
    }

    /// The object of the API that formats of other programs are made of, where the
    /// record has one.
    fn exported(&self) -> Option<Exported<'_>> {
        self.api_object().map(Exported::of)
    }

    /// What the record is in text where it is one line among others; `None` makes it
    /// a digest or a row.
    fn line(&self, style: &Style) -> Option<String> {
        let _ = style;
        None
    }

    /// The row of the table for people, each cell under its heading; `None` makes
    /// one of the fixed columns. All records of a command have the same headings.
    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        None
    }

    /// The cells of columns that are no members of the JSON, by the name of the
    /// column: a value where CSV wants it, a time in words.
    fn columns(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// How severe it is, for a table that shows the most severe first: lower
    /// numbers are worse.
    fn rank(&self) -> u32 {
        0
    }

    /// The techniques that sandboxes saw, or that a collection is known for, where
    /// somebody asked for them.
    fn tactics(&self) -> &[SandboxTactics] {
        &[]
    }

    /// What the record says in STIX; nothing, where it has no meaning there.
    fn stix(&self) -> Vec<Fact> {
        Vec::new()
    }
}

/// The fixed columns of a command's CSV and table: dotted paths, and names of
/// [`columns`](Record::columns).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Columns(pub &'static [&'static str]);

/// The shape of a command's output, whatever the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The command as it is typed, for messages: `quota`, `dtm show`.
    pub command: &'static str,
    /// The columns of CSV and of the table.
    pub columns: Columns,
    /// What the records are made of.
    pub members: Members,
    /// Whether the command has exactly one record, so that `json` is that object
    /// and not an array.
    pub single: bool,
    /// What the records are about: it decides which formats they have a meaning in.
    pub subject: Subject,
}
