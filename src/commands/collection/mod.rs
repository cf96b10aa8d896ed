//! `gti collection`: threat objects.

pub(super) mod get;
pub(super) mod list;
mod pdf;

use clap::Subcommand;

use super::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;

/// Threat actors, malware, campaigns, reports and other collections
#[derive(Debug, Subcommand)]
pub(crate) enum CollectionCommand {
    Get(Box<get::GetArgs>),
    List(list::ListArgs),
}

pub(crate) async fn run(command: CollectionCommand, cx: &mut Context) -> Result<Exit, Error> {
    match command {
        CollectionCommand::Get(args) => get::run(*args, cx).await,
        CollectionCommand::List(args) => list::run(args, cx).await,
    }
}
