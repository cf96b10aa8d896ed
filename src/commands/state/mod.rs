//! `gti state`: the checkpoints of feeds and of large runs.

pub(super) mod list;
mod open;
pub(super) mod replay;
mod reset;
pub(super) mod rewind;
mod row;
#[cfg(feature = "postgres")]
mod shared;
pub(super) mod show;
pub(super) mod verify;

use std::time::Duration;

use clap::Subcommand;

use super::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::time::parse_duration;
use crate::state::checkpoint::{CheckpointName, FileOwner};

/// Show and move the checkpoints of feeds and of large runs
#[derive(Debug, Subcommand)]
pub(crate) enum StateCommand {
    /// Show every checkpoint, one record each
    List,
    /// Show the details of a checkpoint
    Show {
        /// Its name
        name: CheckpointName,
    },
    /// Move a checkpoint back, so that later records are read again
    Rewind {
        /// Its name
        name: CheckpointName,
        /// How far, from where it stands: 90m, 2h, 1d
        #[arg(value_parser = parse_duration, value_name = "DURATION")]
        by: Duration,
    },
    /// Forget a checkpoint; the output keeps what it has
    Reset {
        /// Its name, or sink:NAME for the file of a sink
        #[arg(value_name = "NAME")]
        owner: FileOwner,
        /// Forget only the output file: the next run continues from the checkpoint, in
        /// whatever file is there
        #[arg(long)]
        file: bool,
    },
    /// Create the tables that --state needs
    #[cfg(feature = "postgres")]
    Init,
    Replay(Box<replay::ReplayArgs>),
    /// Check a checkpoint, its database and its file
    Verify {
        /// Its name
        name: CheckpointName,
    },
}

pub(crate) async fn run(command: StateCommand, cx: &mut Context) -> Result<Exit, Error> {
    #[cfg(feature = "postgres")]
    if let Some(database) = shared::database(&command, cx)? {
        return shared::run(&command, database, cx).await;
    }
    match &command {
        #[cfg(feature = "postgres")]
        StateCommand::Init => Err(shared::missing()),
        StateCommand::List => list::run(cx),
        StateCommand::Show { name } => show::run(name, cx),
        StateCommand::Rewind { name, by } => rewind::run(name, *by, cx),
        StateCommand::Reset { owner, file } => reset::run(owner, *file, cx),
        StateCommand::Replay(args) => replay::run(args, cx).await,
        StateCommand::Verify { name } => verify::run(name, cx),
    }
}
