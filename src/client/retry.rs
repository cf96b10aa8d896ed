//! Whether to try again, and after how long: pure functions from facts to a
//! decision. The transport sleeps; nothing here does.
//!
//! The intervals come from the `backoff` crate, which only this file names.

use std::time::Duration;

use backoff::backoff::Backoff;
use backoff::exponential::ExponentialBackoff;

use super::fault::Fault;

/// How patient a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Tries after the first.
    pub retries: u32,
    /// The longest single wait; a service that asks for more ends the run.
    pub max_wait: Duration,
}

/// All that a decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// What happened.
    pub fault: Fault,
    /// What the service asked for in `Retry-After`.
    pub retry_after: Option<Duration>,
    /// Tries made so far, this one included.
    pub tries: u32,
    /// How many of them met what hardly changes, this one included.
    pub settled: u32,
    /// Whether the request may be sent again: doing it twice is the same as doing it
    /// once, or it surely was not done.
    pub repeatable: bool,
}

/// What to do about a failed try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Try again after this wait.
    Again(Duration),
    /// Report the failure as it is.
    Stop,
    /// The service asks for a longer wait than allowed.
    TooLong(Duration),
}

/// The per-minute quota frees itself within a minute, and nothing shorter makes
/// sense for the daily one (API notes, section 1.5).
const QUOTA_WAIT: Duration = Duration::from_mins(1);

/// After this many waits the quota is not the minute's.
const QUOTA_WAITS: u32 = 2;

/// What hardly changes is asked for again so often, and so much sooner than
/// anything else: enough for a glitch, and to know within two seconds that it was
/// none.
const SETTLED_TRIES: u32 = 3;
const SETTLED_HASTE: u32 = 5;

/// Decides about one failed try; `grown` is the interval that the backoff would
/// wait.
pub fn decide(policy: Policy, facts: &Facts, grown: Duration) -> Decision {
    let most = match facts.fault {
        fault if fault.is_quota() => policy.retries.min(QUOTA_WAITS),
        Fault::Status { status: 424, .. } => policy.retries.min(1),
        _ => policy.retries,
    };
    if !worth_repeating(facts) || facts.tries > most || facts.settled > SETTLED_TRIES {
        return Decision::Stop;
    }
    if facts.fault.is_settled() {
        return Decision::Again((grown / SETTLED_HASTE).min(policy.max_wait));
    }
    let least = facts.fault.is_quota().then_some(QUOTA_WAIT);
    match facts.retry_after.or(least) {
        Some(wait) if wait > policy.max_wait => Decision::TooLong(wait),
        asked => Decision::Again(asked.unwrap_or(grown.min(policy.max_wait))),
    }
}

/// Whether another try could go better without doing harm.
fn worth_repeating(facts: &Facts) -> bool {
    match facts.fault {
        Fault::Connect | Fault::Status { status: 429, .. } => true,
        Fault::Status {
            status: 408 | 424 | 425 | 500 | 502..=504 | 520..=529,
            ..
        }
        | Fault::Timeout
        | Fault::Broken
        | Fault::Unparsable
        | Fault::Unfit
        | Fault::Foreign => facts.repeatable,
        Fault::Tls | Fault::WrongShape | Fault::Unsendable | Fault::Status { .. } => false,
    }
}

/// The growing, jittered intervals of one request.
pub(crate) struct Intervals(ExponentialBackoff<backoff::SystemClock>);

impl Intervals {
    /// Half a second, then two and a half times as much each time, by up to
    /// half more or less, to a minute: five retries outlast about half a minute.
    pub(crate) fn new() -> Self {
        Self(ExponentialBackoff {
            initial_interval: Duration::from_millis(500),
            current_interval: Duration::from_millis(500),
            multiplier: 2.5,
            randomization_factor: 0.5,
            max_interval: Duration::from_mins(1),
            max_elapsed_time: None,
            ..ExponentialBackoff::default()
        })
    }

    /// The next interval.
    pub(crate) fn grow(&mut self) -> Duration {
        self.0.next_backoff().unwrap_or(Duration::from_mins(1))
    }
}

/// Reads `Retry-After`: whole seconds, or an HTTP date seen from `now`.
pub fn retry_after(value: &str, now: jiff::Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    Some(Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::super::fault::is_quota;
    use super::*;

    const POLICY: Policy = Policy {
        retries: 5,
        max_wait: Duration::from_mins(2),
    };
    const GROWN: Duration = Duration::from_millis(700);

    fn facts(fault: Fault) -> Facts {
        Facts {
            fault,
            retry_after: None,
            tries: 1,
            settled: 0,
            repeatable: true,
        }
    }

    fn status(status: u16, code: &str) -> Fault {
        Fault::Status {
            status,
            quota: is_quota(Some(code)),
        }
    }

    fn again(seconds: f64) -> Decision {
        Decision::Again(Duration::from_secs_f64(seconds))
    }

    #[test]
    fn every_status_has_its_answer() {
        let table = [
            (status(429, "TooManyRequestsError"), again(0.7)),
            (status(429, "TooManyRequests"), again(0.7)),
            (status(429, ""), again(0.7)),
            (status(429, "QuotaExceededError"), again(60.0)),
            (status(500, ""), again(0.7)),
            (status(502, ""), again(0.7)),
            (status(503, "TransientError"), again(0.7)),
            (status(504, "DeadlineExceededError"), again(0.7)),
            (status(408, ""), again(0.7)),
            (status(424, "FailedDependencyError"), again(0.7)),
            (status(400, "BadRequestError"), Decision::Stop),
            (status(400, "NotAvailableYet"), Decision::Stop),
            (status(401, "WrongCredentialsError"), Decision::Stop),
            (status(403, "ForbiddenError"), Decision::Stop),
            (status(404, "NotFoundError"), Decision::Stop),
            (status(409, "AlreadyExistsError"), Decision::Stop),
            (status(501, ""), Decision::Stop),
            (Fault::Connect, again(0.7)),
            (Fault::Timeout, again(0.7)),
            (Fault::Broken, again(0.7)),
            (Fault::Unparsable, again(0.7)),
            (Fault::Unfit, again(0.14)),
            (Fault::Foreign, again(0.14)),
            (Fault::WrongShape, Decision::Stop),
            (Fault::Tls, Decision::Stop),
            (Fault::Unsendable, Decision::Stop),
        ];
        for (fault, expected) in table {
            assert_eq!(decide(POLICY, &facts(fault), GROWN), expected, "{fault:?}");
        }
    }

    #[test]
    fn tries_are_counted() {
        let at = |fault, tries| {
            decide(
                POLICY,
                &Facts {
                    tries,
                    ..facts(fault)
                },
                GROWN,
            )
        };
        assert_eq!(at(Fault::Broken, 5), again(0.7));
        assert_eq!(at(Fault::Broken, 6), Decision::Stop);
        assert_eq!(at(status(429, "QuotaExceededError"), 2), again(60.0));
        assert_eq!(at(status(429, "QuotaExceededError"), 3), Decision::Stop);
        assert_eq!(at(status(424, ""), 2), Decision::Stop);
        let settled = |settled| {
            let facts = Facts {
                tries: 5,
                settled,
                ..facts(Fault::Foreign)
            };
            decide(POLICY, &facts, GROWN)
        };
        assert_eq!((settled(3), settled(4)), (again(0.14), Decision::Stop));
        let never = Policy {
            retries: 0,
            ..POLICY
        };
        assert_eq!(decide(never, &facts(Fault::Connect), GROWN), Decision::Stop);
    }

    #[test]
    fn the_service_says_how_long() {
        let asked = |seconds, fault| {
            let facts = Facts {
                retry_after: Some(Duration::from_secs(seconds)),
                ..facts(fault)
            };
            decide(POLICY, &facts, GROWN)
        };
        assert_eq!(asked(0, status(503, "")), again(0.0));
        assert_eq!(asked(7, status(429, "QuotaExceededError")), again(7.0));
        assert_eq!(
            asked(121, status(429, "")),
            Decision::TooLong(Duration::from_secs(121))
        );
        // No word of the service, but a wait that is known to be needed.
        let hasty = Policy {
            max_wait: Duration::from_secs(1),
            ..POLICY
        };
        let quota = facts(status(429, "QuotaExceededError"));
        assert_eq!(decide(hasty, &quota, GROWN), Decision::TooLong(QUOTA_WAIT));
        let grown = decide(hasty, &facts(Fault::Broken), Duration::from_secs(9));
        assert_eq!(grown, again(1.0));
    }

    #[test]
    fn what_must_not_happen_twice_is_repeated_only_when_it_never_happened() {
        let once = |fault| {
            decide(
                POLICY,
                &Facts {
                    repeatable: false,
                    ..facts(fault)
                },
                GROWN,
            )
        };
        assert_eq!(once(Fault::Connect), again(0.7));
        assert_eq!(once(status(429, "")), again(0.7));
        for fault in [
            Fault::Broken,
            Fault::Timeout,
            Fault::Unparsable,
            Fault::Unfit,
            Fault::Foreign,
            status(500, ""),
            status(503, ""),
        ] {
            assert_eq!(once(fault), Decision::Stop, "{fault:?}");
        }
    }

    #[test]
    fn intervals_grow_within_their_jitter() {
        let mut intervals = Intervals::new();
        let mut middle = 0.5;
        for _ in 0..5 {
            let interval = intervals.grow().as_secs_f64();
            assert!(
                (middle * 0.49..=middle * 1.51).contains(&interval),
                "{interval} about {middle}"
            );
            middle *= 2.5;
        }
    }

    #[test]
    fn retry_after_in_both_forms() {
        let now: jiff::Timestamp = "2026-01-02T03:04:05Z".parse().expect("a time");
        assert_eq!(retry_after(" 17 ", now), Some(Duration::from_secs(17)));
        assert_eq!(
            retry_after("Fri, 02 Jan 2026 03:05:05 GMT", now),
            Some(Duration::from_mins(1))
        );
        assert_eq!(
            retry_after("Fri, 02 Jan 2026 03:00:00 GMT", now),
            Some(Duration::ZERO)
        );
        assert_eq!(retry_after("soon", now), None);
        assert_eq!(retry_after("-1", now), None);
    }
}
