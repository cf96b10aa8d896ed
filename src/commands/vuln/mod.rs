//! `gti vuln`: vulnerabilities.

pub(super) mod filter;
pub(super) mod get;
pub(super) mod list;
pub(super) mod output;
pub(super) mod rank;

use clap::Subcommand;

use super::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;

/// Vulnerability intelligence
#[derive(Debug, Subcommand)]
pub(crate) enum VulnCommand {
    Get(Box<get::GetArgs>),
    List(Box<list::ListArgs>),
    Rank(Box<rank::RankArgs>),
}

pub(crate) async fn run(command: VulnCommand, cx: &mut Context) -> Result<Exit, Error> {
    match command {
        VulnCommand::Get(args) => get::run(*args, cx).await,
        VulnCommand::List(args) => list::run(*args, cx).await,
        VulnCommand::Rank(args) => rank::run(*args, cx).await,
    }
}
