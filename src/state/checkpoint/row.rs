//! What is kept of one checkpoint.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::commit::Commit;
use super::destination::DestinationIds;

/// One checkpoint as it was last committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checkpoint {
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
    /// Records emitted since it began.
    pub emitted: u64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last committed.
    pub updated_at: Timestamp,
}

impl Checkpoint {
    /// The number of its last commit.
    pub(crate) fn round(&self) -> i64 {
        self.round
    }

    /// Takes over what a commit has changed.
    pub(crate) fn advance(&mut self, commit: &Commit<'_>) {
        self.round += 1;
        commit.position.clone_into(&mut self.position);
        self.mark = commit.mark;
        self.emitted += commit.emitted;
        self.updated_at = commit.now;
    }
}

/// What another database has of a checkpoint: one that several hosts share, or the
/// mirror.
#[derive(Debug, Clone)]
pub(crate) struct SharedRow {
    /// Its name.
    pub name: String,
    /// What it belongs to.
    pub belongings: Belongings,
    /// Where its feed goes on.
    pub position: String,
    /// The time that it stands at.
    pub mark: Option<Timestamp>,
    /// Records emitted since it began.
    pub emitted: u64,
    /// The number of its last commit.
    pub round: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last committed.
    pub updated_at: Timestamp,
}

impl From<SharedRow> for Checkpoint {
    fn from(row: SharedRow) -> Self {
        let SharedRow {
            name,
            belongings,
            position,
            mark,
            emitted,
            round,
            created_at,
            updated_at,
        } = row;
        Self {
            id: 0,
            round,
            name,
            belongings,
            position,
            mark,
            emitted,
            created_at,
            updated_at,
        }
    }
}

/// What a checkpoint belongs to. A run that differs in any of it must not use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Belongings {
    /// The feed: `ioc-stream`.
    pub feed: String,
    /// Everything that narrows the feed, in one canonical text.
    pub filters: String,
    /// The service.
    pub base_url: String,
    /// Where records go.
    pub destination: DestinationIds,
}

impl Belongings {
    /// The first difference to what a run wants: what differs, what the
    /// checkpoint has, and what the run has.
    pub(crate) fn difference(&self, run: &Self) -> Option<(&'static str, String, String)> {
        let texts = [
            ("feed", &self.feed, &run.feed),
            ("filters", &self.filters, &run.filters),
            ("base URL", &self.base_url, &run.base_url),
        ];
        let text = texts.into_iter().find(|(_, has, wants)| has != wants);
        if let Some((what, has, wants)) = text {
            return Some((what, has.clone(), wants.clone()));
        }
        let (has, wants) = (&self.destination, &run.destination);
        (has != wants).then(|| ("output", has.to_string(), wants.to_string()))
    }
}
