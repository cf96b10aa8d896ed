//! `gti ingest`: feeds, window by window or from a checkpoint on.

mod asm;
mod checkpoint;
mod dtm;
mod engine;
mod escalation;
mod ioc_stream;
mod known;
mod live;
mod options;
mod output;
mod routes;
mod threat_list;
mod vuln;

use clap::Subcommand;

use super::context::Context;
use crate::error::{Exit, Failure};
use crate::ingest::{IngestError, Step};
use crate::model::problem::ProblemKind;

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
pub(crate) async fn run(command: IngestCommand, cx: &mut Context) -> Result<Exit, Failure> {
    match command {
        IngestCommand::Asm(args) => asm::run(*args, cx).await,
        IngestCommand::Dtm(args) => dtm::run(*args, cx).await,
        IngestCommand::IocStream(args) => ioc_stream::run(*args, cx).await,
        IngestCommand::ThreatList(args) => Box::pin(threat_list::run(*args, cx)).await,
        IngestCommand::Vuln(args) => vuln::run(*args, cx).await,
    }
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Client(error) => error.into(),
            IngestError::Escalation(error) => {
                let mut failure = Self::from(error);
                if let Self::Told(told) = &mut failure {
                    told.message = format!("a status could not be sent back: {}", told.message);
                }
                failure
            }
            IngestError::Output(error) => error.into(),
            IngestError::State(error) => error.into(),
            IngestError::Delivery { ref cause, .. } => Self::new(cause.kind, error.to_string())
                .hinting("nothing of that page is committed: run again once the webhook answers; -v shows each try"),
            IngestError::EveryRecordFailed { ref first, .. } => match first.step {
                Step::Read => Self::new(ProblemKind::Decode, error.to_string())
                    .hinting("nothing of that page is committed: the next run reads it again"),
                _ => Self::usage(
                    error.to_string(),
                    "nothing of that page is committed: correct the program, then run the same command again",
                ),
            },
            IngestError::Stopped(_) => Self::usage(
                error.to_string(),
                "nothing of that page is committed: correct the program, then run the same command again",
            ),
            IngestError::Halted => Self::new(ProblemKind::State, error.to_string()),
        }
    }
}
