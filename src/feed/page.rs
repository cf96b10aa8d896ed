//! What the engine wants of a feed: its pages, and how the records of one fared.

use std::ops::Range;

use bytes::Bytes;
use serde::de::IgnoredAny;

use super::error::FeedError;
use super::position::Position;
use crate::deliver::{Step, Unprocessed};
use crate::model::error::Error;

/// A source of items, page by page.
pub(crate) trait Feed {
    /// The next page; none when the feed has nothing more for now. Asked once
    /// more after that, it looks for what has come meanwhile.
    ///
    /// # Errors
    /// What the request came to, after the retries. The position of the last
    /// page stays good.
    fn next(&mut self) -> impl Future<Output = Result<Option<Page>, Error>>;
}

/// A page, or a part of one that is too large to hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    /// The bytes as they came.
    pub body: Bytes,
    /// The items that lie in them, in order.
    pub items: Vec<Item>,
    /// What stands among the items and is none.
    pub unreadable: Vec<Unreadable>,
    /// Items that a feed passed over, since it has handed them on before.
    pub repeats: u64,
    /// Items that a feed did not keep, since they are not what was asked for.
    pub dropped: u64,
    /// Items that a feed passed over, since they are dated before or after what it
    /// asked for.
    pub outside: u64,
    /// Whether the items are known to be valid JSON.
    pub checked: bool,
    /// Where to stand to get the same items once more; none where that takes the
    /// parts before them as well.
    pub at: Option<Position>,
    /// Where to stand when these items are done; none after a part, whose items
    /// count only together with those that follow.
    pub after: Option<Position>,
}

/// A part of a page that is no item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Where it lies in the body.
    pub range: Range<usize>,
    /// Why it is none.
    pub reason: String,
}

/// One item of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// Where its JSON lies in the body: one object.
    pub range: Range<usize>,
    /// What tells it from all others; none where repeats are not looked for.
    pub identity: Option<String>,
    /// Its time, in seconds since the epoch: its identity is remembered by it.
    pub time: i64,
}

/// The record, if that is what it is: a JSON object.
pub(super) fn readable(item: &[u8], checked: bool) -> Result<&str, String> {
    let json = simdutf8::basic::from_utf8(item).map_err(|_| "an entry is not UTF-8")?;
    if !json.trim_ascii_start().starts_with('{') {
        return Err("an entry is not a JSON object".to_owned());
    }
    if !checked {
        serde_json::from_str::<IgnoredAny>(json)
            .map_err(|error| format!("an entry is not valid JSON: {error}"))?;
    }
    Ok(json)
}

/// How the records of a page fared. One on which every record fails is no page
/// with bad records: the program is wrong, or the page is.
#[derive(Debug, Default)]
pub(super) struct PageCount {
    records: u64,
    failed: u64,
    /// The first that failed for another reason than being unreadable, else the
    /// first that failed.
    first: Option<Unprocessed>,
}

impl PageCount {
    /// A record came, whatever becomes of it.
    pub(super) fn came(&mut self) {
        self.records += 1;
    }

    /// A step could not process a record; `taken` is whether it went out on another
    /// way.
    pub(super) fn failed(&mut self, why: &Unprocessed, taken: bool) {
        self.failed += u64::from(!taken);
        match &self.first {
            Some(first) if first.step != Step::Read || why.step == Step::Read => {}
            _ => self.first = Some(why.clone()),
        }
    }

    /// The failure that is worth telling, if there is one.
    pub(super) fn first(&self) -> Option<&Unprocessed> {
        self.first.as_ref()
    }

    /// Whether the run may go on after what came of the page so far.
    ///
    /// # Errors
    /// Every record failed.
    pub(super) fn check(&self) -> Result<(), FeedError> {
        match &self.first {
            Some(first) if self.failed == self.records => {
                Err(FeedError::every_record(self.records, first))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_fails_when_every_record_does_and_the_program_is_blamed_first() {
        let outcome = |steps: &[Option<Step>]| {
            let mut page = PageCount::default();
            for step in steps {
                page.came();
                if let Some(step) = step {
                    page.failed(&Unprocessed::new(*step, step.name()), false);
                }
            }
            match page.check() {
                Ok(()) => "goes on".to_owned(),
                Err(error) => error.to_string(),
            }
        };
        for (steps, expected) in [
            (&[][..], "goes on"),
            (&[None, None], "goes on"),
            (&[Some(Step::Shape), None], "goes on"),
            (
                &[Some(Step::Shape)],
                "the only record of a page failed: shape",
            ),
            (
                &[Some(Step::Read), Some(Step::Read)],
                "all 2 records of a page failed; the first: read",
            ),
            (
                &[Some(Step::Read), Some(Step::Where)],
                "all 2 records of a page failed; the first: where",
            ),
            (
                &[Some(Step::Body), Some(Step::Read)],
                "all 2 records of a page failed; the first: webhook-body",
            ),
        ] {
            assert_eq!(outcome(steps), expected, "{steps:?}");
        }
    }
}
