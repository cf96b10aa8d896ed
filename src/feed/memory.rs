//! What a run knows of what was emitted before.

use std::collections::HashMap;

use super::page::Item;
use crate::state::checkpoint::{Checkpoints, Kept, KeptError, OutputFile, Remembered};

/// The identities that must not be emitted again: those of a checkpoint, or those
/// that this run itself has met.
pub(crate) enum Memory {
    /// Kept between runs.
    Checkpoint(Box<dyn Kept>),
    /// Kept for this run alone. The database is there for the files of sinks.
    Run(Option<Box<Checkpoints>>),
}

impl Memory {
    /// Writes down how much of files is committed.
    pub(super) fn keep_files(&mut self, files: &[OutputFile]) -> Result<(), KeptError> {
        match self {
            Self::Checkpoint(kept) => kept.keep_files(files),
            Self::Run(Some(store)) => Ok(store.commit_files(files)?),
            Self::Run(None) => Ok(()),
        }
    }

    /// Says of files that this run has them open no more.
    pub(super) fn close_files(&mut self, files: &[OutputFile]) -> Result<(), KeptError> {
        match self {
            Self::Checkpoint(kept) => kept.close_files(files),
            Self::Run(Some(store)) => Ok(store.close_files(files)?),
            Self::Run(None) => Ok(()),
        }
    }

    /// All identities that are remembered. Only feeds whose items are few ask for them.
    pub(super) fn all(&mut self) -> Result<Remembered, KeptError> {
        match self {
            Self::Checkpoint(kept) => kept.remembered(),
            Self::Run(_) => Ok(Remembered::default()),
        }
    }

    /// Which of the items were emitted before the last commit, or staged since. A
    /// run alone has met them, or not.
    pub(super) fn knows(&mut self, items: &[Item]) -> Result<Vec<bool>, KeptError> {
        match self {
            Self::Checkpoint(kept) => {
                let identities = items.iter().map(|item| item.identity.as_deref());
                kept.have_seen(&identities.collect::<Vec<_>>())
            }
            Self::Run(_) => Ok(vec![false; items.len()]),
        }
    }
}

/// The identities that a run has met and that nothing else remembers yet, with
/// the time in seconds that each is to be remembered by.
#[derive(Debug, Default)]
pub(super) struct Met {
    times: HashMap<String, i64>,
    /// How many there were when old ones were last forgotten.
    after_forgetting: usize,
}

/// Forgetting walks over all identities, so it waits until there are many new ones.
const WORTH_FORGETTING: usize = 10_000;

impl Met {
    /// Whether this one was met before; if so it is remembered for longer.
    pub(super) fn again(&mut self, identity: &str, time: i64) -> bool {
        let met = self.times.get_mut(identity);
        met.map(|known| *known = time.max(*known)).is_some()
    }

    pub(super) fn insert(&mut self, identity: String, time: i64) {
        self.times.insert(identity, time);
    }

    pub(super) fn times(&self) -> &HashMap<String, i64> {
        &self.times
    }

    /// Forgets all: another memory has them, or they will come again.
    pub(super) fn clear(&mut self) {
        self.times.clear();
    }

    /// Forgets what is older than this many seconds since the epoch.
    pub(super) fn forget_before(&mut self, time: i64) {
        if self.times.len() < self.after_forgetting + WORTH_FORGETTING {
            return;
        }
        self.times.retain(|_, known| *known >= time);
        self.after_forgetting = self.times.len();
    }
}
