//! Requests that must not be done twice. One whose answer was lost is looked for
//! before it is sent again, and not sent again where nobody can tell.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::Client;
use super::envelope::Answer;
use super::retry::Intervals;
use crate::model::error::{Error, ErrorKind};

/// Times of the service are whole seconds, cut off.
const SECOND: Duration = Duration::from_secs(1);

/// When a request was begun.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begun {
    at: Instant,
    time: Timestamp,
}

impl Begun {
    /// Whether a time that an answer tells lies after the beginning, by the clock of
    /// the service, where the answer says what time it is there.
    pub(super) fn is_before(self, seconds: i64, answer: &Answer) -> bool {
        let elapsed = SignedDuration::try_from(self.at.elapsed() + SECOND * 2);
        let begun = match (answer.date(), elapsed) {
            (Some(date), Ok(elapsed)) => date.saturating_sub(elapsed),
            _ => self.time.saturating_sub(SignedDuration::from_secs(2)),
        };
        begun.is_ok_and(|begun| seconds >= begun.as_second())
    }
}

impl Client {
    /// Sends what must not be done twice. `look` finds what was done since the
    /// request was begun; its error says that it can't be known.
    ///
    /// # Errors
    /// What the request came to. It is `unconfirmed` where it may have been done.
    pub(super) async fn once<T>(
        &self,
        send: impl AsyncFn() -> Result<T, Error>,
        look: impl AsyncFn(Begun) -> Result<Option<T>, Error>,
    ) -> Result<T, Error> {
        let policy = self.0.transport.policy();
        let patience = self.0.transport.patience();
        let mut intervals = Intervals::new();
        let mut tries = 0;
        loop {
            let begun = Begun {
                at: Instant::now(),
                time: (self.0.clock)(),
            };
            let error = match send().await {
                Err(error) if error.unconfirmed => error,
                outcome => return outcome,
            };
            tries += error.tries;
            let error = Error { tries, ..error };
            // What was taken needs a moment to show.
            let wait = intervals.grow().min(policy.max_wait);
            if !patience.ticket.rest(wait).await {
                return Err(error);
            }
            match look(begun).await {
                Ok(Some(done)) => {
                    tracing::info!(%error, "the answer was lost, but the request took effect");
                    return Ok(done);
                }
                Ok(None) if tries <= policy.retries => {
                    tracing::info!(%error, "the request did not take effect; sending it again");
                }
                Ok(None) => {
                    return Err(Error {
                        unconfirmed: false,
                        ..error
                    });
                }
                Err(unknown) => {
                    return Err(Error {
                        message: format!("{}; looking for it: {unknown}", error.message),
                        ..error
                    });
                }
            }
        }
    }
}

/// The error of a look that shows nothing either way.
pub(super) fn unknowable(reason: &str) -> Error {
    Error::new(ErrorKind::Decode, reason)
}
