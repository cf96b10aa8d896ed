//! `gti state rewind`.

use std::time::Duration;

/// The shape of the output.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "state rewind",
    columns: COLUMNS,
    members: CHECKPOINT,
    single: true,
    subject: Subject::Program,
};

use super::open::{existing, locked};
use super::row::{Around, COLUMNS, Shown};
use crate::commands::context::Context;
use crate::commands::members::runs::CHECKPOINT;
use crate::commands::row::Row;
use crate::enrich::journal::JOB;
use crate::feed::checkpoint::position;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::Layout;
use crate::output::Subject;
use crate::state::checkpoint::CheckpointName;

pub(super) fn run(name: &CheckpointName, by: Duration, cx: &mut Context) -> Result<Exit, Error> {
    let (_hold, mut store, checkpoint) = locked(cx, name)?;
    if checkpoint.belongings.feed == JOB {
        return Err(Error::usage(format!(
            "checkpoint `{name}` is of `gti enrich`: it stands at an input, and at no time"
        ))
        .hint(format!(
            "`gti state reset {name}` forgets it; the next run begins with the first input"
        )));
    }
    let now = (cx.clock)();
    let mut stands = position(&store, &checkpoint)?;
    // From a time to come one would not get back to what was missed.
    stands.hold_to(now);
    let (back, since) = stands.rewound(by);
    store.rewind(&checkpoint, &back.text(), back.mark(), since, now)?;
    let (store, moved) = existing(cx, name)?;
    let around = Around::of(cx.settings.directories.state()?, &store, &moved)?;
    let mut output = cx.output(LAYOUT)?;
    output.record(&Row(Shown::brief(&moved, around.unheld())))?;
    output.finish()?;
    Ok(Exit::Done)
}
