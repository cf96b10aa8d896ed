//! One try that failed: what it was, in the words of the retry policy and in those
//! of the final report.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::HeaderMap;
use url::Url;

use super::envelope::Flaw;
use super::error;
use super::fault::Fault;
use super::foreign::Nature;
use super::upload::FileFault;
use crate::model::error::{Error, ErrorKind};

/// Why one try failed, with what the final report needs.
#[derive(Debug)]
pub(super) struct FailedTry {
    /// Its kind, as the retry policy knows it.
    pub(super) fault: Fault,
    /// What the service asks to wait.
    pub(super) retry_after: Option<Duration>,
    /// Whether the request did not go out whole.
    pub(super) cut_short: bool,
    pub(super) error: Box<Error>,
}

impl FailedTry {
    pub(super) fn new(fault: Fault, kind: ErrorKind, message: String) -> Self {
        Self::of(fault, Error::new(kind, message))
    }

    /// An answer that is garbled.
    pub(super) fn unparsable(reason: &str) -> Self {
        Self::not_understood(Fault::Unparsable, reason)
    }

    /// A sound answer that does not hold what was due.
    fn unfit(reason: &str) -> Self {
        Self::not_understood(Fault::Unfit, reason)
    }

    /// A sound answer in a form that was not asked for.
    pub(super) fn of_wrong_shape(reason: &str) -> Self {
        Self::not_understood(Fault::WrongShape, reason)
    }

    /// An answer whose status is a success, and whose body is not what was due.
    pub(super) fn flawed(status: u16, body: &[u8], flaw: Flaw) -> Self {
        let reason = match flaw {
            Flaw::Refused(said) => {
                return Self::of(
                    Fault::Status {
                        status,
                        quota: false,
                    },
                    error::refused(&said),
                );
            }
            Flaw::Incomplete(reason) => {
                return Self::new(Fault::Unparsable, ErrorKind::Server, reason)
                    .hint("it is safe to run the same command again later");
            }
            Flaw::Unfit(reason) => reason,
        };
        match Nature::of(body) {
            Nature::Foreign => Self::foreign(error::in_place(status, body)),
            Nature::Empty => Self::unparsable("it is empty"),
            Nature::BrokenJson => Self::unparsable(&reason),
            Nature::Json => match error::said_in(body) {
                Some(said) => Self::unfit(&format!("{reason}; it says: {said}")),
                None => Self::unfit(&reason),
            },
        }
    }

    /// The answer of something else than the service.
    pub(super) fn foreign(error: Error) -> Self {
        Self::of(Fault::Foreign, error)
    }

    fn not_understood(fault: Fault, reason: &str) -> Self {
        Self::new(
            fault,
            ErrorKind::Decode,
            format!("the answer cannot be understood: {reason}"),
        )
        .hint(error::NOT_THE_API)
    }

    /// The same with what to do about it.
    #[must_use]
    pub(super) fn hint(mut self, hint: &'static str) -> Self {
        self.error.hint = Some(hint.into());
        self
    }

    fn of(fault: Fault, error: Error) -> Self {
        Self {
            fault,
            retry_after: None,
            cut_short: false,
            error: Box::new(error),
        }
    }

    /// Whether the credential was not accepted.
    pub(super) fn is_unauthorized(&self) -> bool {
        self.error.status == Some(401)
    }

    /// Whether the service may have done what was asked. It surely did not when it
    /// never had the whole request, or refused it in its own words.
    pub(super) fn may_be_done(&self) -> bool {
        match self.fault {
            _ if self.cut_short => false,
            Fault::Connect | Fault::Tls | Fault::Unsendable => false,
            // A proxy says 503 as well when an answer got lost behind it.
            Fault::Status { status: 503, .. } => self.error.code.is_none(),
            Fault::Status { status, .. } => matches!(status, 408 | 424 | 500..=599),
            Fault::Timeout
            | Fault::Broken
            | Fault::Unparsable
            | Fault::Unfit
            | Fault::WrongShape
            | Fault::Foreign => true,
        }
    }
}

/// A body that can't be read from where it is.
pub(super) fn unsendable(fault: &FileFault) -> FailedTry {
    FailedTry::new(Fault::Unsendable, ErrorKind::Invalid, fault.to_string())
}

/// Sorts an error of the HTTP library by what it says about the request.
/// `proxy` is the one that the request went through.
pub(super) fn sorted(sent: reqwest::Error, proxy: Option<&str>) -> FailedTry {
    // The origin alone: what is asked for is nobody's business but the user's.
    let origin = sent.url().map(|url| url.origin().ascii_serialization());
    let to = origin.map_or_else(String::new, |origin| format!(" to {origin}"));
    let through = proxy.map_or_else(String::new, |proxy| format!(" through the proxy {proxy}"));
    let to = to + &through;
    let sent = sent.without_url();
    let mut texts = vec![];
    let mut tls = false;
    let mut source: Option<&(dyn std::error::Error + 'static)> = sent.source();
    while let Some(cause) = source {
        tls |= cause.is::<rustls::Error>();
        // A wrapper that only repeats what it wraps adds nothing.
        let text = cause.to_string();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
        source = match cause.downcast_ref::<std::io::Error>() {
            Some(io) => io
                .get_ref()
                .map(|inner| inner as &(dyn std::error::Error + 'static)),
            None => cause.source(),
        };
    }
    let (fault, kind, what, hint) = if tls {
        let hint = "check --ca-cert: a proxy that inspects TLS has a certificate of its own";
        (
            Fault::Tls,
            ErrorKind::Network,
            "TLS failed".to_owned(),
            hint,
        )
    } else if sent.is_timeout() {
        let what = format!("timed out connecting{to}");
        let hint = "check the network and --proxy; --timeout sets the idle timeout";
        (Fault::Timeout, ErrorKind::Timeout, what, hint)
    } else if sent.is_connect() {
        let what = format!("no connection{to}");
        let hint = if proxy.is_some() {
            "check the proxy, which --proxy, HTTPS_PROXY or the configuration names; NO_PROXY names what needs none"
        } else {
            error::NETWORK
        };
        (Fault::Connect, ErrorKind::Network, what, hint)
    } else {
        let what = "the connection was lost".to_owned();
        (Fault::Broken, ErrorKind::Network, what, error::NETWORK)
    };
    let detail = texts.last().cloned().unwrap_or_else(|| sent.to_string());
    let error = Error::new(kind, format!("{what}: {detail}"));
    FailedTry::of(fault, error.hint(hint).caused_by(sent))
}

/// A redirect that was not followed: none is, or this one leads to another origin.
pub(super) fn redirected(status: u16, headers: &HeaderMap, within_origin: bool) -> Error {
    let target = headers
        .get(reqwest::header::LOCATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| Url::parse(value).ok())
        .map_or_else(
            || "nowhere".to_owned(),
            |url| url.origin().ascii_serialization(),
        );
    let why = if within_origin {
        ", which is not the base URL's origin"
    } else {
        ""
    };
    Error {
        status: Some(status),
        ..Error::new(
            ErrorKind::Network,
            format!("redirected to {target}{why}: not followed"),
        )
    }
    .hint("check the base URL: `gti auth status` shows which one is used")
}
