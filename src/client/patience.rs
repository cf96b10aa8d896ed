//! One request that is tried again and again, for as long as the policy has it.

use std::time::Duration;

use super::error;
use super::failed_try::FailedTry;
use super::pace::Ticket;
use super::request::Request;
use super::retry::{self, Decision, Facts, Intervals, Policy};
use crate::model::error::{Error, ErrorKind};

/// How often one request was tried, and how long the next wait is.
pub(super) struct Patience<'a> {
    pub(super) tries: u32,
    /// How many of the tries met what hardly changes.
    settled: u32,
    /// Whether one of the tries may have done what must not be done twice, or is
    /// not known to have changed what it should.
    unconfirmed: bool,
    pub(super) ticket: Ticket<'a>,
    policy: Policy,
    intervals: Intervals,
}

impl<'a> Patience<'a> {
    pub(super) fn new(policy: Policy, ticket: Ticket<'a>) -> Self {
        Self {
            tries: 0,
            settled: 0,
            unconfirmed: false,
            ticket,
            policy,
            intervals: Intervals::new(),
        }
    }

    /// The error of a try that was not sent.
    pub(super) fn refused(&self, error: Error) -> Error {
        Error {
            tries: self.tries - 1,
            unconfirmed: self.unconfirmed,
            ..error
        }
    }

    /// The error of a try that is not made again, for nothing is waited for any more.
    pub(super) fn given_up(&self, error: Error) -> Error {
        Error {
            tries: self.tries,
            unconfirmed: self.unconfirmed,
            ..error
        }
    }

    /// What a failed try of a request leads to: a wait before the next one, or the
    /// failure.
    pub(super) fn after(
        &mut self,
        request: &Request,
        failed: FailedTry,
    ) -> Result<Duration, Error> {
        self.settled += u32::from(failed.fault.is_settled());
        let may_be_done = failed.may_be_done();
        self.unconfirmed |= may_be_done && !request.method.is_safe();
        let facts = Facts {
            fault: failed.fault,
            retry_after: failed.retry_after,
            tries: self.tries,
            settled: self.settled,
            repeatable: request.repeatable() || !may_be_done,
        };
        let error = Error {
            tries: self.tries,
            unconfirmed: self.unconfirmed,
            ..*failed.error
        };
        let decision = retry::decide(self.policy, &facts, self.intervals.grow());
        let wait = match decision {
            Decision::Again(wait) => Some(wait),
            Decision::Stop | Decision::TooLong(_) => None,
        };
        let is_final = if facts.fault.is_systemic() {
            self.ticket.failed(request, facts, &error, wait)
        } else {
            self.ticket.answered(request, Some(&error));
            false
        };
        match decision {
            Decision::TooLong(wait) => Err(too_long(error, wait)),
            Decision::Again(wait) if !is_final => {
                tracing::info!(%error, wait = ?wait, "trying again");
                Ok(wait)
            }
            _ => Err(error),
        }
    }
}

/// The error of a service that asks for a longer wait than allowed.
pub(super) fn too_long(error: Error, wait: Duration) -> Error {
    let (kind, hint) = if error.kind == ErrorKind::Quota {
        (ErrorKind::Quota, error::QUOTA)
    } else {
        (ErrorKind::RateLimit, error::RATE)
    };
    Error {
        kind,
        hint: Some(hint.into()),
        message: format!(
            "{}; the next try would have to wait {} s",
            error.message,
            wait.as_secs()
        ),
        ..error
    }
}
