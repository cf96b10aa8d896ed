//! The exit codes, the same with or without a terminal.

use crate::model::error::ErrorKind;

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done; "nothing new" is this too.
    Done,
    /// A bug, or an answer that cannot be understood.
    Unexpected,
    /// Usage or configuration.
    Usage,
    /// Some items failed.
    Partial,
    /// Credentials missing, wrong, or without the licence or privilege.
    Credentials,
    /// Nothing of what was looked up was found.
    NotFound,
    /// Quota or rate limit exhausted, or the run's own budget spent.
    Quota,
    /// Network, TLS, proxy or server failure that outlasted the retries.
    Network,
    /// Waiting for an analysis timed out.
    WaitTimeout,
    /// State or output trouble.
    State,
    /// A `--fail-on` condition was met.
    Condition,
    /// SIGINT.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

impl Exit {
    /// Every code with its meaning, as `gti help exit-codes` prints them.
    pub(crate) const TABLE: [(Self, &'static str); 13] = [
        (Self::Done, "all done; \"nothing new\" is 0"),
        (
            Self::Unexpected,
            "unexpected failure: a bug, or an answer that cannot be understood",
        ),
        (Self::Usage, "usage or configuration"),
        (
            Self::Partial,
            "some items failed (invalid, error, not_attempted), others did not; an item answered not_found or skipped has not failed",
        ),
        (
            Self::Credentials,
            "credentials missing, wrong, or without the licence or privilege",
        ),
        (Self::NotFound, "not found: everything that was looked up"),
        (
            Self::Quota,
            "quota or rate limit exhausted, or the run's own budget spent",
        ),
        (
            Self::Network,
            "network, TLS, proxy, or server failure that outlasted the retries: safe to run again",
        ),
        (
            Self::WaitTimeout,
            "waiting for an analysis timed out (its id is on stdout)",
        ),
        (
            Self::State,
            "state or output trouble: another run holds the checkpoint, disk full, damaged state",
        ),
        (Self::Condition, "a --fail-on condition was met"),
        (Self::Interrupted, "interrupted (Ctrl-C)"),
        (Self::Terminated, "terminated (SIGTERM)"),
    ];

    /// Whether the run has answered everything that it was asked, be it with
    /// records of failures: its output may then replace that of an earlier run.
    pub(crate) fn is_answer(self) -> bool {
        matches!(
            self,
            Self::Done | Self::Partial | Self::NotFound | Self::WaitTimeout | Self::Condition
        )
    }

    /// What it says of a run, in a line.
    pub(crate) fn summary(self) -> &'static str {
        match self {
            Self::Done => "all done",
            Self::Unexpected => "an answer cannot be understood",
            Self::Usage => "usage or configuration",
            Self::Partial => "some items failed; their records say why",
            Self::Credentials => "the key is missing, wrong, or lacks a privilege",
            Self::NotFound => "nothing of what was looked up was found",
            Self::Quota => "the quota, the rate limit or the budget of the run is used up",
            Self::Network => "the network or the service failed; running again is safe",
            Self::WaitTimeout => "an analysis is still pending; its id is in its record",
            Self::State => "state or output cannot be written",
            Self::Condition => "a --fail-on condition was met",
            Self::Interrupted => "interrupted",
            Self::Terminated => "terminated",
        }
    }

    /// The number that the process ends with.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Unexpected => 1,
            Self::Usage => 2,
            Self::Partial => 3,
            Self::Credentials => 4,
            Self::NotFound => 5,
            Self::Quota => 6,
            Self::Network => 7,
            Self::WaitTimeout => 8,
            Self::State => 9,
            Self::Condition => 10,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// The code that a failure of this kind ends a run with.
    pub(crate) fn of(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Usage => Self::Usage,
            ErrorKind::Auth | ErrorKind::Forbidden => Self::Credentials,
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::Quota | ErrorKind::RateLimit => Self::Quota,
            ErrorKind::Invalid => Self::Partial,
            ErrorKind::Network | ErrorKind::Timeout | ErrorKind::Server => Self::Network,
            ErrorKind::Decode => Self::Unexpected,
            ErrorKind::State => Self::State,
            ErrorKind::ClosedPipe => Self::Done,
        }
    }
}
