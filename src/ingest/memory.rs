//! What a run knows of what was emitted before.

use std::collections::HashMap;

use super::pipeline::Held;
use super::position::Position;
use crate::state::StateError;

/// The identities that must not be emitted again: those of a checkpoint, or those
/// that this run itself has met.
pub enum Memory {
    /// Kept between runs.
    Checkpoint(Box<Held>),
    /// Kept for this run alone, with their times in seconds.
    Run(RunMemory),
}

/// The identities of one run.
#[derive(Debug, Default)]
pub struct RunMemory {
    seen: HashMap<String, i64>,
    /// How many there were when old ones were last forgotten.
    after_forgetting: usize,
}

/// Forgetting walks over all identities, so it waits until there are many new ones.
const WORTH_FORGETTING: usize = 10_000;

impl RunMemory {
    pub(super) fn add(&mut self, seen: Vec<(String, i64)>) {
        for (identity, time) in seen {
            let known = self.seen.entry(identity).or_insert(time);
            *known = time.max(*known);
        }
    }

    /// Forgets what the position can't meet again.
    pub(super) fn settle(&mut self, position: &Position) {
        if self.seen.len() < self.after_forgetting + WORTH_FORGETTING {
            return;
        }
        let from = position.remembered_from();
        self.seen.retain(|_, time| *time >= from);
        self.after_forgetting = self.seen.len();
    }
}

impl Memory {
    /// Whether an identity was emitted.
    pub(super) fn has_seen(&self, identity: &str) -> Result<bool, StateError> {
        match self {
            Self::Checkpoint(held) => held.store.has_seen(&held.checkpoint, identity),
            Self::Run(run) => Ok(run.seen.contains_key(identity)),
        }
    }
}
