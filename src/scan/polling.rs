//! When to ask after an analysis again, and what the answer means: pure
//! functions. Nothing here sleeps or asks.

use crate::model::error::{Error, ErrorKind};
use std::time::Duration;

/// The longest time between two polls, unless the user asked for a longer one.
const LONGEST: Duration = Duration::from_mins(1);

/// For so long after a submission the service may not know it yet (API notes,
/// section 3.7).
const SOFT: Duration = Duration::from_mins(1);

/// So many polls in a row may come to nothing, each after its retries: a long
/// wait must outlast an outage that a single request can't.
const MOST_TROUBLES: u32 = 3;

/// The growing pauses between polls.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schedule {
    next: Duration,
    longest: Duration,
}

impl Schedule {
    /// Begins with `interval`; each pause is half as long again as the one
    /// before, up to a minute.
    pub(super) fn new(interval: Duration) -> Self {
        Self {
            next: interval,
            longest: LONGEST.max(interval),
        }
    }

    /// The next pause.
    pub(super) fn pause(&mut self) -> Duration {
        let pause = self.next;
        self.next = pause.mul_f64(1.5).min(self.longest);
        pause
    }
}

/// What a poll means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The analysis is complete.
    Done,
    /// Not yet: ask again.
    Wait,
    /// The analysis will never be complete.
    Broken,
}

/// What a status means. The list is open: what is not known to be an end is
/// waited on.
pub(super) fn of_status(status: &str) -> Step {
    match status {
        "completed" => Step::Done,
        "error" | "failed" | "unsupported file type" | "corrupted file" => Step::Broken,
        _ => Step::Wait,
    }
}

/// Whether a poll that failed is no reason to give up, `since` the submission
/// and with so many `troubles` in a row before it. As long as the service was not
/// `heard`, what answers in its place is no passing trouble.
pub(super) fn bears(error: &Error, since: Duration, troubles: u32, heard: bool) -> bool {
    let early = match error.status {
        Some(404 | 409) => true,
        Some(400) => error.code.as_deref() == Some("NotAvailableYet"),
        _ => false,
    };
    let passing = matches!(
        error.kind,
        ErrorKind::Network | ErrorKind::Timeout | ErrorKind::Server
    );
    let elsewhere = error.foreign.is_some() && !heard;
    (early && since < SOFT) || (passing && !elsewhere && troubles < MOST_TROUBLES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute() {
        let seconds = |interval, count: usize| -> Vec<u64> {
            let mut schedule = Schedule::new(Duration::from_secs(interval));
            (0..count).map(|_| schedule.pause().as_secs()).collect()
        };
        assert_eq!(seconds(15, 6), [15, 22, 33, 50, 60, 60]);
        assert_eq!(seconds(90, 3), [90, 90, 90], "what was asked for stands");
    }

    #[test]
    fn unknown_statuses_are_waited_on() {
        for (status, step) in [
            ("completed", Step::Done),
            ("queued", Step::Wait),
            ("in-progress", Step::Wait),
            ("re-scheduled", Step::Wait),
            ("error", Step::Broken),
            ("corrupted file", Step::Broken),
            ("unsupported file type", Step::Broken),
        ] {
            assert_eq!(of_status(status), step, "{status:?}");
        }
    }

    #[test]
    fn what_is_borne_and_for_how_long() {
        let error = |kind, status, code: &str| Error {
            status,
            code: (!code.is_empty()).then(|| code.to_owned()),
            ..Error::new(kind, "")
        };
        let missing = error(ErrorKind::NotFound, Some(404), "NotFoundError");
        let early = error(ErrorKind::Invalid, Some(400), "NotAvailableYet");
        let exists = error(ErrorKind::Invalid, Some(409), "AlreadyExistsError");
        let wrong = error(ErrorKind::Invalid, Some(400), "BadRequestError");
        let network = error(ErrorKind::Network, None, "");
        let server = error(ErrorKind::Server, Some(503), "TransientError");
        let auth = error(ErrorKind::Auth, Some(401), "WrongCredentialsError");
        let quota = error(ErrorKind::Quota, Some(429), "QuotaExceededError");
        for (error, since, troubles, borne) in [
            (&missing, 59, 0, true),
            (&missing, 60, 0, false),
            (&early, 59, 9, true),
            (&early, 61, 0, false),
            (&exists, 1, 0, true),
            (&wrong, 1, 0, false),
            (&network, 500, 2, true),
            (&network, 500, 3, false),
            (&server, 500, 0, true),
            (&auth, 1, 0, false),
            (&quota, 1, 0, false),
        ] {
            let since = Duration::from_secs(since);
            assert_eq!(
                bears(error, since, troubles, true),
                borne,
                "{error} {since:?}"
            );
        }
        let page = Error {
            foreign: Some(200),
            ..Error::new(ErrorKind::Network, "")
        };
        assert!(bears(&page, Duration::ZERO, 0, true));
        assert!(!bears(&page, Duration::ZERO, 0, false), "another base URL");
    }
}
