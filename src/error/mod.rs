//! The one table: from the kind of a failure to its exit code and its hint.
//!
//! Below, every room has its own errors; here they become what a user sees and
//! what a script branches on (contract, sections 3 and 4).

mod exit;

use std::fmt;

pub(crate) use self::exit::Exit;

use crate::client::{ClientError, RouteError};
use crate::model::problem::{Problem, ProblemKind};
use crate::output::OutputError;
use crate::settings::{LogFormat, SettingsError};
use crate::state::StateError;
use crate::ui::Ui;

/// A failure that ends the run.
#[derive(Debug)]
pub(crate) enum Failure {
    /// To be told: one line of what failed, one of what to do next.
    Told(Told),
    /// The reader of standard output has gone: nothing to tell.
    ClosedPipe,
}

/// A failure in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// What kind.
    pub kind: ProblemKind,
    /// What failed, in one line.
    pub message: String,
    /// What else is wrong, a line each.
    pub more: Vec<String>,
    /// What to do next.
    pub hint: Option<String>,
    /// HTTP status and code, where the service answered.
    pub answer: Option<(u16, Option<String>)>,
}

impl Told {
    /// The failure as one JSON object, for `--log-format json`.
    pub(crate) fn json(&self) -> String {
        let (status, code) = match &self.answer {
            Some((status, code)) => (Some(status), code.as_deref()),
            None => (None, None),
        };
        let message = std::iter::once(&self.message).chain(&self.more);
        let message = message.map(String::as_str).collect::<Vec<_>>().join("\n");
        serde_json::json!({
            "level": "ERROR",
            "error": {
                "kind": self.kind.name(),
                "code": code,
                "http_status": status,
                "message": message,
                "retryable": self.kind.retryable(),
            },
            "hint": self.hint,
        })
        .to_string()
    }
}

impl Failure {
    /// A failure in words of this kind, with the kind's own hint.
    pub(crate) fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self::Told(Told {
            kind,
            message: message.into(),
            more: vec![],
            hint: hint(kind).map(str::to_owned),
            answer: None,
        })
    }

    /// A mistake on the command line.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(ProblemKind::Usage, message).hinting(hint)
    }

    /// The same failure with further lines about what is wrong.
    #[must_use]
    pub(crate) fn adding(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        if let Self::Told(told) = &mut self {
            told.more.extend(lines);
        }
        self
    }

    /// The same failure with a better hint.
    #[must_use]
    pub(crate) fn hinting(mut self, hint: impl Into<String>) -> Self {
        if let Self::Told(told) = &mut self {
            told.hint = Some(hint.into());
        }
        self
    }

    /// Tells it on standard error: two lines, or one JSON object.
    pub(crate) fn tell(&self, ui: &Ui, format: LogFormat) {
        let Self::Told(told) = self else { return };
        match format {
            LogFormat::Text => ui.error(&told.message, &told.more, told.hint.as_deref()),
            LogFormat::Json => ui.tell_json(&told.json()),
        }
    }

    /// The code that the process ends with.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Told(told) => Exit::of(told.kind),
            Self::ClosedPipe => Exit::Done,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Told(told) => f.write_str(&told.message),
            Self::ClosedPipe => f.write_str("the reader has gone"),
        }
    }
}

impl std::error::Error for Failure {}

/// What to do next, where nothing more precise is known.
pub(crate) fn hint(kind: ProblemKind) -> Option<&'static str> {
    Some(match kind {
        ProblemKind::Usage => return None,
        ProblemKind::Auth => "`gti auth status` shows which key is used and where it came from",
        ProblemKind::Forbidden => {
            "the key is valid but lacks the licence or privilege; `gti auth status` lists what it has"
        }
        ProblemKind::NotFound => "the service does not know it; check the spelling",
        ProblemKind::Quota => {
            "daily quotas reset at 00:00 UTC; what is left needs another run, or a larger --max-requests or --max-wait"
        }
        ProblemKind::RateLimit => {
            "slow down with --rate (like 4/m), or allow longer waits with --max-wait"
        }
        ProblemKind::Invalid => "the input is not what was expected; nothing was changed",
        ProblemKind::Network => {
            "check the network, --proxy and --ca-cert; running again is safe, -v shows each try"
        }
        ProblemKind::Timeout => "running again is safe; --timeout allows longer silences",
        ProblemKind::Server => "the service is in trouble; running again later is safe",
        ProblemKind::Decode => {
            "something other than the API may be answering; -vv shows the requests"
        }
        ProblemKind::State => {
            "free the disk space or mend the permissions, then run again: nothing is lost"
        }
    })
}

/// What to do when something else answers in the API's place. It says nothing of
/// the key and what that may do: they were not looked at.
const FOREIGN: &str = "something other than the API answers: is `/api/v3` missing in the base URL, does a proxy or a firewall block the way, or does a captive portal want a login? -v shows each try";

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let mut failure = Self::new(error.kind, error.to_string());
        if error.foreign.is_some() {
            failure = failure.hinting(FOREIGN);
        }
        if let (Self::Told(told), Some(status)) = (&mut failure, error.status.or(error.foreign)) {
            told.answer = Some((status, error.code));
        }
        failure
    }
}

impl From<RouteError> for Failure {
    fn from(error: RouteError) -> Self {
        Self::usage(
            error.to_string(),
            "`gti help environment` lists what sets it",
        )
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        let message = error.to_string();
        match error {
            OutputError::Closed => Self::ClosedPipe,
            OutputError::Open { .. } => Self::new(ProblemKind::State, message).hinting(
                "--output takes a file that can be written, in a directory that exists; nothing was written",
            ),
            OutputError::Write { .. } | OutputError::NoSideFile { .. } => {
                Self::new(ProblemKind::State, message)
            }
            OutputError::NotAsCommitted { argument, .. } => {
                Self::new(ProblemKind::State, message).hinting(format!(
                    "restore the file; or go on in whatever file is there with `gti state reset {argument} --file`; or begin anew under another name"
                ))
            }
            OutputError::NotEmpty { .. } => Self::new(ProblemKind::State, message)
                .hinting("write to another file, or go on behind what is there with --append"),
            OutputError::InUse { .. } => Self::new(ProblemKind::State, message)
                .hinting("a file has one writer at a time: wait for that run to end, or write to another file"),
            _ => Self::usage(
                message,
                "`gti help formats` describes formats, --jq and --fields",
            ),
        }
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        let kind = match error {
            SettingsError::MissingKey | SettingsError::KeyMalformed { .. } => ProblemKind::Auth,
            SettingsError::NoDirectory { .. } | SettingsError::Unwritable { .. } => {
                ProblemKind::State
            }
            _ => ProblemKind::Usage,
        };
        let failure = Self::new(kind, error.to_string());
        match error.hint() {
            Some(hint) => failure.hinting(hint),
            None => failure,
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        ClientError::from(problem).into()
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        let failure = Self::new(ProblemKind::State, error.to_string());
        match error {
            StateError::Damaged { .. } => failure.hinting(
                "nothing was changed: restore the file from a copy, or move its directory away and begin anew with --since",
            ),
            StateError::Newer { .. } => {
                failure.hinting("nothing was changed; use the newer gti, or another GTI_STATE_DIR")
            }
            _ => failure,
        }
    }
}
