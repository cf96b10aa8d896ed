//! `gti vuln`: vulnerabilities.

pub(super) mod filter;
mod get;
mod list;
pub(super) mod output;
mod rank;

use clap::Subcommand;

use super::context::Context;
use crate::error::{Exit, Failure};

/// Vulnerability intelligence
#[derive(Debug, Subcommand)]
#[expect(
    missing_docs,
    reason = "the help of a command stands with its arguments; a comment here would hide it"
)]
pub enum VulnCommand {
    Get(Box<get::GetArgs>),
    List(Box<list::ListArgs>),
    Rank(Box<rank::RankArgs>),
}

/// Runs the command.
pub async fn run(command: VulnCommand, cx: &mut Context) -> Result<Exit, Failure> {
    match command {
        VulnCommand::Get(args) => get::run(*args, cx).await,
        VulnCommand::List(args) => list::run(*args, cx).await,
        VulnCommand::Rank(args) => rank::run(*args, cx).await,
    }
}
