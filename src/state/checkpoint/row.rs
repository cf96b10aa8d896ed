//! What is kept of one checkpoint.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One checkpoint as it was last committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Its row.
    pub(super) id: i64,
    /// Counts the commits; what was staged after the last one has the next number.
    pub(super) round: i64,
    /// Its name.
    pub name: String,
    /// What it belongs to.
    pub belongings: Belongings,
    /// Where its feed goes on: JSON that the feed wrote.
    pub position: String,
    /// The time that it stands at; none before the first item.
    pub mark: Option<Timestamp>,
    /// The file that its records go to.
    pub file: Option<FileMark>,
    /// Records emitted since it began.
    pub emitted: u64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last committed.
    pub updated_at: Timestamp,
}

/// What a checkpoint belongs to. A run that differs in any of it must not use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Belongings {
    /// The feed: `ioc-stream`.
    pub feed: String,
    /// Everything that narrows the feed, in one canonical text.
    pub filters: String,
    /// The service.
    pub base_url: String,
    /// Where records go, and in which format if that is a file.
    pub output: String,
}

impl Belongings {
    /// The first difference to what a run wants: what differs, what the
    /// checkpoint has, and what the run has.
    pub fn difference<'a>(&'a self, run: &'a Self) -> Option<(&'static str, &'a str, &'a str)> {
        [
            ("feed", &self.feed, &run.feed),
            ("filters", &self.filters, &run.filters),
            ("base URL", &self.base_url, &run.base_url),
            ("output", &self.output, &run.output),
        ]
        .into_iter()
        .find(|(_, has, wants)| has != wants)
        .map(|(what, has, wants)| (what, has.as_str(), wants.as_str()))
    }
}

/// How much of a file is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileMark {
    /// Bytes, from the beginning.
    pub length: u64,
    /// Tells the file from another one of its name; 0 where there are no inodes.
    pub inode: u64,
}
