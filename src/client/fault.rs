//! What happened to one try, as retry policy and circuit breaker see it.

/// What happened to one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The service answered with an error status.
    Status {
        /// HTTP status.
        status: u16,
        /// Whether the error code says that a quota is used up: what a 429
        /// means depends on it.
        quota: bool,
    },
    /// No connection came about, so the service never saw the request.
    Connect,
    /// The certificate or the handshake was refused: it will be again.
    Tls,
    /// Nothing came for as long as the idle timeout.
    Timeout,
    /// The connection broke, or the body ended before its end.
    Broken,
    /// Status 200 with a body that is no sound JSON, or not the whole answer.
    Unparsable,
    /// A sound answer that does not hold what was due.
    Unfit,
    /// A sound answer in a form that was not asked for: it will come again.
    WrongShape,
    /// A page of a proxy, a portal or another web server.
    Foreign,
    /// What was to be sent can't be read, or changed while it went out.
    Unsendable,
}

impl Fault {
    /// Whether it concerns the connection or the service as a whole,
    /// so that other requests would likely meet it too. Everything else is an
    /// answer to the one request.
    pub fn is_systemic(self) -> bool {
        match self {
            Self::Connect
            | Self::Tls
            | Self::Timeout
            | Self::Broken
            | Self::Unparsable
            | Self::WrongShape
            | Self::Foreign => true,
            Self::Status { status, .. } => matches!(status, 407 | 408 | 425 | 429 | 500..=599),
            Self::Unfit | Self::Unsendable => false,
        }
    }

    /// Whether the service asks to go slower. That concerns the key, and so every
    /// request.
    pub fn is_limit(self) -> bool {
        matches!(self, Self::Status { status: 429, .. })
    }

    /// Whether a quota is used up.
    pub fn is_quota(self) -> bool {
        matches!(
            self,
            Self::Status {
                status: 429,
                quota: true
            }
        )
    }

    /// Whether the next try will hardly go better: a page of a portal stays, and a
    /// sound answer that is none too.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Unfit | Self::Foreign)
    }

    /// A short name, for a message that repeats what was told at length.
    pub fn name(self) -> String {
        match self {
            Self::Status { status, .. } => format!("HTTP {status}"),
            Self::Connect => "no connection".to_owned(),
            Self::Tls => "no TLS connection".to_owned(),
            Self::Timeout => "no answer".to_owned(),
            Self::Broken => "broken connections".to_owned(),
            Self::Unparsable | Self::Unfit | Self::WrongShape => "no valid answer".to_owned(),
            Self::Foreign => "an answer from something else".to_owned(),
            Self::Unsendable => "nothing to send".to_owned(),
        }
    }
}

/// Whether the error code says that a quota is used up, against "too fast".
pub(super) fn is_quota(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.starts_with("QuotaExceeded"))
}
