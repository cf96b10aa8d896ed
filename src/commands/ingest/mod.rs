//! `gti ingest`: feeds, window by window or from a checkpoint on.

mod asm;
mod dtm;
mod ioc_stream;
mod known;
mod options;
mod session;
mod threat_list;
mod vuln;

use clap::Subcommand;

use super::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;

/// Read a feed: once, from where the last run stopped, or for good
///
/// Without --checkpoint a run prints the window asked for. With one it goes on
/// where the last run stopped; into a file (-o) each record then lands exactly
/// once, whatever kills the run.
#[derive(Debug, Subcommand)]
pub(crate) enum IngestCommand {
    Asm(Box<asm::AsmArgs>),
    Dtm(Box<dtm::DtmArgs>),
    IocStream(Box<ioc_stream::IocStreamArgs>),
    ThreatList(Box<threat_list::ThreatListArgs>),
    Vuln(Box<vuln::VulnArgs>),
}

/// Runs the command.
pub(crate) async fn run(command: IngestCommand, cx: &mut Context) -> Result<Exit, Error> {
    match command {
        IngestCommand::Asm(args) => asm::run(*args, cx).await,
        IngestCommand::Dtm(args) => dtm::run(*args, cx).await,
        IngestCommand::IocStream(args) => ioc_stream::run(*args, cx).await,
        IngestCommand::ThreatList(args) => Box::pin(threat_list::run(*args, cx)).await,
        IngestCommand::Vuln(args) => vuln::run(*args, cx).await,
    }
}
