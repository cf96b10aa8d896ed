//! Records that a step of a run could not process.

use super::error::DeliverError;

/// A step that every record of a run passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is read as a JSON object.
    Read,
    /// The condition of `--where` is asked.
    Where,
    /// The rules are asked.
    Rules,
    /// It is shaped for the output: `--jq`, `--fields`, a row of CSV.
    Shape,
    /// The webhook's program makes a body of it.
    Body,
}

impl Step {
    /// Its name in a dead letter.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Where => "where",
            Self::Rules => "rules",
            Self::Shape => "shape",
            Self::Body => "webhook-body",
        }
    }
}

/// A record that a step could not process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unprocessed {
    /// The step.
    pub step: Step,
    /// Why, in words.
    pub reason: String,
    /// Whether a program was stopped, because it came to no end: it would come to
    /// none on the next record either.
    pub stopped: bool,
}

impl Unprocessed {
    /// A record that this step could not process.
    pub(crate) fn new(step: Step, reason: impl Into<String>) -> Self {
        Self {
            step,
            reason: reason.into(),
            stopped: false,
        }
    }

    /// The same, where the program may have been stopped.
    #[must_use]
    pub(crate) fn stopped(self, stopped: bool) -> Self {
        Self { stopped, ..self }
    }
}

/// Why an outlet did not take a record.
#[derive(Debug)]
pub(crate) enum NotTaken {
    /// It is about this record: the next one may follow.
    Record(Unprocessed),
    /// It ends the run.
    Run(Box<DeliverError>),
}

impl<E: Into<DeliverError>> From<E> for NotTaken {
    fn from(error: E) -> Self {
        Self::Run(Box::new(error.into()))
    }
}
