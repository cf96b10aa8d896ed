//! Objects of feeds as rows for people, by what kind of object they are.

mod alert;
mod collection;
mod delta;
mod gti_alert;
mod issue;
mod object;

pub(crate) use alert::alert;
pub(crate) use collection::collection;
pub(crate) use delta::delta;
pub(crate) use gti_alert::{finding, gti_alert};
pub(crate) use issue::issue;
pub(crate) use object::object;

/// How an object is shown: its JSON as a row.
pub(crate) type View = fn(&str) -> Row;

/// A row of the table for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// How severe it is: lower numbers are worse, and come first where the whole
    /// answer is in hand.
    pub rank: u32,
    /// The cells, each under its heading.
    pub cells: Vec<(&'static str, String)>,
    /// The cells of columns of CSV that are no members of the object.
    pub columns: Vec<(&'static str, String)>,
}

impl Row {
    /// The cells under their headings; what is not known is an empty one.
    fn cells<const N: usize>(
        headings: [&'static str; N],
        cells: [Option<String>; N],
    ) -> Vec<(&'static str, String)> {
        let cells = cells.into_iter().map(Option::unwrap_or_default);
        headings.into_iter().zip(cells).collect()
    }

    /// The row of what cannot be read, under the headings of what can: its first cell
    /// says so.
    fn unread<const N: usize>(headings: [&'static str; N], reason: &str) -> Self {
        let mut cells = [const { None }; N];
        if let Some(first) = cells.first_mut() {
            *first = Some(format!("cannot read it: {reason}"));
        }
        Self {
            rank: UNRANKED,
            cells: Self::cells(headings, cells),
            columns: vec![],
        }
    }
}

/// The rank of what says nothing of how severe it is.
const UNRANKED: u32 = u32::MAX;

/// The part of an RFC 3339 time that tells the minute.
const MINUTES: usize = "2026-01-02T03:04".len();

/// A time in RFC 3339, to the minute.
fn minute(time: &str) -> String {
    let whole = time
        .parse::<jiff::Timestamp>()
        .map_or_else(|_| time.to_owned(), crate::model::time::rfc3339);
    let characters = whole.chars().take(MINUTES);
    characters.map(|c| if c == 'T' { ' ' } else { c }).collect()
}

#[cfg(test)]
fn cells(row: Row) -> Vec<String> {
    row.cells.into_iter().map(|(_, cell)| cell).collect()
}
