//! One request that is tried again and again, for as long as the policy has it.

use std::time::Duration;

use super::error::ClientError;
use super::miss::Miss;
use super::retry::{self, Decision, Facts, Intervals, Policy};
use crate::model::problem::ProblemKind;

/// How often one request was tried, and how long the next wait is.
pub(super) struct Patience {
    pub(super) tries: u32,
    /// Whether sending it twice does no harm.
    pub(super) repeatable: bool,
    intervals: Intervals,
}

impl Patience {
    pub(super) fn new() -> Self {
        Self {
            tries: 0,
            repeatable: false,
            intervals: Intervals::new(),
        }
    }

    /// The error of a try that was not sent.
    pub(super) fn refused(&self, error: ClientError) -> ClientError {
        ClientError {
            tries: self.tries - 1,
            ..error
        }
    }

    /// What a failed try leads to: a pause before the next one, or the failure.
    pub(super) fn after(&mut self, policy: Policy, miss: Miss) -> Result<Pause, ClientError> {
        let facts = Facts {
            failure: miss.failure,
            retry_after: miss.retry_after,
            tries: self.tries,
            repeatable: self.repeatable,
        };
        let error = ClientError {
            tries: self.tries,
            ..miss.error
        };
        match retry::decide(policy, &facts, self.intervals.grow()) {
            Decision::Stop => Err(error),
            Decision::TooLong(wait) => Err(too_long(error, wait)),
            Decision::Again { wait, everyone } => {
                tracing::info!(%error, wait = ?wait, "trying again");
                if wait >= LONG_WAIT {
                    tracing::warn!("{error}: waiting {} s before the next try", wait.as_secs());
                }
                Ok(Pause { wait, everyone })
            }
        }
    }
}

/// A wait before the next try.
pub(super) struct Pause {
    pub(super) wait: Duration,
    /// Whether all requests wait, not only this one.
    pub(super) everyone: bool,
}

/// A wait from which on the user is told about it.
const LONG_WAIT: Duration = Duration::from_secs(10);

fn too_long(error: ClientError, wait: Duration) -> ClientError {
    let kind = if error.kind == ProblemKind::Quota {
        ProblemKind::Quota
    } else {
        ProblemKind::RateLimit
    };
    ClientError {
        kind,
        message: format!(
            "{}; the next try would have to wait {} s",
            error.message,
            wait.as_secs()
        ),
        ..error
    }
}
