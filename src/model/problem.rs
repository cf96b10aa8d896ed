//! The kinds of things that go wrong, by the names that records carry.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// What kind of failure a record or an error line reports (contract, section 4).
/// Exit codes and hints follow from it in one place, the crate's `error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// Whether the next poll of a feed may well succeed.
    pub(crate) fn passes(self) -> bool {
        self.retryable() && self != Self::Quota
    }

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
}

/// A failure as records carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// The service's code.
    pub code: Option<String>,
    /// The status of the answer.
    pub http_status: Option<u16>,
    /// Whether something else answered in the service's place, so that the status
    /// says nothing of what was asked for.
    pub foreign: bool,
    /// What happened.
    pub message: String,
}

impl Problem {
    /// A failure that no answer of the service stands behind.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: None,
            http_status: None,
            foreign: false,
            message: message.into(),
        }
    }

    /// Writes it as an object, which names the part of a record that it
    /// concerns when it is not the whole.
    pub fn serialize_within<S: Serializer>(
        &self,
        serializer: S,
        part: Option<&str>,
    ) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(part) = part {
            map.serialize_entry("part", part)?;
        }
        map.serialize_entry("kind", self.kind.name())?;
        map.serialize_entry("code", &self.code)?;
        map.serialize_entry("http_status", &self.http_status)?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("retryable", &self.kind.retryable())?;
        map.end()
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize_within(serializer, None)
    }
}
