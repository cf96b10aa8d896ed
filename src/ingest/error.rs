//! What ends a run.

use super::unprocessed::Unprocessed;
use crate::client::ClientError;
use crate::output::OutputError;
use crate::state::StateError;

/// Why a run stopped before its end. What was committed until then holds.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IngestError {
    /// The service, or the way to it.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A status could not be sent back. The records that it belongs to are
    /// written and not committed, so only a new run can do both anew.
    #[error("a status could not be sent back: {0}")]
    Escalation(ClientError),
    /// Where records go.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// Where progress is kept.
    #[error(transparent)]
    State(#[from] StateError),
    /// A delivery that was neither taken nor refused, after the retries.
    #[error("{to}: {cause}")]
    Delivery {
        /// The receiver, as it may be shown.
        to: String,
        /// What the delivery came to.
        cause: ClientError,
    },
    /// Every record of a page failed.
    #[error("{}", every(*records, first))]
    EveryRecordFailed {
        /// How many there were.
        records: u64,
        /// Why the first one failed.
        first: Unprocessed,
    },
    /// A program that came to no end on a record.
    #[error("{0}")]
    Stopped(String),
    /// The run was asked to end while something was still on its way out.
    #[error("the run was asked to end")]
    Halted,
}

impl IngestError {
    /// Whether it is about the way out, and not about the way to the service.
    pub(super) fn is_of_delivery(&self) -> bool {
        matches!(self, Self::Delivery { .. })
    }

    /// Whether another poll may well succeed, so that a run that follows goes on.
    pub(crate) fn passes(&self) -> bool {
        use crate::model::problem::ProblemKind::{Network, RateLimit, Server, Timeout};
        match self {
            Self::Client(error) | Self::Delivery { cause: error, .. } => {
                matches!(error.kind, Network | RateLimit | Server | Timeout)
            }
            Self::Escalation(_)
            | Self::Output(_)
            | Self::State(_)
            | Self::EveryRecordFailed { .. }
            | Self::Stopped(_)
            | Self::Halted => false,
        }
    }
}

/// What is said when no record of a page could be processed.
fn every(records: u64, first: &Unprocessed) -> String {
    let reason = &first.reason;
    match records {
        1 => format!("the only record of a page failed: {reason}"),
        records => format!("all {records} records of a page failed; the first: {reason}"),
    }
}
