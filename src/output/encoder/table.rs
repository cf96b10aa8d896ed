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

/// Rows under a header. Columns are as wide as the widest cell so far; where
/// there is a page, the widest ones give way until a row fits on it.
pub(super) struct Table {
    names: Vec<String>,
    widths: Vec<usize>,
    page: Option<usize>,
    style: Style,
    held: Vec<Vec<String>>,
    begun: bool,
}

impl Table {
    /// A table of these paths, cut to the page if there is one.
    pub(super) fn new(paths: &[String], page: Option<usize>, style: Style) -> Self {
        let names = names(paths);
        Self {
            widths: names.iter().map(|name| name.width()).collect(),
            names,
            page,
            style,
            held: Vec::new(),
            begun: false,
        }
    }

    /// Gives the table its headings, unless it has rows already.
    pub(super) fn head(&mut self, names: &[&str]) {
        if !self.begun && self.held.is_empty() {
            self.names = names.iter().map(|name| (*name).to_owned()).collect();
            self.widths = self.names.iter().map(|name| name.width()).collect();
        }
    }

    /// Adds a row of clean cells.
    pub(super) fn row(&mut self, mut cells: Vec<String>, out: &mut Vec<u8>) {
        for (cell, width) in cells.iter_mut().zip(&mut self.widths) {
            if cell.is_empty() {
                MISSING.clone_into(cell);
            }
            *width = cell.width().max(*width);
        }
        self.held.push(cells);
        if self.begun || self.held.len() == HELD_BACK {
            self.flush(out);
        }
    }

    /// Writes what is held back, in the widths known so far.
    pub(super) fn flush(&mut self, out: &mut Vec<u8>) {
        if self.held.is_empty() {
            return;
        }
        let widths = self.fitted();
        if !self.begun {
            self.begun = true;
            let header = self.line(&self.names, &widths);
            out.extend_from_slice(self.style.paint(&header, Tone::Bold).as_bytes());
            out.push(b'\n');
        }
        for cells in std::mem::take(&mut self.held) {
            out.extend_from_slice(self.line(&cells, &widths).as_bytes());
            out.push(b'\n');
        }
    }

    /// Forgets the header, so that the next row starts a table of its own.
    pub(super) fn close(&mut self, out: &mut Vec<u8>) {
        self.flush(out);
        self.begun = false;
    }

    /// The widths in which a row fits on the page, if it can.
    fn fitted(&self) -> Vec<usize> {
        let Some(page) = self.page else {
            return self.widths.clone();
        };
        let room = page.saturating_sub(GAP.len() * (self.widths.len() - 1));
        let mut cap = room;
        let taken = |cap: usize| {
            self.widths
                .iter()
                .map(|width| (*width).min(cap))
                .sum::<usize>()
        };
        while taken(cap) > room && cap > NARROWEST {
            cap -= 1;
        }
        self.widths.iter().map(|width| (*width).min(cap)).collect()
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
            if index > 0 {
                line.push_str(GAP);
            }
            let shown = cut(cell, *width);
            line.push_str(&shown);
            if index + 1 < widths.len() {
                line.extend(std::iter::repeat_n(' ', width - shown.width()));
            }
        }
        self.page
            .map_or_else(|| line.clone(), |page| cut(&line, page))
    }
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
        table.flush(&mut out);
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
    fn a_page_is_never_exceeded_and_the_widest_column_gives_way() {
        let long = "x".repeat(200);
        let rows: &[&[&str]] = &[
            &["192.0.2.1", &long, "malicious"],
            &["192.0.2.2", "y", "漢字漢字漢字漢字"],
        ];
        for page in [1, 10, 20, 40, 80] {
            let shown = table(Some(page), &["ioc", "name", "verdict"], rows);
            for line in shown.lines() {
                assert!(line.width() <= page, "{page}: {line}");
            }
        }
        let shown = table(Some(40), &["ioc", "name", "verdict"], rows);
        assert!(
            shown.contains("192.0.2.1  xxx") && shown.contains('…'),
            "{shown}"
        );
        let unlimited = table(None, &["ioc", "name", "verdict"], rows);
        assert!(unlimited.contains(&long));
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
