//! The one error value: kind, message, source, hint.
//!
//! It is made where the fault is known, with the hint that fits. What a record
//! says, what standard error says and the exit code all follow from it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

/// What kind of failure a record or an error line reports (contract, section 4).
/// The exit code follows from it (`model::exit`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
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
    /// No connection, a broken one, a failure of TLS or of the proxy.
    Network,
    /// Silence for longer than `--timeout`.
    Timeout,
    /// The service failed (5xx) for longer than the retries lasted.
    Server,
    /// An answer that cannot be understood.
    Decode,
    /// Local state or output: locks, disk, damaged files.
    State,
    /// The reader of standard output has gone: nothing to report, no failure.
    ClosedPipe,
}

impl ErrorKind {
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
            Self::State | Self::ClosedPipe => "state",
        }
    }

    /// Whether the same request may well succeed later, unchanged.
    pub fn retryable(self) -> bool {
        matches!(
            self,
            Self::Quota | Self::RateLimit | Self::Network | Self::Timeout | Self::Server
        )
    }

    /// Whether the next poll of a feed may well succeed.
    pub(crate) fn passes(self) -> bool {
        self.retryable() && self != Self::Quota
    }
}

/// What failed, why, and what to do about it.
///
/// The message is whole in itself: it names the immediate cause. The source keeps
/// what stands behind it, for `-v`. None of them holds the key or a URL: some paths
/// have the key in them.
#[derive(Debug, Clone)]
pub struct Error {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// What happened, in one line.
    pub message: String,
    /// What else is wrong, a line each.
    pub more: Box<[String]>,
    /// What to do next.
    pub hint: Option<Cow<'static, str>>,
    /// What stands behind it.
    pub source: Option<Source>,
    /// HTTP status, where the service answered.
    pub status: Option<u16>,
    /// HTTP status, where something else answered in the service's place: a proxy,
    /// a portal, another web server. It says nothing of what was asked for.
    pub foreign: Option<u16>,
    /// The service's own error code: `NotFoundError`.
    pub code: Option<String>,
    /// How often the request was sent; 0 where none was.
    pub tries: u32,
    /// Whether the service may have done what was asked, though no answer says so:
    /// a change or a submission whose answer was lost.
    pub unconfirmed: bool,
}

/// What stands behind an error. It is shared: an error may be told in many records.
pub type Source = Arc<dyn std::error::Error + Send + Sync>;

impl Error {
    /// An error that no answer of the service stands behind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            more: Box::default(),
            hint: None,
            source: None,
            status: None,
            foreign: None,
            code: None,
            tries: 0,
            unconfirmed: false,
        }
    }

    /// A mistake on the command line or in the configuration.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// An input that is not what it should be.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    /// What is known of a request that is under way when the run ends.
    pub fn cut_off() -> Self {
        let message = "the run ended before the service answered";
        Self {
            tries: 1,
            unconfirmed: true,
            ..Self::new(ErrorKind::Timeout, message)
        }
    }

    /// A failure of local state or output.
    pub fn state(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::State, message)
    }

    /// A failure of local state or output that the system gives the reason of.
    pub fn io(what: impl fmt::Display, cause: std::io::Error) -> Self {
        Self::state(format!("{what}: {cause}")).caused_by(cause)
    }

    /// An answer that came, and cannot be read.
    pub fn unreadable(reason: impl Into<String>) -> Self {
        Self {
            tries: 1,
            ..Self::new(ErrorKind::Decode, reason)
        }
    }

    /// The same error with this hint.
    #[must_use]
    pub fn hint(self, hint: impl Into<Cow<'static, str>>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// The same error with what stands behind it.
    #[must_use]
    pub fn caused_by(self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self {
            source: Some(Arc::new(source)),
            ..self
        }
    }

    /// The same error with further lines about what is wrong.
    #[must_use]
    pub fn with_lines(self, lines: impl IntoIterator<Item = String>) -> Self {
        Self {
            more: self.more.into_iter().chain(lines).collect(),
            ..self
        }
    }

    /// The same error as it meets what it was a part of; it becomes the source.
    #[must_use]
    pub fn context(self, what: impl fmt::Display) -> Self {
        Self {
            hint: self.hint.clone(),
            tries: self.tries.min(1),
            unconfirmed: self.unconfirmed,
            ..Self::new(self.kind, format!("{what}: {self}"))
        }
        .caused_by(self)
    }

    /// The same failure as it meets a request that is not sent because of it.
    #[must_use]
    pub fn untried(self) -> Self {
        Self {
            tries: 0,
            unconfirmed: false,
            ..self
        }
    }

    /// The status of the answer that it comes from, whoever gave it.
    pub fn http_status(&self) -> Option<u16> {
        let own = self.status.or(self.foreign);
        own.or_else(|| self.inner()?.http_status())
    }

    /// The service's code in the answer that it comes from.
    pub fn code(&self) -> Option<&str> {
        let own = self.code.as_deref();
        own.or_else(|| self.inner()?.code())
    }

    /// The error that it gives a context to.
    fn inner(&self) -> Option<&Self> {
        self.source.as_ref()?.downcast_ref()
    }

    /// What stands behind it, a text each, the nearest first. A wrapper that only
    /// repeats what it wraps is left out.
    pub fn causes(&self) -> Vec<String> {
        let mut causes = vec![];
        let mut last = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            let text = cause.to_string();
            if text != last {
                causes.push(text.clone());
                last = text;
            }
            source = cause.source();
        }
        causes
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
        map.serialize_entry("code", &self.code())?;
        map.serialize_entry("http_status", &self.http_status())?;
        map.serialize_entry("message", &self.message)?;
        // The same again may do it twice.
        let retryable = self.kind.retryable() && !self.unconfirmed;
        map.serialize_entry("retryable", &retryable)?;
        if self.unconfirmed {
            map.serialize_entry("unconfirmed", &true)?;
        }
        map.end()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(status) = self.status.or(self.foreign) {
            write!(f, "{status} ")?;
        }
        if let Some(code) = &self.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.message)?;
        if self.tries > 1 {
            write!(f, " (after {} tries)", self.tries)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}

/// Two errors are equal if they say the same of the same; what stands behind them
/// is not compared.
impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        let said = |error: &Self| (error.kind, error.status, error.foreign, error.tries);
        said(self) == said(other)
            && self.message == other.message
            && self.code == other.code
            && self.more == other.more
            && self.hint == other.hint
    }
}

impl Eq for Error {}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize_within(serializer, None)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn denied() -> io::Error {
        io::Error::from(io::ErrorKind::PermissionDenied)
    }

    #[test]
    fn an_error_in_a_context_keeps_what_it_was() {
        let inner = Error {
            status: Some(403),
            code: Some("ForbiddenError".to_owned()),
            tries: 3,
            ..Error::new(ErrorKind::Forbidden, "no licence")
        };
        let error = inner.hint("ask for one").context("cannot send it back");
        assert_eq!(
            error.to_string(),
            "cannot send it back: 403 ForbiddenError: no licence (after 3 tries)"
        );
        assert_eq!(error.hint.as_deref(), Some("ask for one"));
        assert_eq!(error.http_status(), Some(403));
        assert_eq!(error.code(), Some("ForbiddenError"));
        assert_eq!(
            error.causes(),
            ["403 ForbiddenError: no licence (after 3 tries)"]
        );
    }

    #[test]
    fn causes_are_walked_to_their_end_and_repeat_nothing() {
        let error = Error::state("cannot open `x`")
            .caused_by(denied())
            .context("nothing was kept");
        assert_eq!(
            error.causes(),
            ["cannot open `x`", denied().to_string().as_str()]
        );
        let same = Error::state(denied().to_string()).caused_by(denied());
        assert_eq!(same.causes(), Vec::<String>::new());
        assert_eq!(same, Error::state(denied().to_string()));
    }

    #[test]
    fn records_say_what_the_contract_names() {
        let error = Error {
            foreign: Some(502),
            ..Error::new(ErrorKind::Server, "Bad Gateway")
        };
        let json = serde_json::to_value(&error).expect("an object");
        assert_eq!(
            json,
            serde_json::json!({
                "kind": "server", "code": null, "http_status": 502,
                "message": "Bad Gateway", "retryable": true
            })
        );
    }
}
