//! Which form an inventory has.

use std::io::{BufReader, Cursor, Read};

use super::error::InventoryError;
use super::table::Header;
use super::{Columns, Inventory, document, line, table};
use crate::model::encoding::decoded;
use crate::model::indicator::clean_line;

/// The form is told from this much of the beginning: scanners put a title or a
/// summary before their table.
const HEAD: u64 = 64 * 1024;

/// Reads an inventory, whatever form it has: CSV with a header, `CycloneDX`,
/// SPDX, grype or trivy in JSON, or lines of asset and CVE. CSV and lines are
/// read as a stream; UTF-16 with a byte order mark is understood.
///
/// # Errors
/// When nothing of it can be read; a single row that cannot is rejected instead.
pub(crate) fn read(reader: impl Read, columns: &Columns) -> Result<Inventory, InventoryError> {
    let mut reader = decoded(reader);
    let mut head = Vec::new();
    reader.by_ref().take(HEAD).read_to_end(&mut head)?;
    let lines = Lines::of(&head);
    let Some(first) = lines.first() else {
        return Err(InventoryError::Empty);
    };
    if first.text.starts_with(['{', '[']) {
        let rest = Cursor::new(head.split_off(first.offset)).chain(reader);
        return document::read(rest);
    }
    if let Some((header, begins)) = lines.header(columns)? {
        let rest = Cursor::new(head.split_off(begins.offset)).chain(reader);
        table::read(rest, &header, begins.before)
    } else {
        let rest = Cursor::new(head.split_off(first.offset)).chain(reader);
        line::read(BufReader::new(rest), first.before)
    }
}

/// A line that says something, within the head of an inventory.
struct Line {
    /// Where it begins, bytes.
    offset: usize,
    /// How many lines are before it.
    before: u64,
    text: String,
}

/// The lines of a head that are neither blank nor comments.
struct Lines(Vec<Line>);

impl Lines {
    fn of(head: &[u8]) -> Self {
        let mut offset = 0;
        let mut lines = vec![];
        for (before, line) in (0..).zip(head.split_inclusive(|byte| *byte == b'\n')) {
            let text = String::from_utf8_lossy(line);
            if clean_line(&text).is_some() {
                lines.push(Line {
                    offset,
                    before,
                    text: text.trim_start().to_owned(),
                });
            }
            offset += line.len();
        }
        Self(lines)
    }

    fn first(&self) -> Option<&Line> {
        self.0.first()
    }

    /// The header of a table, and the line that it is: the first that has a column
    /// of CVEs. With lines of asset and CVE there is none.
    fn header(&self, columns: &Columns) -> Result<Option<(Header, &Line)>, InventoryError> {
        let Some(first) = self.first() else {
            return Ok(None);
        };
        for line in &self.0 {
            if let Some(header) = Header::read(&line.text, columns)? {
                return Ok(Some((header, line)));
            }
        }
        table::refuse_without_cves(&first.text, columns)?;
        Ok(None)
    }
}
