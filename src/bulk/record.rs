//! What all records of runs have in common: how their input fared.

use serde::ser::SerializeMap;

use crate::model::error::{Error, ErrorKind};
use crate::model::verdict::Judgement;

/// The answer to one input.
pub(crate) trait Answer {
    /// How the input fared, which decides how the run ends.
    fn fate(&self) -> Fate<'_>;

    /// What the service thinks of it, for `--fail-on`.
    fn judgement(&self) -> Option<&Judgement> {
        None
    }

    /// What it has submitted or changed at the service, in a line: it must be known,
    /// whatever becomes of the record.
    fn lasting(&self) -> Option<String> {
        None
    }

    /// What an error that is unconfirmed leaves in doubt, as a sentence names it.
    fn unconfirmed(&self) -> Option<String> {
        None
    }

    /// The object of the service in it, byte for byte, for `--raw`.
    fn object(&self) -> Option<&str> {
        None
    }
}

/// How an input fared, as far as it matters to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate<'a> {
    /// It was answered.
    Ok,
    /// The service does not know it: an answer too.
    NotFound,
    /// It was not worth asking about.
    Skipped,
    /// It was submitted, and not waited for to the end.
    TimedOut,
    /// It failed.
    Failed(&'a Error),
}

/// What came of an input.
#[derive(Debug, Clone)]
pub(crate) enum Outcome<T> {
    /// An answer.
    Done(T),
    /// Nothing, for it was not worth asking about, and why.
    Skipped(&'static str),
    /// Nothing, and why.
    Failed(Status, Error),
}

/// The word in records that tells how an input fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Looked up and found.
    Ok,
    /// The look-up failed.
    Error,
    /// Nothing was asked: the service had been away for too long, the budget was
    /// spent, …
    NotAttempted,
    /// The service does not know it.
    NotFound,
    /// Not what was expected of an input.
    Invalid,
    /// Not worth a look-up.
    Skipped,
}

impl Status {
    /// How a request that failed fared.
    pub(crate) fn of(error: &Error) -> Self {
        match error.kind {
            ErrorKind::NotFound => Self::NotFound,
            _ if error.tries == 0 && error.kind != ErrorKind::Invalid => Self::NotAttempted,
            _ => Self::Error,
        }
    }

    /// The word in records.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::NotAttempted => "not_attempted",
            Self::NotFound => "not_found",
            Self::Invalid => "invalid",
            Self::Skipped => "skipped",
        }
    }
}

impl<T> Outcome<T> {
    /// An input that nobody has to be asked about.
    pub(crate) fn invalid(reason: impl Into<String>) -> Self {
        let problem = Error::new(ErrorKind::Invalid, reason);
        Self::Failed(Status::Invalid, problem)
    }

    /// The answer, if there is one.
    pub(crate) fn done(&self) -> Option<&T> {
        match self {
            Self::Done(answer) => Some(answer),
            _ => None,
        }
    }

    /// The failure, if it is one.
    pub(crate) fn problem(&self) -> Option<&Error> {
        match self {
            Self::Failed(_, problem) => Some(problem),
            _ => None,
        }
    }

    /// The members of a record that say why there is no answer.
    pub(crate) fn why_not<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::Done(_) => Ok(()),
            Self::Skipped(reason) => map.serialize_entry("reason", reason),
            Self::Failed(_, problem) => map.serialize_entry("error", problem),
        }
    }

    /// The word in the record.
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Done(_) => Status::Ok,
            Self::Skipped(_) => Status::Skipped,
            Self::Failed(status, _) => *status,
        }
    }

    /// How the input fared.
    pub(crate) fn fate(&self) -> Fate<'_> {
        match self {
            Self::Done(_) => Fate::Ok,
            Self::Skipped(_) => Fate::Skipped,
            Self::Failed(Status::NotFound, _) => Fate::NotFound,
            Self::Failed(_, problem) => Fate::Failed(problem),
        }
    }
}

impl<T> From<Result<T, Error>> for Outcome<T> {
    fn from(result: Result<T, Error>) -> Self {
        match result {
            Ok(answer) => Self::Done(answer),
            Err(error) => Self::Failed(Status::of(&error), error),
        }
    }
}
