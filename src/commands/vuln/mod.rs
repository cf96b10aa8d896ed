//! `gti vuln`: vulnerabilities.

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
    Rank(Box<rank::RankArgs>),
}

/// Runs the command.
pub async fn run(command: VulnCommand, cx: &mut Context) -> Result<Exit, Failure> {
    match command {
        VulnCommand::Rank(args) => rank::run(*args, cx).await,
    }
}
