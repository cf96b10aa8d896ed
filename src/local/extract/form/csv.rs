//! Tables: each cell is a text of its own, so that a comma ends a URL.

use std::io::{self, BufRead};
use std::path::Path;

use ::csv::{ByteRecord, ReaderBuilder};

use super::Texts;
use crate::bulk::structured::is_table;
use crate::local::extract::scan::Names;

/// Scans the cells of a table.
pub(super) fn read(
    mut reader: impl BufRead,
    name: Option<&Path>,
    texts: &mut Texts<'_>,
) -> io::Result<()> {
    let head = String::from_utf8_lossy(reader.fill_buf()?).into_owned();
    let first = head.lines().next().unwrap_or_default();
    let tabbed = name
        .and_then(Path::extension)
        .is_some_and(|it| it.eq_ignore_ascii_case("tsv"));
    let delimiter = is_table(first).unwrap_or(if tabbed {
        b'\t'
    } else if first.contains(';') && !first.contains(',') {
        b';'
    } else {
        b','
    });
    let mut rows = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(reader);
    let mut row = ByteRecord::new();
    while !texts.stopped && rows.read_byte_record(&mut row)? {
        let line = row.position().map_or(1, ::csv::Position::line);
        let mut before = 0;
        for cell in &row {
            let cell = String::from_utf8_lossy(cell);
            texts.string(&cell, line, before, Names::Taken);
            before += cell.chars().count() as u64 + 1;
        }
    }
    Ok(())
}
