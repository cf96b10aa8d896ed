//! What keeps records from where they are to go.

use crate::client::ClientError;
use crate::output::OutputError;
use crate::state::StateError;

/// Why a delivery ends the run. What was committed until then holds.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeliverError {
    /// A file or a stream.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// Where dead letters are kept.
    #[error(transparent)]
    State(#[from] StateError),
    /// A delivery that was neither taken nor refused, after the retries.
    #[error("{to}: {cause}")]
    Failed {
        /// The receiver, as it may be shown.
        to: String,
        /// What the delivery came to.
        cause: ClientError,
    },
    /// The run was asked to end while something was still on its way out.
    #[error("the run was asked to end")]
    Halted,
}

impl DeliverError {
    /// Whether another try may well succeed.
    pub(crate) fn passes(&self) -> bool {
        matches!(self, Self::Failed { cause, .. } if cause.kind.passes())
    }
}
