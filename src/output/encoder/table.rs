//! A table for people: columns by white space, as `kubectl get` prints them.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::ui::style::{Style, Tone};

/// How many rows are held back so that the first ones fit the later ones.
const HELD_BACK: usize = 100;
/// Between two columns.
const GAP: &str = "  ";
/// A column is not made narrower than this to fit the page.
const NARROWEST: usize = 16;
/// What stands where a value is missing, so that columns can be counted.
const MISSING: &str = "-";

/// A column is not made narrower than this where later rows are wider than the first.
const LEAST: usize = 6;
/// The headings of columns that the next command is given: they are always shown.
const KEYS: [&str; 2] = ["ID", "VALUE"];

/// Rows under a header. Columns are as wide as the widest cell so far. Where there is
/// a page, prose gives way until a row fits on it; then whole columns are left out,
/// from the right. An id, a value or a number is never cut.
pub(super) struct Table {
    names: Vec<String>,
    widths: Vec<usize>,
    /// Which columns hold texts in words.
    prose: Vec<bool>,
    page: Option<usize>,
    style: Style,
    held: Vec<Vec<String>>,
    /// The column whose cells stand below their rows, where they would leave no room
    /// for the others.
    below: Option<usize>,
    /// Which columns are shown, once that is settled.
    shown: Option<Vec<bool>>,
    /// Whether cells that are longer than most leave their column as it is.
    settled: bool,
}

impl Table {
    /// A table of these paths, cut to the page if there is one.
    pub(super) fn new(paths: &[String], page: Option<usize>, style: Style) -> Self {
        let names = names(paths);
        Self {
            widths: names.iter().map(|name| name.width()).collect(),
            prose: vec![false; names.len()],
            names,
            page,
            style,
            held: Vec::new(),
            below: None,
            shown: None,
            settled: false,
        }
    }

    /// Gives the table its headings, unless it has rows already.
    pub(super) fn head(&mut self, names: &[&str]) {
        if self.shown.is_none() && self.held.is_empty() {
            self.prose = vec![false; names.len()];
            self.names = names.iter().map(|name| (*name).to_owned()).collect();
            self.widths = self.names.iter().map(|name| name.width()).collect();
        }
    }

    /// Adds a row of clean cells.
    pub(super) fn row(&mut self, mut cells: Vec<String>, out: &mut Vec<u8>) {
        for (index, cell) in cells.iter_mut().enumerate() {
            if cell.is_empty() {
                MISSING.clone_into(cell);
            }
            if !self.settled {
                self.widths[index] = cell.width().max(self.widths[index]);
            }
            self.prose[index] |= is_prose(cell);
        }
        self.held.push(cells);
        if self.shown.is_some() || self.held.len() == HELD_BACK {
            self.flush(out);
        }
    }

    /// Writes what is held back, in the widths known so far.
    pub(super) fn flush(&mut self, out: &mut Vec<u8>) {
        if self.held.is_empty() {
            return;
        }
        let begins = self.shown.is_none();
        let shown = match self.shown.take() {
            Some(shown) => shown,
            None => self.fitting(),
        };
        let widths = self.fitted(&shown);
        if begins {
            let header = self.line(&self.names, &widths);
            out.extend_from_slice(self.style.paint(&header, Tone::Bold).as_bytes());
            out.push(b'\n');
        }
        for cells in std::mem::take(&mut self.held) {
            out.extend_from_slice(self.line(&cells, &widths).as_bytes());
            out.push(b'\n');
            if let Some(below) = self.below {
                out.extend_from_slice(format!("  {}\n", cells[below]).as_bytes());
            }
        }
        self.shown = Some(shown);
    }

    /// Ends the table, so that the next row starts one of its own, and says which
    /// columns it lacks.
    pub(super) fn close(&mut self, out: &mut Vec<u8>) {
        self.flush(out);
        let Some(shown) = self.shown.take() else {
            return;
        };
        self.settled = false;
        let below = self.below.take();
        let hidden = (0..shown.len()).filter(|&index| !shown[index] && Some(index) != below);
        let hidden: Vec<&str> = hidden.map(|index| self.names[index].as_str()).collect();
        if !hidden.is_empty() {
            let line = format!("not shown: {}; --wide shows all", hidden.join(", "));
            out.extend_from_slice(self.style.paint(&line, Tone::Dim).as_bytes());
            out.push(b'\n');
        }
    }

    /// The columns of which a row fits on the page: those on the right are left out
    /// first, and the ids stay.
    fn fitting(&mut self) -> Vec<bool> {
        let mut shown = vec![true; self.names.len()];
        let Some(page) = self.page else {
            return shown;
        };
        if self.least(&shown) > page {
            self.settle();
        }
        if self.least(&shown) > page {
            self.below = (0..shown.len()).rev().find(|&index| {
                KEYS.contains(&self.names[index].as_str()) && self.widths[index] > page / 3
            });
        }
        if let Some(below) = self.below {
            shown[below] = false;
        }
        while self.least(&shown) > page {
            let last = (1..shown.len())
                .rev()
                .find(|&index| shown[index] && !KEYS.contains(&self.names[index].as_str()));
            match last {
                Some(index) => shown[index] = false,
                None => break,
            }
        }
        shown
    }

    /// Makes columns as wide as nine of ten cells: the row of a longer one goes over
    /// the page, rather than that all rows lack a column.
    fn settle(&mut self) {
        self.settled = true;
        for (index, width) in self.widths.iter_mut().enumerate() {
            let mut cells: Vec<usize> = self.held.iter().map(|row| row[index].width()).collect();
            cells.sort_unstable();
            let most = cells.get((cells.len() * 9).div_ceil(10).saturating_sub(1));
            *width = most
                .copied()
                .unwrap_or_default()
                .max(self.names[index].width());
        }
    }

    /// How wide these columns are at least, with what is between them.
    fn least(&self, shown: &[bool]) -> usize {
        let narrow = |index: usize| {
            if self.prose[index] {
                self.widths[index].min(NARROWEST.max(self.names[index].width()))
            } else {
                self.widths[index]
            }
        };
        let columns = (0..shown.len()).filter(|&index| shown[index]);
        columns
            .map(|index| narrow(index) + GAP.len())
            .sum::<usize>()
            - GAP.len()
    }

    /// The widths of the columns that are shown, prose narrowed until a row fits.
    fn fitted(&self, shown: &[bool]) -> Vec<Option<usize>> {
        let widths = |cap: usize| {
            let width = move |index: usize| {
                if self.prose[index] {
                    self.widths[index].min(cap)
                } else {
                    self.widths[index]
                }
            };
            (0..shown.len()).map(move |index| shown[index].then(|| width(index)))
        };
        let taken = |cap: usize| {
            widths(cap)
                .flatten()
                .map(|width| width + GAP.len())
                .sum::<usize>()
                - GAP.len()
        };
        let mut cap = self.widths.iter().copied().max().unwrap_or_default();
        while self.page.is_some_and(|page| taken(cap) > page) && cap > LEAST {
            cap -= 1;
        }
        widths(cap).collect()
    }

    fn line(&self, cells: &[String], widths: &[Option<usize>]) -> String {
        let mut line = String::new();
        let mut owed = 0;
        for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let Some(width) = width else { continue };
            line.extend(std::iter::repeat_n(' ', owed));
            // A heading is a word of its column, so it may be wider than this row's.
            let shown = if self.prose[index] && self.page.is_some() {
                cut(cell, *width)
            } else {
                cell.clone()
            };
            owed = width.saturating_sub(shown.width()) + GAP.len();
            line.push_str(&shown);
        }
        line
    }
}

/// Whether a cell holds words, and not a value or a time.
fn is_prose(cell: &str) -> bool {
    cell.contains(' ') && cell.chars().any(char::is_alphabetic)
}

/// The headings: the last part of each path in capitals, or the whole of it where
/// two paths end alike.
fn names(paths: &[String]) -> Vec<String> {
    let last = |path: &String| path.rsplit('.').next().unwrap_or(path).to_uppercase();
    let short: Vec<_> = paths.iter().map(last).collect();
    let is_unique = |name: &String| short.iter().filter(|other| *other == name).count() == 1;
    paths
        .iter()
        .zip(&short)
        .map(|(path, name)| {
            if is_unique(name) {
                name.clone()
            } else {
                path.to_uppercase()
            }
        })
        .collect()
}

/// The text in at most so many columns, with `…` where it was cut.
fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > columns {
            break;
        }
        shown.push(character);
    }
    if columns > 0 {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(page: Option<usize>, paths: &[&str], rows: &[&[&str]]) -> String {
        let paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
        let mut table = Table::new(&paths, page, Style::PLAIN);
        let mut out = Vec::new();
        for cells in rows {
            table.row(
                cells.iter().map(|cell| (*cell).to_owned()).collect(),
                &mut out,
            );
        }
        table.close(&mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn columns_are_as_wide_as_their_cells() {
        let shown = table(
            None,
            &["ioc", "detections.malicious", "verdict"],
            &[
                &["evil.example", "40", "malicious"],
                &["漢字.example", "", "benign"],
            ],
        );
        assert_eq!(
            shown,
            "IOC           MALICIOUS  VERDICT\n\
             evil.example  40         malicious\n\
             漢字.example  -          benign\n"
        );
    }

    #[test]
    fn headings_that_end_alike_are_told_apart() {
        let shown = table(None, &["a.id", "b.id", "c.name"], &[&["1", "2", "3"]]);
        assert_eq!(shown, "A.ID  B.ID  NAME\n1     2     3\n");
    }

    #[test]
    fn prose_gives_way_to_a_page_then_columns_on_the_right_and_never_a_value() {
        let title = "a title of many words that nobody needs whole ".repeat(4);
        let names = &["severity", "title", "entity", "seen", "id"];
        let row: &[&str] = &[
            "high",
            &title,
            "www.evil.example",
            "2026-01-02 03:04",
            "0123456789abcdef",
        ];
        for page in [40, 60, 80, 120, 160] {
            let shown = table(Some(page), names, &[row]);
            for line in shown.lines().filter(|line| !line.starts_with("not shown")) {
                assert!(line.width() <= page, "{page}: {line}");
            }
            assert!(shown.contains("  0123456789abcdef\n"), "{page}: {shown}");
            for value in [row[2], row[3]] {
                let heading = if value == row[2] { "ENTITY" } else { "SEEN" };
                let is_named = shown.contains(&format!("not shown: {heading}"))
                    || shown.contains(&format!(", {heading}"));
                assert!(shown.contains(value) != is_named, "{page}: {shown}");
            }
        }
        assert_eq!(
            table(Some(50), names, &[row]),
            "SEVERITY  TITLE                   ID\n\
             high      a title of many words…  0123456789abcdef\n\
             not shown: ENTITY, SEEN; --wide shows all\n"
        );
        assert!(table(None, names, &[row]).contains(&title));
        // Too narrow for anything: what is left is whole.
        let shown = table(Some(10), names, &[row]);
        assert!(
            shown.starts_with("SEVERITY\nhigh\n  0123456789abcdef\n"),
            "{shown}"
        );
    }

    #[test]
    fn rows_are_held_back_and_later_ones_follow_at_once() {
        let mut table = Table::new(&["n".to_owned()], None, Style::PLAIN);
        let mut out = Vec::new();
        for row in 1..=HELD_BACK {
            assert!(out.is_empty(), "row {row}");
            table.row(vec![row.to_string()], &mut out);
        }
        assert_eq!(String::from_utf8_lossy(&out).lines().count(), HELD_BACK + 1);
        out.clear();
        table.row(vec!["next".to_owned()], &mut out);
        assert_eq!(out, b"next\n");
    }

    #[test]
    fn a_later_wider_cell_widens_its_column() {
        let mut table = Table::new(&["a".to_owned(), "b".to_owned()], None, Style::PLAIN);
        let mut out = Vec::new();
        table.row(vec!["1".to_owned(), "2".to_owned()], &mut out);
        table.flush(&mut out);
        table.row(vec!["12345".to_owned(), "3".to_owned()], &mut out);
        table.row(vec!["1".to_owned(), "4".to_owned()], &mut out);
        assert_eq!(out, b"A  B\n1  2\n12345  3\n1      4\n");
    }
}
