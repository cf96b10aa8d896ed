//! `gti ingest`: feeds, window by window or from a checkpoint on.

mod checkpoint;
mod engine;
mod ioc_stream;
mod live;
mod options;
mod output;
mod threat_list;

use clap::Subcommand;

pub(super) use self::output::file_of;

use super::context::Context;
use crate::error::{Exit, Failure};
use crate::ingest::IngestError;
use crate::model::problem::ProblemKind;

/// Read a feed: once, from where the last run stopped, or for good
///
/// Without --checkpoint a run prints the window asked for. With one it goes on
/// where the last run stopped; into a file (-o) each record then lands exactly
/// once, whatever kills the run.
#[derive(Debug, Subcommand)]
#[expect(
    missing_docs,
    reason = "the help of a command stands with its arguments; a comment here would hide it"
)]
pub enum IngestCommand {
    IocStream(Box<ioc_stream::IocStreamArgs>),
    ThreatList(Box<threat_list::ThreatListArgs>),
}

/// Runs the command.
pub async fn run(command: IngestCommand, cx: &mut Context) -> Result<Exit, Failure> {
    match command {
        IngestCommand::IocStream(args) => ioc_stream::run(*args, cx).await,
        IngestCommand::ThreatList(args) => threat_list::run(*args, cx).await,
    }
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Client(error) => error.into(),
            IngestError::Output(error) => error.into(),
            IngestError::State(error) => error.into(),
            IngestError::Delivery { ref cause, .. } => Self::new(cause.kind, error.to_string())
                .hinting("nothing of that page is committed: run again once the webhook answers; -v shows each try"),
            IngestError::Halted => Self::new(ProblemKind::State, error.to_string()),
        }
    }
}
