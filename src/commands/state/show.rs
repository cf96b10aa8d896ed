//! `gti state show`.

use super::open::existing;
use super::row::{Around, COLUMNS, Shown};
use crate::commands::context::Context;
use crate::commands::members::runs::CHECKPOINT;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::Layout;
use crate::output::Subject;
use crate::state::checkpoint::CheckpointName;

/// The shape of the output.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "state show",
    columns: COLUMNS,
    members: CHECKPOINT,
    single: true,
    subject: Subject::Program,
};

pub(super) fn run(name: &CheckpointName, cx: &mut Context) -> Result<Exit, Error> {
    let directory = cx.settings.directories.state()?.to_owned();
    let (store, checkpoint) = existing(cx, name)?;
    let seen = store.seen_count(&checkpoint)?;
    let mut output = cx.output(LAYOUT)?;
    let around = Around::of(&directory, &store, &checkpoint)?;
    output.record(&Row(Shown::whole(&checkpoint, around, seen)))?;
    output.finish()?;
    Ok(Exit::Done)
}
