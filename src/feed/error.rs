//! What ends a run.

use crate::client::ClientError;
use crate::deliver::{DeliverError, Unprocessed};
use crate::state::StateError;

/// Why a run stopped before its end. What was committed until then holds.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FeedError {
    /// The service, or the way to it.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A status could not be sent back. The records that it belongs to are
    /// written and not committed, so only a new run can do both anew.
    #[error("a status could not be sent back: {0}")]
    Escalation(ClientError),
    /// Where records go.
    #[error(transparent)]
    Deliver(DeliverError),
    /// Where progress is kept.
    #[error(transparent)]
    State(#[from] StateError),
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

impl From<DeliverError> for FeedError {
    fn from(error: DeliverError) -> Self {
        match error {
            DeliverError::Halted => Self::Halted,
            DeliverError::State(error) => Self::State(error),
            error => Self::Deliver(error),
        }
    }
}

impl FeedError {
    /// Whether another poll may well succeed, so that a run that follows goes on.
    /// What a page lost on its way out does not come again by itself.
    pub(super) fn passes(&self) -> bool {
        matches!(self, Self::Client(error) if error.kind.passes())
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
