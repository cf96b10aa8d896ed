//! What keeps records from where they are to go.

use crate::model::error::Error;
use crate::output::OutputError;
use crate::state::StateError;

/// Why a delivery ends the run. What was committed until then holds.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeliverError {
    /// A file, a stream, or where dead letters are kept.
    #[error(transparent)]
    Local(Error),
    /// A delivery that was neither taken nor refused, after the retries.
    #[error(transparent)]
    Failed(Error),
    /// The run was asked to end while something was still on its way out.
    #[error("the run was asked to end")]
    Halted,
}

impl DeliverError {
    /// A delivery to this receiver that came to nothing.
    pub(super) fn failed(to: impl std::fmt::Display, cause: Error) -> Self {
        Self::Failed(cause.context(to).hint(
            "nothing of that page is committed: run again once the webhook answers; -v shows each try",
        ))
    }

    /// Whether another try may well succeed.
    pub(crate) fn passes(&self) -> bool {
        matches!(self, Self::Failed(error) if error.kind.passes())
    }
}

impl From<OutputError> for DeliverError {
    fn from(error: OutputError) -> Self {
        Self::Local(error.into())
    }
}

impl From<StateError> for DeliverError {
    fn from(error: StateError) -> Self {
        Self::Local(error.into())
    }
}

impl From<DeliverError> for Error {
    fn from(error: DeliverError) -> Self {
        match error {
            DeliverError::Local(error) | DeliverError::Failed(error) => error,
            DeliverError::Halted => Self::state(error.to_string()),
        }
    }
}
