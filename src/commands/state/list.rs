//! `gti state list`.

use super::row::{Around, COLUMNS, Shown};
use crate::commands::context::Context;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::Layout;
use crate::state::checkpoint::Checkpoints;

pub(super) fn run(cx: &mut Context) -> Result<Exit, Error> {
    let directory = cx.settings.directories.state()?.to_owned();
    let store = Checkpoints::open_existing(&directory)?;
    let mut output = cx.output(Layout {
        command: "state list",
        columns: COLUMNS,
        single: false,
        stix: false,
    })?;
    if let Some(store) = &store {
        for checkpoint in &store.list()? {
            let around = Around::of(&directory, store, checkpoint)?;
            output.record(&Row(Shown::brief(checkpoint, around)))?;
        }
    }
    output.finish()?;
    Ok(Exit::Done)
}
