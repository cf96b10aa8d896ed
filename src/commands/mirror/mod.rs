//! `gti mirror`: indicators of feeds, kept to be looked up without a request.

pub(super) mod export;
mod file;
pub(super) mod get;
pub(super) mod import;
pub(super) mod prune;
pub(super) mod publish;
pub(super) mod status;
mod sync;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use clap::Subcommand;
use jiff::Timestamp;

use super::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::state::mirror::{Mirror, Writer};

/// Keep indicators of feeds here, and look them up without a request
#[derive(Debug, Subcommand)]
pub(crate) enum MirrorCommand {
    Sync(sync::SyncArgs),
    /// Show how much the mirror has, how old, and from where
    Status,
    Get(get::GetArgs),
    Prune(prune::PruneArgs),
    Export(export::ExportArgs),
    Import(import::ImportArgs),
    Publish(publish::PublishArgs),
}

/// Runs a command.
pub(crate) async fn run(command: MirrorCommand, cx: &mut Context) -> Result<Exit, Error> {
    match command {
        MirrorCommand::Sync(args) => Box::pin(sync::run(args, cx)).await,
        MirrorCommand::Status => status::run(cx),
        MirrorCommand::Get(args) => get::run(&args, cx),
        MirrorCommand::Prune(args) => prune::run(&args, cx).await,
        MirrorCommand::Export(args) => export::run(args, cx).await,
        MirrorCommand::Import(args) => import::run(args, cx).await,
        MirrorCommand::Publish(args) => publish::run(&args, cx),
    }
}

/// The mirror, to be read.
pub(super) fn existing(cx: &Context) -> Result<Mirror, Error> {
    let mirror = Mirror::open_existing(cx.settings.directories.state()?)?;
    mirror.ok_or_else(|| {
        Error::state("there is no mirror yet")
            .hint("`gti mirror sync` fills one from feeds, `gti mirror import` from a file")
    })
}

/// The mirror, to be changed.
fn writer(cx: &Context) -> Result<Arc<Mutex<Writer>>, Error> {
    let writer = Writer::open(cx.settings.directories.state()?)?;
    Ok(Arc::new(Mutex::new(writer)))
}

/// The time so long before now.
fn before(now: Timestamp, age: Duration) -> Timestamp {
    now.checked_sub(age).unwrap_or(Timestamp::MIN)
}

/// Does what keeps the disk busy for long on a thread where that holds nothing up.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::io("work on the mirror", error.into()))?
}
