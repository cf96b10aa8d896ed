//! `gti state reset`.

use super::open::locked;
use crate::commands::context::Context;
use crate::deliver::Opener;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::output::OutputError;
use crate::output::sink::release;
use crate::state::checkpoint::{CheckpointName, Checkpoints, FileOwner};

pub(super) fn run(owner: &FileOwner, file: bool, cx: &mut Context) -> Result<Exit, Error> {
    match owner {
        FileOwner::Checkpoint(name) => checkpoint(name, owner, file, cx),
        FileOwner::Sink(name) => sink(name, owner, cx),
    }
}

fn checkpoint(
    name: &CheckpointName,
    owner: &FileOwner,
    file: bool,
    cx: &mut Context,
) -> Result<Exit, Error> {
    let (_hold, mut store, checkpoint) = locked(cx, name)?;
    let_go(cx, &store, owner)?;
    if !file {
        store.reset(&checkpoint)?;
        cx.ui.note(&format!("checkpoint `{name}` is forgotten"));
        return Ok(Exit::Done);
    }
    store.reset_file(&checkpoint)?;
    cx.ui.note(&format!(
        "checkpoint `{name}` will continue in whatever file it finds"
    ));
    Ok(Exit::Done)
}

fn sink(name: &str, owner: &FileOwner, cx: &mut Context) -> Result<Exit, Error> {
    let directory = cx.settings.directories.state()?;
    let store = Checkpoints::open_existing(directory)?;
    let known = match &store {
        Some(store) => store.output_file(owner)?,
        None => None,
    };
    let (Some(mut store), Some(_)) = (store, known) else {
        return Err(Error::new(
            ErrorKind::NotFound,
            format!("no file of a sink `{name}` is known"),
        )
        .hint("the name is that of a section [sinks.NAME] whose records went to a file"));
    };
    let_go(cx, &store, owner)?;
    store.reset_sink(name)?;
    cx.ui.note(&format!(
        "sink `{name}` will continue in whatever file it finds"
    ));
    Ok(Exit::Done)
}

/// Lets go of the file of an owner. A file that is not as it was committed is left as
/// it is, and that is told.
fn let_go(cx: &Context, store: &Checkpoints, owner: &FileOwner) -> Result<(), Error> {
    let Some(known) = store.output_file(owner)? else {
        return Ok(());
    };
    let opener = Opener::new(cx.own(), store, false, None)?;
    opener.make_directory()?;
    match release(&opener.opening(owner, &known.path)) {
        Ok(()) => Ok(()),
        Err(error @ OutputError::NotAsCommitted { .. }) => {
            tracing::warn!("{error}; the file is left unchanged");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}
