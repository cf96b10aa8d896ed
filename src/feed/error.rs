//! What ends a run.

use crate::deliver::{DeliverError, Step, Unprocessed};
use crate::model::error::{Error, ErrorKind};
use crate::state::StateError;
use crate::state::checkpoint::KeptError;

/// Why a run stopped before its end. What was committed until then holds.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FeedError {
    /// The service, or the way to it: the next poll may do better.
    #[error(transparent)]
    Read(#[from] Error),
    /// A page that cannot be processed, delivered or committed. It does not come
    /// again by itself: only a new run reads it anew.
    #[error(transparent)]
    Page(Error),
    /// The run was asked to end while something was still on its way out.
    #[error("the run was asked to end")]
    Halted,
}

impl FeedError {
    /// A status that could not be sent back. The records that it belongs to are
    /// written and not committed, so only a new run can do both anew.
    pub(super) fn escalation(error: Error) -> Self {
        Self::Page(error.context("a status could not be sent back"))
    }

    /// Every record of a page failed.
    pub(super) fn every_record(records: u64, first: &Unprocessed) -> Self {
        let reason = &first.reason;
        let message = match records {
            1 => format!("the only record of a page failed: {reason}"),
            records => format!("all {records} records of a page failed; the first: {reason}"),
        };
        Self::Page(match first.step {
            Step::Read => Error::new(ErrorKind::Decode, message)
                .hint("nothing of that page is committed: the next run reads it again"),
            _ => Error::usage(message).hint(PROGRAM),
        })
    }

    /// A program that came to no end on a record.
    pub(super) fn stopped(why: &Unprocessed) -> Self {
        Self::Page(Error::usage(why.reason.clone()).hint(PROGRAM))
    }

    /// Whether another poll may well succeed, so that a run that follows goes on. As
    /// long as the service was not `heard`, a web page in its place is no passing
    /// outage: the base URL or the network is wrong. A gateway's error (5xx) may pass.
    pub(super) fn passes(&self, heard: bool) -> bool {
        let Self::Read(error) = self else {
            return false;
        };
        let wrong_way = error.foreign.is_some() && error.kind == ErrorKind::Network;
        error.kind.passes() && (heard || !wrong_way)
    }
}

/// What to do about a jq program that fails on the records.
const PROGRAM: &str =
    "nothing of that page is committed: correct the program, then run the same command again";

impl From<DeliverError> for FeedError {
    fn from(error: DeliverError) -> Self {
        match error {
            DeliverError::Halted => Self::Halted,
            error => Self::Page(error.into()),
        }
    }
}

impl From<KeptError> for FeedError {
    fn from(error: KeptError) -> Self {
        match error {
            KeptError::State(error) => error.into(),
            KeptError::Failed(error) => Self::Page(error),
            #[cfg(feature = "postgres")]
            KeptError::Refused(error) => Self::Page(error),
            KeptError::Halted => Self::Halted,
        }
    }
}

impl From<StateError> for FeedError {
    fn from(error: StateError) -> Self {
        Self::Page(error.into())
    }
}

impl From<FeedError> for Error {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::Read(error) | FeedError::Page(error) => error,
            FeedError::Halted => Self::state(error.to_string()),
        }
    }
}
