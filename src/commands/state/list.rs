//! `gti state list`.

use super::row::{Around, COLUMNS, Listed, Shown};
use crate::commands::context::Context;
use crate::commands::members::runs::CHECKPOINT;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::Layout;
use crate::output::Subject;
use crate::state::checkpoint::Checkpoints;

/// The shape of the output.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "state list",
    columns: COLUMNS,
    members: CHECKPOINT,
    single: false,
    subject: Subject::Program,
};

pub(super) fn run(cx: &mut Context) -> Result<Exit, Error> {
    let directory = cx.settings.directories.state()?.to_owned();
    let store = Checkpoints::open_existing(&directory)?;
    let mut output = cx.output(LAYOUT)?;
    let mut found = false;
    if let Some(store) = &store {
        for checkpoint in &store.list()? {
            found = true;
            let around = Around::of(&directory, store, checkpoint)?;
            output.record(&Listed(Shown::brief(checkpoint, around)))?;
        }
    }
    output.finish()?;
    if !found {
        cx.ui
            .note("no checkpoints; `gti ingest FEED --checkpoint NAME` begins one");
    }
    Ok(Exit::Done)
}
