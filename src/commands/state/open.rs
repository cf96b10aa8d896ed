//! Finding a checkpoint by its name.

use crate::commands::context::Context;
use crate::error::Failure;
use crate::ingest::Position;
use crate::model::problem::ProblemKind;
use crate::state::StateError;
use crate::state::checkpoint::{Checkpoint, CheckpointName, Checkpoints, Hold};

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

/// The lock of a checkpoint that is to be changed.
pub(super) fn held(cx: &Context, name: &CheckpointName) -> Result<Hold, Failure> {
    let directory = cx.settings.directories.state()?;
    Hold::take(directory, name)?.map_err(|holder| {
        let process = match holder.pid {
            Some(pid) => format!("process {pid}"),
            None => "another process".to_owned(),
        };
        Failure::new(
            ProblemKind::State,
            format!("checkpoint `{name}` is held by {process}"),
        )
        .hinting("let that run end first")
    })
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
