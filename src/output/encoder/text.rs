//! Text for people: digests, and tables of what has none.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::ranked::Ranked;
use super::table::Table;
use super::{Encoder, Item};
use crate::output::cell::cell;
use crate::output::fields::Fields;
use crate::output::hyperlink::linked;
use crate::output::remote::{sanitize, sanitize_block, sanitize_styled};
use crate::ui::style::{Style, Tone};

/// So many digests are told from repeats: more than anybody reads.
const MOST_REMEMBERED: usize = 100_000;

/// Digests with a blank line between them, rows of a table, or the lines that a
/// jq program puts together.
pub(in crate::output) struct Text {
    fields: Fields,
    /// Whether the table was asked for, so that no digest takes its place.
    tabular: bool,
    style: Style,
    table: Table,
    /// Rows that wait for those that are more severe, where that is wanted.
    ranked: Option<Ranked>,
    /// What was written last; `None` before anything was.
    last: Option<Part>,
    /// The digests that were written.
    shown: HashSet<u64>,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Digest,
    Table,
    Line,
}

impl Text {
    /// Text in this style; `page` is the width that a table may not exceed.
    pub(in crate::output) fn new(
        fields: Fields,
        tabular: bool,
        style: Style,
        page: Option<usize>,
    ) -> Self {
        Self {
            table: Table::new(fields.names(), page, style),
            fields,
            tabular,
            style,
            ranked: None,
            last: None,
            shown: HashSet::new(),
        }
    }

    /// Goes over to another part, or to the next digest: with a blank line.
    fn turn_to(&mut self, part: Part, out: &mut Vec<u8>) {
        if self.last == Some(part) && part != Part::Digest {
            return;
        }
        self.table.close(out);
        if self.last.is_some() {
            out.push(b'\n');
        }
        self.last = Some(part);
    }

    /// Writes a digest; of one that was shown already, its first line.
    fn digest(&mut self, clean: &str, out: &mut Vec<u8>) {
        self.turn_to(Part::Digest, out);
        let mut hasher = DefaultHasher::new();
        clean.hash(&mut hasher);
        let is_new = self.shown.len() >= MOST_REMEMBERED || self.shown.insert(hasher.finish());
        let first = clean.split_once('\n').filter(|_| !is_new);
        let shown = match first {
            Some((title, _)) => {
                let above = self.style.paint("as above", Tone::Dim);
                Cow::Owned(format!("{title}  {above}"))
            }
            None if self.style.links => linked(clean),
            None => Cow::Borrowed(clean),
        };
        out.extend_from_slice(shown.as_bytes());
        out.push(b'\n');
    }

    /// The cells of a row that brings its own headings.
    fn own_cells(&mut self, row: Vec<(&'static str, String)>) -> Vec<String> {
        let (names, cells): (Vec<_>, Vec<_>) = row.into_iter().unzip();
        self.table.head(&names);
        let clean = cells.iter().map(|cell| sanitize(cell).into_owned());
        clean.collect()
    }

    fn cells(&self, json: &str) -> Vec<String> {
        let cells = self.fields.values(json).into_iter();
        let cells = cells.map(|value| sanitize(&cell(value)).into_owned());
        cells.collect()
    }

    /// Adds a row to the table, or to those that wait for others.
    fn row(&mut self, rank: u32, cells: Vec<String>, out: &mut Vec<u8>) {
        match &mut self.ranked {
            None => self.table.row(cells, out),
            Some(ranked) => {
                if let Some(rows) = ranked.hold(rank, cells) {
                    self.ranked = None;
                    self.rows(rows, out);
                }
            }
        }
    }

    fn rows(&mut self, rows: Vec<Vec<String>>, out: &mut Vec<u8>) {
        for cells in rows {
            self.table.row(cells, out);
        }
    }
}

impl Encoder for Text {
    fn item(&mut self, item: Item<'_>, out: &mut Vec<u8>) {
        match item {
            Item::Record(record) => {
                if let Some(line) = Some(record)
                    .filter(|_| !self.tabular)
                    .and_then(|record| record.line(&self.style))
                {
                    self.turn_to(Part::Line, out);
                    let clean = sanitize_styled(&line, self.style.color);
                    out.extend_from_slice(clean.as_bytes());
                    out.push(b'\n');
                } else if let Some(digest) = Some(record)
                    .filter(|_| !self.tabular)
                    .and_then(|record| record.text(&self.style))
                {
                    let clean = sanitize_styled(digest.trim_end(), self.style.color);
                    self.digest(&clean, out);
                } else {
                    self.turn_to(Part::Table, out);
                    let cells = match record.row().filter(|_| !self.tabular) {
                        Some(row) => self.own_cells(row),
                        None => self.cells(&item.text()),
                    };
                    self.row(record.rank(), cells, out);
                }
            }
            Item::Value(value) if self.tabular && value.starts_with('{') => {
                self.turn_to(Part::Table, out);
                let cells = self.cells(value);
                self.table.row(cells, out);
            }
            Item::Value(value) => {
                self.turn_to(Part::Line, out);
                // A string is shown as it is, anything else as JSON.
                let shown = match value {
                    "null" => value.into(),
                    _ => cell(Some(value)),
                };
                out.extend_from_slice(sanitize_block(&shown).as_bytes());
                out.push(b'\n');
            }
        }
    }

    fn rank_rows(&mut self) {
        self.ranked = Some(Ranked::default());
    }

    fn flush(&mut self, out: &mut Vec<u8>) {
        self.table.flush(out);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        if let Some(ranked) = self.ranked.take() {
            self.rows(ranked.sorted(), out);
        }
        self.table.close(out);
    }
}
