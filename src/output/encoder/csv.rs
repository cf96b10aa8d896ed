//! CSV, as RFC 4180 and spreadsheets want it.

use std::borrow::Cow;
use std::path::Path;

use csv::{ReaderBuilder, Terminator, WriterBuilder};

use super::{Encoder, Item};
use crate::model::json::{Scan, items};
use crate::output::cell::cell;
use crate::output::error::OutputError;
use crate::output::fields::Fields;

/// Rows under a header that is always there: lines end in CRLF, strings are
/// decoded, objects and arrays are JSON, `null` and missing members are empty.
///
/// Behind a jq program without `--fields` the first value decides the header: an
/// object its keys, an array `value1,value2,…`, anything else `value`. There is
/// none when the program never yields anything.
pub(in crate::output) struct Csv {
    header: Option<Fields>,
}

impl Csv {
    /// Rows of these members; without them, rows of what jq yields.
    pub(in crate::output) fn new(header: Option<Fields>) -> Self {
        Self { header }
    }
}

impl Encoder for Csv {
    fn begin(&mut self, out: &mut Vec<u8>) {
        if let Some(fields) = &self.header {
            header(fields, out);
        }
    }

    fn fits(&self, record: u64, values: &[String]) -> Result<(), OutputError> {
        let Some(first) = values.first() else {
            return Ok(());
        };
        let names = match &self.header {
            Some(fields) => fields.names().len(),
            None => names_of(first).names().len(),
        };
        let mut counts = values.iter().map(|value| match value.as_bytes().first() {
            Some(b'[') => elements(value).len(),
            _ => 1,
        });
        match counts.find(|cells| *cells > names) {
            None => Ok(()),
            Some(cells) => Err(OutputError::TooManyCells {
                record,
                cells,
                names,
            }),
        }
    }

    fn item(&mut self, item: Item<'_>, out: &mut Vec<u8>) {
        let json = item.text();
        let json = json.trim_start();
        let fields = self.header.get_or_insert_with(|| {
            let fields = names_of(json);
            header(&fields, out);
            fields
        });
        let names = fields.names().len();
        let mut values = match json.as_bytes().first() {
            Some(b'{') => fields.values(json),
            Some(b'[') => elements(json),
            _ => vec![Some(json)],
        };
        values.resize(names, None);
        let own = match item {
            Item::Record(record) => record.columns(),
            Item::Value(_) => Vec::new(),
        };
        let own = |name: &String| own.iter().find(|(known, _)| known == name);
        let cells = fields.names().iter().zip(values);
        let cells = cells.map(|(name, value)| match own(name) {
            Some((_, cell)) => Cow::Borrowed(cell.as_str()),
            None => cell(value),
        });
        row(cells.map(safe), out);
    }
}

/// The columns that a file begins with, for whoever goes on with it: an earlier
/// version may have had others. None where it has no header.
pub(crate) fn header_of(path: &Path) -> Option<Vec<String>> {
    let mut reader = ReaderBuilder::new().flexible(true).from_path(path).ok()?;
    let names: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
    let is_name = |name: &String| !name.trim().trim_matches('.').is_empty();
    (!names.is_empty() && names.iter().all(is_name)).then_some(names)
}

fn header(fields: &Fields, out: &mut Vec<u8>) {
    let names = fields.names().iter();
    row(names.map(|name| safe(Cow::Borrowed(name))), out);
}

fn row<'a>(cells: impl Iterator<Item = Cow<'a, str>>, out: &mut Vec<u8>) {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out);
    writer
        .write_record(cells.map(Cow::into_owned))
        .and_then(|()| Ok(writer.flush()?))
        .expect("a vector takes every row");
}

/// The elements of an array as raw text.
fn elements(json: &str) -> Vec<Option<&str>> {
    items(json).map_or_else(
        |_| vec![Some(json)],
        |items| items.into_iter().map(Some).collect(),
    )
}

/// The header that a jq value asks for.
fn names_of(json: &str) -> Fields {
    let names = match json.as_bytes().first() {
        Some(b'{') => keys(json),
        Some(b'[') => match elements(json).len() {
            count @ 2.. => (1..=count).map(|place| format!("value{place}")).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    if names.is_empty() {
        return Fields::fixed(&["value"]);
    }
    Fields::keys(names)
}

/// The keys of an object in the order in which they stand.
fn keys(json: &str) -> Vec<String> {
    let mut keys = Vec::new();
    // What is no object to its end has the keys before that.
    let _ = Scan::of(json).object(|key, value| {
        keys.push(key.to_owned());
        value.skip()
    });
    keys
}

/// The cell without control characters and without anything that a spreadsheet
/// would run.
///
/// Line breaks and tabs stay: CSV can hold them. Other control characters go, so
/// that nothing hides in front of a formula. A cell that then starts like one
/// (`=`, `+`, `-`, `@`, their full-width forms, a tab or a line break, with or
/// without blanks before it) gets an apostrophe, unless it is a number.
fn safe(cell: Cow<'_, str>) -> Cow<'_, str> {
    let strange = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    let cell = if cell.contains(strange) {
        Cow::Owned(cell.replace(strange, ""))
    } else {
        cell
    };
    let starts = |text: &str, with: &[char]| text.starts_with(with);
    let dangerous = starts(&cell, &['\t', '\r', '\n'])
        || starts(
            cell.trim_start(),
            &['=', '+', '-', '@', '＝', '＋', '－', '＠'],
        );
    if dangerous && !is_number(&cell) {
        return Cow::Owned(format!("'{cell}"));
    }
    cell
}

/// Whether the cell is a plain decimal number: `-5`, `+1.50`, `-1e9`.
fn is_number(cell: &str) -> bool {
    let (mantissa, exponent) = match cell.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (cell, None),
    };
    let unsigned = |text: &str| text.strip_prefix(['+', '-']).unwrap_or(text).to_owned();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa = unsigned(mantissa);
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa.as_str(), None),
    };
    digits(whole) && fraction.is_none_or(digits) && exponent.is_none_or(|it| digits(&unsigned(it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_a_spreadsheet_would_run_are_made_safe() {
        for (cell, expected) in [
            (
                "=HYPERLINK(\"http://x.example\")",
                "'=HYPERLINK(\"http://x.example\")",
            ),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3+cmd", "'-2+3+cmd"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("\n=1", "'\n=1"),
            ("  =1+1", "'  =1+1"),
            ("\0=1+1", "'=1+1"),
            ("\u{9b}\x1b=1", "'=1"),
            ("＝1+1", "'＝1+1"),
            ("－1", "'－1"),
            ("+1 555 0100", "'+1 555 0100"),
            ("-", "'-"),
            ("-1e", "'-1e"),
            ("-5", "-5"),
            ("+1.50", "+1.50"),
            ("-1e-9", "-1e-9"),
            ("evil.example", "evil.example"),
            ("a=b", "a=b"),
            ("two\nlines\tand a tab", "two\nlines\tand a tab"),
            ("", ""),
        ] {
            assert_eq!(safe(Cow::Borrowed(cell)), expected, "{cell:?}");
        }
    }
}
