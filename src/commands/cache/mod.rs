//! `gti cache`: what is kept of the service's answers.

pub(super) mod clear;
pub(super) mod stats;

use clap::Subcommand;

use super::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;

/// Show or clear the cache
#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// Show what is cached, one record a key
    Stats,
    /// Delete every cached answer
    Clear,
}

pub(crate) async fn run(command: &CacheCommand, cx: &mut Context) -> Result<Exit, Error> {
    match command {
        CacheCommand::Stats => stats::run(cx).await,
        CacheCommand::Clear => clear::run(cx).await,
    }
}
