//! Finding a checkpoint by its name.

use crate::commands::context::Context;
use crate::model::error::{Error, ErrorKind};
use crate::state::checkpoint::{Checkpoint, CheckpointName, Checkpoints, Hold, held};

/// The database and the checkpoint.
pub(super) fn existing(
    cx: &Context,
    name: &CheckpointName,
) -> Result<(Checkpoints, Checkpoint), Error> {
    let directory = cx.settings.directories.state()?;
    let missing = || {
        Error::new(
            ErrorKind::NotFound,
            format!("there is no checkpoint `{name}`"),
        )
        .hint("`gti state list` lists the checkpoints")
    };
    let store = Checkpoints::open_existing(directory)?.ok_or_else(missing)?;
    let found = store.load(name.as_str())?.ok_or_else(missing)?;
    Ok((store, found))
}

/// A checkpoint that is to be changed, locked.
pub(super) fn locked(
    cx: &Context,
    name: &CheckpointName,
) -> Result<(Hold, Checkpoints, Checkpoint), Error> {
    let directory = cx.settings.directories.state()?;
    let _ = existing(cx, name)?;
    let refused = |holder| held(name, &holder).hint("wait for that run to end");
    let hold = Hold::take(directory, name)?.map_err(refused)?;
    // Read again: the run that held it may have changed it.
    let (mut store, checkpoint) = existing(cx, name)?;
    store.admit(&checkpoint, &hold)?.map_err(refused)?;
    Ok((hold, store, checkpoint))
}
