//! Which form an inventory has, told from its beginning.

use std::io::{BufRead, BufReader, Cursor, Read};

use super::error::InventoryError;
use super::table::Header;
use super::{Inventory, document, line, table};
use crate::model::indicator::clean_line;

/// The form is told from the first line that says something; of a line that is
/// longer (JSON without line breaks), from this much of it.
const LONGEST_HEAD: u64 = 64 * 1024;

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads an inventory, whatever form it has: CSV with a header, `CycloneDX` or
/// SPDX in JSON, or lines of asset and CVE. CSV and lines are read as a stream.
///
/// # Errors
/// When nothing of it can be read; a single row that can't is rejected instead.
pub fn read(reader: impl Read) -> Result<Inventory, InventoryError> {
    let mut reader = BufReader::with_capacity(64 * 1024, reader);
    let Some(Beginning { line, skipped }) = beginning(&mut reader)? else {
        return Err(InventoryError::Empty);
    };
    let text = String::from_utf8_lossy(&line).trim_start().to_owned();
    let rest = Cursor::new(line).chain(reader);
    if text.starts_with(['{', '[']) {
        document::read(rest)
    } else if let Some(header) = Header::read(&text)? {
        table::read(rest, &header, skipped)
    } else {
        line::read(BufReader::new(rest), skipped)
    }
}

/// Where an inventory begins to say something.
struct Beginning {
    /// The first line that is neither blank nor a comment, or the head of it.
    line: Vec<u8>,
    /// How many lines are before it.
    skipped: u64,
}

fn beginning(reader: &mut impl BufRead) -> Result<Option<Beginning>, InventoryError> {
    let mut skipped = 0;
    loop {
        let mut line = Vec::new();
        let mut piece = reader.by_ref().take(LONGEST_HEAD);
        if piece.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if skipped == 0 && (line.starts_with(b"\xff\xfe") || line.starts_with(b"\xfe\xff")) {
            return Err(InventoryError::Utf16);
        }
        if skipped == 0 && line.starts_with(UTF8_MARK) {
            line.drain(..UTF8_MARK.len());
        }
        if clean_line(&String::from_utf8_lossy(&line)).is_some() {
            return Ok(Some(Beginning { line, skipped }));
        }
        skipped += 1;
    }
}
