//! `gti state list`.

use super::row::{Around, COLUMNS, Shown};
use crate::commands::context::Context;
use crate::commands::row::Row;
use crate::error::{Exit, Failure};
use crate::output::Layout;
use crate::state::checkpoint::Checkpoints;

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
        let around = Around::of(&directory, checkpoint)?;
        output.record(&Row(Shown::brief(checkpoint, around)))?;
    }
    output.finish()?;
    Ok(Exit::Done)
}
