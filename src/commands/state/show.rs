//! `gti state show`.

use super::open::existing;
use super::row::{Around, COLUMNS, Shown};
use crate::commands::context::Context;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::Layout;
use crate::state::checkpoint::CheckpointName;

pub(super) fn run(name: &CheckpointName, cx: &mut Context) -> Result<Exit, Error> {
    let directory = cx.settings.directories.state()?.to_owned();
    let (store, checkpoint) = existing(cx, name)?;
    let seen = store.seen_count(&checkpoint)?;
    let mut output = cx.output(Layout {
        command: "state show",
        columns: COLUMNS,
        single: true,
        stix: false,
    })?;
    let around = Around::of(&directory, &store, &checkpoint)?;
    output.record(&Row(Shown::whole(&checkpoint, around, seen)))?;
    output.finish()?;
    Ok(Exit::Done)
}
