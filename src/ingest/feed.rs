//! What the engine wants of a feed.

use std::ops::Range;

use bytes::Bytes;

use super::position::Position;
use crate::client::ClientError;

/// A source of items, page by page.
pub(crate) trait Feed {
    /// The next page; none when the feed has nothing more for now. Asked once
    /// more after that, it looks for what has come meanwhile.
    ///
    /// # Errors
    /// What the request came to, after the retries. The position of the last
    /// page stays good.
    fn next(&mut self) -> impl Future<Output = Result<Option<Batch>, ClientError>>;

    /// The page after that, where it is there already.
    fn at_hand(&mut self) -> Option<Batch> {
        None
    }
}

/// A page, or a part of one that is too large to hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Batch {
    /// The bytes as they came.
    pub body: Bytes,
    /// The items that lie in them, in order.
    pub items: Vec<Item>,
    /// What stands among the items and is none.
    pub unreadable: Vec<Unreadable>,
    /// Items that a feed passed over, since it has handed them on before.
    pub repeats: u64,
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
