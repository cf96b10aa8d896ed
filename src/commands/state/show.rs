//! `gti state show`.

use super::list::holder;
use super::open::existing;
use super::row::{COLUMNS, Shown};
use crate::commands::context::Context;
use crate::commands::row::Row;
use crate::error::{Exit, Failure};
use crate::output::Layout;
use crate::state::checkpoint::CheckpointName;

pub(super) fn run(name: &CheckpointName, cx: &mut Context) -> Result<Exit, Failure> {
    let directory = cx.settings.directories.state()?.to_owned();
    let (store, checkpoint) = existing(cx, name)?;
    let seen = store.seen_count(&checkpoint)?;
    let mut output = cx.output(Layout {
        command: "state show",
        columns: COLUMNS,
        single: true,
        stix: false,
    })?;
    let held_by = holder(&directory, &checkpoint);
    output.record(&Row(Shown::whole(&checkpoint, held_by, seen)))?;
    output.finish()?;
    Ok(Exit::Done)
}
