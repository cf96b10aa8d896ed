//! Finding a checkpoint by its name.

use crate::commands::context::Context;
use crate::error::Failure;
use crate::feed::Position;
use crate::model::problem::ProblemKind;
use crate::state::StateError;
use crate::state::checkpoint::{Checkpoint, CheckpointName, Checkpoints, Held, Hold};

/// The database and the checkpoint.
pub(super) fn existing(
    cx: &Context,
    name: &CheckpointName,
) -> Result<(Checkpoints, Checkpoint), Failure> {
    let directory = cx.settings.directories.state()?;
    let missing = || {
        Failure::new(
            ProblemKind::NotFound,
            format!("there is no checkpoint `{name}`"),
        )
        .hinting("`gti state list` shows those that there are")
    };
    let store = Checkpoints::open_existing(directory)?.ok_or_else(missing)?;
    let found = store.load(name.as_str())?.ok_or_else(missing)?;
    Ok((store, found))
}

/// A checkpoint that is to be changed, locked.
pub(super) fn locked(
    cx: &Context,
    name: &CheckpointName,
) -> Result<(Hold, Checkpoints, Checkpoint), Failure> {
    let directory = cx.settings.directories.state()?;
    let _ = existing(cx, name)?;
    let refused = |holder| held(name, &holder).hinting("let that run end first");
    let hold = Hold::take(directory, name)?.map_err(refused)?;
    // Read again: the run that held it may have changed it.
    let (mut store, checkpoint) = existing(cx, name)?;
    store.admit(&checkpoint, &hold)?.map_err(refused)?;
    Ok((hold, store, checkpoint))
}

/// The failure of one who finds a checkpoint held.
pub(in crate::commands) fn held(name: &CheckpointName, holder: &Held) -> Failure {
    let process = match holder.pid {
        Some(pid) => format!("process {pid}"),
        None => "another process".to_owned(),
    };
    Failure::new(
        ProblemKind::State,
        format!("checkpoint `{name}` is held by {process}"),
    )
}

/// The position of a checkpoint.
pub(super) fn position(
    store: &Checkpoints,
    checkpoint: &Checkpoint,
) -> Result<Position, StateError> {
    Position::parse(&checkpoint.position).map_err(|reason| StateError::Damaged {
        path: store.path().to_owned(),
        reason: format!("the position of checkpoint `{}`: {reason}", checkpoint.name),
    })
}
