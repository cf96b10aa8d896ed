//! The mirror as a destination: what a feed tells of indicators is kept in it, and its
//! position moves with them.

use std::sync::{Arc, Mutex};

use super::error::DeliverError;
use super::record::{Emitted, Step, Unprocessed};
use crate::state::checkpoint::DestinationId;
use crate::state::mirror::{Change, Writer};

/// The mirror that records go to.
#[derive(Clone)]
pub(crate) struct Mirror {
    writer: Arc<Mutex<Writer>>,
}

impl Mirror {
    /// The mirror that this writer changes.
    pub(crate) fn new(writer: Arc<Mutex<Writer>>) -> Self {
        Self { writer }
    }

    /// The one who changes it.
    pub(crate) fn writer(&self) -> Arc<Mutex<Writer>> {
        Arc::clone(&self.writer)
    }

    /// What a checkpoint knows it by.
    pub(super) fn id() -> DestinationId {
        DestinationId::Sink {
            name: "mirror".to_owned(),
        }
    }

    /// Takes a record, which waits for the commit of its feed.
    pub(super) fn take(
        &mut self,
        record: Emitted<'_>,
    ) -> Result<Result<(), Unprocessed>, DeliverError> {
        let change = match Change::read(record.json) {
            Ok(change) => change,
            Err(reason) => return Ok(Err(Unprocessed::new(Step::Read, reason))),
        };
        let mut writer = self.writer.lock().expect("nobody panics with it");
        writer.stage(&change)?;
        Ok(Ok(()))
    }
}
