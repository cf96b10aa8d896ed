//! `gti state reset`.

use super::open::{existing, held};
use crate::commands::context::Context;
use crate::commands::ingest::file_of;
use crate::error::{Exit, Failure};
use crate::output::sink::Append;
use crate::state::checkpoint::CheckpointName;

pub(super) fn run(name: &CheckpointName, file: bool, cx: &mut Context) -> Result<Exit, Failure> {
    let _ = existing(cx, name)?;
    let _hold = held(cx, name)?;
    let (mut store, checkpoint) = existing(cx, name)?;
    if !file {
        store.reset(&checkpoint)?;
        cx.ui.note(&format!("checkpoint `{name}` is forgotten"));
        return Ok(Exit::Done);
    }
    // A run that was killed may have left a tail that was not committed; it comes
    // again in the next file, so it goes from this one.
    let path = file_of(&checkpoint.belongings.output);
    if let (Some(path), Some(mark)) = (path, checkpoint.file) {
        let _ = Append::open_durable(path.as_ref(), Some((mark.length, mark.inode)));
    }
    store.reset_file(&checkpoint)?;
    cx.ui.note(&format!(
        "checkpoint `{name}` goes on in whatever file it finds"
    ));
    Ok(Exit::Done)
}
