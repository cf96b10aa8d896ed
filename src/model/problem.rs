//! The kinds of things that go wrong, by the names that records carry.

use serde::Serialize;

/// What kind of failure a record or an error line reports (contract, section 4).
/// Exit codes and hints follow from it in one place, the crate's `error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// The command line or the configuration is wrong.
    Usage,
    /// The key is missing or wrong.
    Auth,
    /// The key is right but lacks the licence or the privilege.
    Forbidden,
    /// The service does not know the object.
    NotFound,
    /// A quota of the service, or the run's own budget, is used up.
    Quota,
    /// The service asks to go slower for longer than the run may wait.
    RateLimit,
    /// The input is not what it should be.
    Invalid,
    /// No connection, a broken one, TLS or proxy trouble.
    Network,
    /// Silence for longer than `--timeout`.
    Timeout,
    /// The service failed (5xx) for longer than the retries lasted.
    Server,
    /// An answer that can't be understood.
    Decode,
    /// Local state or output: locks, disk, damaged files.
    State,
}

impl ProblemKind {
    /// The name in records: `not_found`, `rate_limit`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Auth => "auth",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Quota => "quota",
            Self::RateLimit => "rate_limit",
            Self::Invalid => "invalid",
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::Server => "server",
            Self::Decode => "decode",
            Self::State => "state",
        }
    }

    /// Whether the same request may well succeed later, unchanged.
    pub fn retryable(self) -> bool {
        matches!(
            self,
            Self::Quota | Self::RateLimit | Self::Network | Self::Timeout | Self::Server
        )
    }

    /// Whether the trouble would meet every further request as well, so that a
    /// run ends instead of spending requests on it.
    pub fn ends_run(self) -> bool {
        matches!(self, Self::Auth | Self::Quota | Self::RateLimit)
    }
}
