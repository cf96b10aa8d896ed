//! `gti state list`.

use super::row::{COLUMNS, Shown};
use crate::commands::context::Context;
use crate::commands::row::Row;
use crate::error::{Exit, Failure};
use crate::output::Layout;
use crate::state::checkpoint::{Checkpoint, Checkpoints, Hold};

pub(super) fn run(cx: &mut Context) -> Result<Exit, Failure> {
    let directory = cx.settings.directories.state()?.to_owned();
    let found = match Checkpoints::open_existing(&directory)? {
        Some(store) => store.list()?,
        None => Vec::new(),
    };
    let mut output = cx.output(Layout {
        command: "state list",
        columns: COLUMNS,
        single: false,
        stix: false,
    })?;
    for checkpoint in &found {
        output.record(&Row(Shown::brief(
            checkpoint,
            holder(&directory, checkpoint),
        )))?;
    }
    output.finish()?;
    Ok(Exit::Done)
}

/// The process that holds a checkpoint, as far as can be seen.
pub(super) fn holder(directory: &std::path::Path, checkpoint: &Checkpoint) -> Option<u32> {
    let name = checkpoint.name.parse().ok()?;
    Hold::holder(directory, &name)?.pid
}
