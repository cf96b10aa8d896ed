//! What ends a run.

use crate::client::ClientError;
use crate::output::OutputError;
use crate::state::StateError;

/// Why a run stopped before its end. What was committed until then holds.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The service, or the way to it.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A status could not be sent back. The records that it belongs to are
    /// written and not committed, so only a new run can do both anew.
    #[error("a status could not be sent back: {0}")]
    Escalation(ClientError),
    /// Where records go.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// Where progress is kept.
    #[error(transparent)]
    State(#[from] StateError),
}

impl IngestError {
    /// Whether another poll may well succeed, so that a run that follows goes on.
    pub fn passes(&self) -> bool {
        use crate::model::problem::ProblemKind::{Network, RateLimit, Server, Timeout};
        match self {
            Self::Client(error) => {
                matches!(error.kind, Network | RateLimit | Server | Timeout)
            }
            Self::Escalation(_) | Self::Output(_) | Self::State(_) => false,
        }
    }
}
