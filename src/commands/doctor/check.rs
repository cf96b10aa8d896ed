//! One check and what it found.

use serde::Serialize;

use crate::model::error::{Error, ErrorKind};
use crate::output;

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Ok,
    Warn,
    Fail,
}

/// What a check found.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Finding {
    pub(super) check: &'static str,
    pub(super) status: Status,
    pub(super) detail: String,
    pub(super) hint: Option<String>,
    /// What a failure is a failure of.
    #[serde(skip)]
    pub(super) kind: Option<ErrorKind>,
}

impl Finding {
    pub(super) fn ok(check: &'static str, detail: impl Into<String>) -> Self {
        Self {
            check,
            status: Status::Ok,
            detail: detail.into(),
            hint: None,
            kind: None,
        }
    }

    pub(super) fn warn(
        check: &'static str,
        detail: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            status: Status::Warn,
            hint: Some(hint.into()),
            ..Self::ok(check, detail)
        }
    }

    /// A failure in the words that any command would have for it.
    pub(super) fn fail(check: &'static str, error: &Error) -> Self {
        Self {
            status: Status::Fail,
            hint: error.hint.as_deref().map(str::to_owned),
            kind: Some(error.kind),
            ..Self::ok(check, error.to_string())
        }
    }
}

impl output::Record for Finding {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts always serialise.
        serde_json::to_writer(out, self).expect("a check is JSON");
    }
}
