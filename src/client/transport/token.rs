//! What a transport has to do beyond its own requests where they carry a token.

use super::{Bearer, Transport};
use crate::model::error::Error;

impl Transport {
    /// A transport whose requests carry a token.
    pub(in crate::client) fn with_bearer(self, bearer: Bearer) -> Self {
        Self {
            bearer: Some(Box::new(bearer)),
            ..self
        }
    }

    /// Why nothing is sent any more.
    pub(in crate::client) fn closed(&self) -> Option<Error> {
        let failure = || self.bearer.as_deref().and_then(Bearer::failure);
        self.gate.closed().or_else(failure)
    }

    /// Takes the next request as if there had been no outage.
    pub(in crate::client) fn reopen(&self) {
        self.gate.reopen();
        if let Some(bearer) = &self.bearer {
            bearer.reopen();
        }
    }

    /// From now on nothing is waited for.
    pub(in crate::client) fn hurry(&self) {
        self.gate.hurry();
        if let Some(bearer) = &self.bearer {
            bearer.hurry();
        }
    }
}
