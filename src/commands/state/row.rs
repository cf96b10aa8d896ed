//! A checkpoint as a record.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::model::time::rfc3339;
use crate::output::Columns;
use crate::state::checkpoint::Checkpoint;

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
    "held_by",
]);

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
    held_by: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<Box<RawValue>>,
}

impl Shown {
    /// What `list` shows. `held_by` is the process that holds it.
    pub(super) fn brief(checkpoint: &Checkpoint, held_by: Option<u32>) -> Self {
        let Checkpoint { belongings, .. } = checkpoint;
        Self {
            name: checkpoint.name.clone(),
            feed: belongings.feed.clone(),
            filters: belongings.filters.clone(),
            base_url: belongings.base_url.clone(),
            output: belongings.output.clone(),
            at: checkpoint.mark.map(rfc3339),
            emitted: checkpoint.emitted,
            created_at: rfc3339(checkpoint.created_at),
            updated_at: rfc3339(checkpoint.updated_at),
            file_bytes: checkpoint.file.map(|file| file.length),
            file_inode: checkpoint.file.map(|file| file.inode),
            held_by,
            seen: None,
            position: None,
        }
    }

    /// What `show` adds.
    pub(super) fn whole(checkpoint: &Checkpoint, held_by: Option<u32>, seen: u64) -> Self {
        Self {
            seen: Some(seen),
            position: RawValue::from_string(checkpoint.position.clone()).ok(),
            ..Self::brief(checkpoint, held_by)
        }
    }
}
