//! Delivery by webhook: batches of records, each under a key of its own, posted
//! until they are taken or refused.

mod halt;
pub(super) mod key;
mod payload;
mod replay;

use std::num::NonZeroUsize;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::value::RawValue;
use tokio::runtime::Handle;

pub use halt::Halt;
pub use payload::{Form, Payload};
pub use replay::{Fate, Replayed, redeliver};

use super::error::IngestError;
use super::outlet::{Emitted, Failures, Outlet};
use super::unprocessed::NotTaken;
use crate::client::hook::{Hook, Undelivered};
use crate::model::json::one_line;
use crate::model::time::rfc3339;
use crate::state::dead_letters::{Addressee, DeadLetter, DeadLetters};

/// A webhook that records go to.
///
/// A batch is posted as soon as it is full, and the last one of a page before
/// the page is committed: no batch holds records of two pages.
pub struct Webhook {
    parts: WebhookParts,
    pending: Vec<Pending>,
}

/// All that a webhook is made from.
pub struct WebhookParts {
    /// Where it is.
    pub hook: Hook,
    /// What is sent of records.
    pub payload: Payload,
    /// The most records of one delivery.
    pub batch: NonZeroUsize,
    /// Whose records they are: `checkpoint:soc`, `feed:ioc-stream`. Keys follow
    /// from it.
    pub scope: String,
    /// The checkpoint of the run, if it has one.
    pub checkpoint: Option<String>,
    /// What a dead letter says of it.
    pub addressee: Addressee,
    /// Where refused deliveries are kept.
    pub dead_letters: DeadLetters,
    /// What a run that never ends waits before it tries a failed delivery again;
    /// a run that ends fails instead.
    pub persistence: Option<Duration>,
    /// Where the network is driven.
    pub runtime: Handle,
    /// The call to end.
    pub halt: Halt,
    /// What time it is.
    pub clock: fn() -> Timestamp,
}

/// A record that waits for its batch to be full.
struct Pending {
    json: String,
    identity: String,
    payload: String,
}

impl Webhook {
    /// Makes the outlet; nothing is sent yet.
    pub fn new(parts: WebhookParts) -> Self {
        Self {
            parts,
            pending: Vec::new(),
        }
    }

    /// Posts what waits, if anything does.
    fn post(&mut self, failures: &mut Failures) -> Result<(), IngestError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.pending);
        let identities = batch.iter().map(|record| record.identity.as_str());
        let key = key::key(&self.parts.scope, identities);
        let (records, payloads): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .map(|record| (record.json, record.payload))
            .unzip();
        let body = self.parts.payload.body(&payloads);
        loop {
            let WebhookParts {
                hook,
                runtime,
                halt,
                ..
            } = &self.parts;
            let delivery = halt.unless(hook.deliver(&key, body.clone()));
            match runtime.block_on(delivery) {
                None => return Err(IngestError::Halted),
                Some(Ok(())) => {
                    tracing::debug!(key, records = records.len(), "delivered");
                    return Ok(());
                }
                Some(Err(Undelivered::Refused(error))) => {
                    let status = error.status;
                    return self.bury(key, status, &error.to_string(), &records, failures);
                }
                Some(Err(Undelivered::Closed(cause))) => {
                    return Err(IngestError::Delivery {
                        to: hook.url().to_string(),
                        cause,
                    });
                }
                Some(Err(Undelivered::Failed(cause))) => self.hold_on(IngestError::Delivery {
                    to: hook.url().to_string(),
                    cause,
                })?,
            }
        }
    }

    /// Waits before a failed delivery is tried again, if there is any point.
    fn hold_on(&self, error: IngestError) -> Result<(), IngestError> {
        let Some(wait) = self.parts.persistence.filter(|_| error.passes()) else {
            return Err(error);
        };
        tracing::warn!("{error}; trying again in {} s", wait.as_secs());
        let goes_on = self.parts.runtime.block_on(self.parts.halt.pause(wait));
        if goes_on {
            Ok(())
        } else {
            Err(IngestError::Halted)
        }
    }

    /// Keeps a delivery that was refused, and counts its records as failed.
    fn bury(
        &mut self,
        key: String,
        status: Option<u16>,
        error: &str,
        records: &[String],
        failures: &mut Failures,
    ) -> Result<(), IngestError> {
        let raw = |json: &String| RawValue::from_string(one_line(json).into_owned());
        let count = records.len() as u64;
        let letter = DeadLetter {
            at: rfc3339((self.parts.clock)()),
            key,
            checkpoint: self.parts.checkpoint.clone(),
            step: None,
            to: Some(self.parts.addressee.clone()),
            output: None,
            form: Some(self.parts.payload.form().name().to_owned()),
            status,
            error: error.to_owned(),
            count,
            records: records.iter().filter_map(|json| raw(json).ok()).collect(),
            bytes: None,
        };
        self.parts.dead_letters.append(&[letter])?;
        failures.add(
            count,
            &format!(
                "{}: {error}; refused records are kept in {}",
                self.parts.hook.url(),
                self.parts.dead_letters.path().display()
            ),
        );
        Ok(())
    }
}

impl Outlet for Webhook {
    fn take(&mut self, record: Emitted<'_>, failures: &mut Failures) -> Result<(), NotTaken> {
        let payload = self.parts.payload.of(record.json);
        let Some(payload) = payload.map_err(NotTaken::Record)? else {
            return Ok(());
        };
        self.pending.push(Pending {
            json: record.json.to_owned(),
            payload: payload.into_owned(),
            identity: key::identity(record.json.as_bytes(), record.identity),
        });
        if self.pending.len() >= self.parts.batch.get() {
            self.post(failures)?;
        }
        Ok(())
    }

    fn flush(&mut self, failures: &mut Failures) -> Result<(), IngestError> {
        self.post(failures)
    }

    fn take_back(&mut self) -> Result<(), IngestError> {
        self.pending.clear();
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), IngestError> {
        Ok(())
    }

    fn abandon(self: Box<Self>) -> Result<(), IngestError> {
        Ok(())
    }
}
