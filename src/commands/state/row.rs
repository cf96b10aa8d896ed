//! A checkpoint as a record.

use std::path::Path;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::model::file_mark::FileMark;
use crate::model::grouped::grouped;
use crate::model::time::rfc3339;
use crate::output::{Columns, Record};
use crate::state::StateError;
use crate::state::checkpoint::{Checkpoint, Checkpoints, FileOwner, Hold};
use crate::state::dead_letters::DeadLetters;

/// The columns of a checkpoint.
pub(super) const COLUMNS: Columns = Columns(&[
    "name",
    "feed",
    "filters",
    "at",
    "updated_at",
    "emitted",
    "output",
    "file_bytes",
    "dead_letters",
    "held_by",
]);

/// What there is beside a checkpoint.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around {
    /// The process that holds it, as far as can be seen.
    held_by: Option<u32>,
    dead_letters: u64,
    file: Option<FileMark>,
}

impl Around {
    /// Looks around a checkpoint.
    pub(super) fn of(
        directory: &Path,
        store: &Checkpoints,
        checkpoint: &Checkpoint,
    ) -> Result<Self, StateError> {
        let Ok(name) = checkpoint.name.parse() else {
            return Ok(Self::default());
        };
        let held_by = Hold::holder(directory, &name).and_then(|held| held.pid);
        let dead_letters = DeadLetters::of(directory, &name).count()?;
        let file = store.output_file(&FileOwner::Checkpoint(name))?;
        Ok(Self {
            held_by,
            dead_letters,
            file: file.map(|file| file.mark),
        })
    }

    /// What is around a checkpoint of a database.
    #[cfg(feature = "postgres")]
    pub(super) fn shared(held_by: Option<u32>, file: Option<FileMark>, dead_letters: u64) -> Self {
        Self {
            held_by,
            dead_letters,
            file,
        }
    }

    /// The same, for one who holds the checkpoint for a moment.
    pub(super) fn unheld(self) -> Self {
        Self {
            held_by: None,
            ..self
        }
    }
}

/// A checkpoint as a record.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    name: String,
    feed: String,
    filters: String,
    base_url: String,
    output: String,
    at: Option<String>,
    emitted: u64,
    created_at: String,
    updated_at: String,
    file_bytes: Option<u64>,
    file_inode: Option<u64>,
    /// Records that a webhook refused.
    dead_letters: u64,
    held_by: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<Box<RawValue>>,
}

impl Shown {
    /// What `list` shows.
    pub(super) fn brief(checkpoint: &Checkpoint, around: Around) -> Self {
        let Checkpoint { belongings, .. } = checkpoint;
        Self {
            name: checkpoint.name.clone(),
            feed: belongings.feed.clone(),
            filters: belongings.filters.clone(),
            base_url: belongings.base_url.clone(),
            output: belongings.destination.to_string(),
            at: checkpoint.mark.map(rfc3339),
            emitted: checkpoint.emitted,
            created_at: rfc3339(checkpoint.created_at),
            updated_at: rfc3339(checkpoint.updated_at),
            file_bytes: around.file.map(|mark| mark.length),
            file_inode: around.file.and_then(|mark| mark.identity.inode),
            dead_letters: around.dead_letters,
            held_by: around.held_by,
            seen: None,
            position: None,
        }
    }

    /// What `show` adds.
    pub(super) fn whole(checkpoint: &Checkpoint, around: Around, seen: u64) -> Self {
        Self {
            seen: Some(seen),
            position: RawValue::from_string(checkpoint.position.clone()).ok(),
            ..Self::brief(checkpoint, around)
        }
    }
}

/// A checkpoint in a list: for people the columns that say how it is first, and those
/// that may be long last.
pub(super) struct Listed(pub Shown);

impl Record for Listed {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts and numbers always serialise.
        serde_json::to_writer(out, &self.0).expect("a checkpoint is JSON");
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        let Shown {
            name,
            feed,
            at,
            updated_at,
            emitted,
            dead_letters,
            held_by,
            output,
            filters,
            ..
        } = &self.0;
        let held = held_by.map(|pid| format!("by {pid}"));
        Some(vec![
            ("NAME", name.clone()),
            ("FEED", feed.clone()),
            ("AT", at.clone().unwrap_or_default()),
            ("EMITTED", grouped(*emitted)),
            ("DEAD LETTERS", grouped(*dead_letters)),
            ("UPDATED", updated_at.clone()),
            ("HELD", held.unwrap_or_default()),
            ("OUTPUT", output.clone()),
            ("FILTERS", filters.clone()),
        ])
    }
}
