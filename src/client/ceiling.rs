//! What an answer that is read whole may come to: so many bytes, and no slower than
//! anybody would wait for. What has no end is told from what is large by it.

use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

use super::failed_try::FailedTry;
use super::fault::Fault;
use crate::model::error::ErrorKind;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// The largest size of an answer, by what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ceiling {
    /// An object or a page of a list. The largest report is a tenth of it.
    Large,
    /// An answer that holds a few members: an id, an address, an account; or what a
    /// webhook says of a delivery. That of a bulk endpoint has an entry of some hundred
    /// bytes for each record, of which there are a thousand at most.
    Small,
}

/// A body is free to grow to this size. Beyond it one body at a time does, so that
/// what is held does not grow with the requests in flight.
pub(super) const FREE: usize = 256 * KIB;

/// So much of an error is read: its beginning says what it is.
pub(super) const ERROR: usize = 16 * KIB;

/// The least that has to come of a body in a second, once the idle timeout is over. A
/// body that drips is never silent, and never ends.
const LEAST_A_SECOND: u64 = KIB as u64;

impl Ceiling {
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::Large => 16 * MIB,
            Self::Small => MIB,
        }
    }

    /// Refuses a body that has grown too large.
    pub(super) fn admits(self, size: usize) -> Result<(), FailedTry> {
        if size <= self.bytes() {
            return Ok(());
        }
        Err(FailedTry::of_wrong_shape(&format!(
            "it is larger than {self}, the limit of such an answer"
        )))
    }
}

impl fmt::Display for Ceiling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB", self.bytes() / MIB)
    }
}

/// How fast a body comes. Time that is spent waiting for room does not count.
pub(super) struct Pace {
    idle_timeout: Duration,
    spent: Duration,
}

impl Pace {
    pub(super) fn new(idle_timeout: Duration) -> Self {
        Self {
            idle_timeout,
            spent: Duration::ZERO,
        }
    }

    /// How long a body of this size may be waited for.
    pub(super) fn left(&self, size: usize) -> Duration {
        let due = Duration::from_secs(size as u64 / LEAST_A_SECOND + 1);
        (self.idle_timeout + due).saturating_sub(self.spent)
    }

    /// Counts a wait that began then.
    pub(super) fn waited(&mut self, since: Instant) {
        self.spent += since.elapsed();
    }

    /// The failure of a body that has come to this size in all the time it had.
    pub(super) fn too_slow(&self, size: usize) -> FailedTry {
        let seconds = (self.spent + self.left(size)).as_secs();
        FailedTry::new(
            Fault::Timeout,
            ErrorKind::Timeout,
            format!("the answer came too slowly: {size} bytes in {seconds} s"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_drips_is_given_up_and_what_flows_is_not() {
        let idle = Duration::from_mins(1);
        for (bytes_a_second, ends) in [(1, Some(61)), (1024, None), (2000, None)] {
            let mut pace = Pace::new(idle);
            let mut ended = None;
            for second in 1..=600 {
                let since = Instant::now();
                tokio::time::advance(Duration::from_secs(1)).await;
                pace.waited(since);
                if pace.left(second * bytes_a_second).is_zero() {
                    ended = Some(second);
                    break;
                }
            }
            assert_eq!(ended, ends, "{bytes_a_second}");
        }
    }

    #[test]
    fn each_ceiling_is_named_as_it_is() {
        for (ceiling, name) in [(Ceiling::Large, "16 MiB"), (Ceiling::Small, "1 MiB")] {
            assert_eq!(ceiling.to_string(), name);
            assert!(ceiling.admits(ceiling.bytes()).is_ok());
            assert!(ceiling.admits(ceiling.bytes() + 1).is_err());
        }
    }
}
