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
use crate::deliver::{DeliverError, Step};
use crate::error::{Exit, Failure};
use crate::feed::FeedError;
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

impl From<FeedError> for Failure {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::Client(error) => error.into(),
            FeedError::Escalation(error) => {
                let mut failure = Self::from(error);
                if let Self::Told(told) = &mut failure {
                    told.message = format!("a status could not be sent back: {}", told.message);
                }
                failure
            }
            FeedError::Deliver(error) => error.into(),
            FeedError::State(error) => error.into(),
            FeedError::EveryRecordFailed { ref first, .. } => match first.step {
                Step::Read => Self::new(ProblemKind::Decode, error.to_string())
                    .hinting("nothing of that page is committed: the next run reads it again"),
                _ => Self::usage(
                    error.to_string(),
                    "nothing of that page is committed: correct the program, then run the same command again",
                ),
            },
            FeedError::Stopped(_) => Self::usage(
                error.to_string(),
                "nothing of that page is committed: correct the program, then run the same command again",
            ),
            FeedError::Halted => Self::new(ProblemKind::State, error.to_string()),
        }
    }
}

impl From<DeliverError> for Failure {
    fn from(error: DeliverError) -> Self {
        match error {
            DeliverError::Output(error) => error.into(),
            DeliverError::State(error) => error.into(),
            DeliverError::Failed { ref cause, .. } => Self::new(cause.kind, error.to_string())
                .hinting("nothing of that page is committed: run again once the webhook answers; -v shows each try"),
            DeliverError::Halted => Self::new(ProblemKind::State, error.to_string()),
        }
    }
}
