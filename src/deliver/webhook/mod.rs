//! Delivery by webhook: batches of records, each under a key of its own, posted
//! until they are taken or refused.

mod halt;
pub(super) mod key;
mod payload;
mod receipt;
mod replay;

use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::value::RawValue;
use tokio::runtime::Handle;

pub(crate) use halt::Halt;
pub(crate) use payload::{Form, Payload};
pub(crate) use receipt::Receipts;
pub(crate) use replay::{Fate, Replayed, redeliver};

use super::error::DeliverError;
use super::outlet::{Emitted, Failures, Outlet};
use super::unprocessed::NotTaken;
use crate::client::hook::{Hook, Undelivered};
use crate::model::error::{Error, ErrorKind};
use crate::model::json::one_line;
use crate::model::time::rfc3339;
use crate::state::dead_letters::{Addressee, DeadLetter, DeadLetters};

/// A webhook that records go to.
///
/// A batch is posted as soon as it is full, and the last one of a page before
/// the page is committed: no batch holds records of two pages.
pub(crate) struct Webhook {
    parts: WebhookParts,
    pending: Vec<Pending>,
    /// What was refused since the last flush.
    refused: Vec<Refusal>,
    /// Whether anything was taken since the last flush.
    taken: bool,
}

/// A delivery that was refused, and is not yet a dead letter.
struct Refusal {
    letter: DeadLetter,
    /// Whether it may be the receiver that refuses everybody, and not the records.
    at_the_door: bool,
}

/// All that a webhook is made from.
pub(crate) struct WebhookParts {
    /// Where it is.
    pub hook: Hook,
    /// What is sent of records.
    pub payload: Payload,
    /// How the answers are judged.
    pub receipts: Receipts,
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
    lines: Vec<String>,
}

impl Webhook {
    /// Makes the outlet; nothing is sent yet.
    pub(crate) fn new(parts: WebhookParts) -> Self {
        Self {
            parts,
            pending: Vec::new(),
            refused: Vec::new(),
            taken: false,
        }
    }

    /// Posts what waits, if anything does.
    fn post(&mut self) -> Result<(), DeliverError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.pending);
        let key = self.key(&batch);
        let lines = batch.iter().flat_map(|record| &record.lines);
        let body = self.parts.payload.body(lines);
        loop {
            let WebhookParts {
                hook,
                receipts,
                runtime,
                halt,
                ..
            } = &self.parts;
            let judge = |answer: &[u8]| receipts.judge(answer, batch.len());
            let delivery = halt.unless(hook.deliver(&key, body.clone(), judge));
            match runtime.block_on(delivery) {
                None => return Err(DeliverError::Halted),
                Some(Ok(refused)) => {
                    tracing::debug!(key, records = batch.len() - refused.len(), "delivered");
                    self.taken |= refused.len() < batch.len();
                    for (place, reason) in refused {
                        self.refuse(&batch[place..=place], None, reason);
                    }
                    return Ok(());
                }
                Some(Err(Undelivered::Refused(error))) => {
                    self.refuse(&batch, error.status, error.to_string());
                    return Ok(());
                }
                Some(Err(Undelivered::Closed(cause))) => {
                    return Err(DeliverError::failed(hook.url(), cause));
                }
                Some(Err(Undelivered::Failed(cause))) => {
                    self.hold_on(DeliverError::failed(hook.url(), cause))?;
                }
            }
        }
    }

    fn key(&self, batch: &[Pending]) -> String {
        let identities = batch.iter().map(|record| record.identity.as_str());
        key::key(&self.parts.scope, identities)
    }

    /// Waits before a failed delivery is tried again, if there is any point.
    fn hold_on(&self, error: DeliverError) -> Result<(), DeliverError> {
        let Some(wait) = self.parts.persistence.filter(|_| error.passes()) else {
            return Err(error);
        };
        tracing::warn!("{error}; trying again in {} s", wait.as_secs());
        let goes_on = self.parts.runtime.block_on(self.parts.halt.pause(wait));
        if goes_on {
            Ok(())
        } else {
            Err(DeliverError::Halted)
        }
    }

    /// Takes note of records that were refused.
    fn refuse(&mut self, batch: &[Pending], status: Option<u16>, error: String) {
        let raw =
            |record: &Pending| RawValue::from_string(one_line(&record.json).into_owned()).ok();
        let letter = DeadLetter {
            at: rfc3339((self.parts.clock)()),
            key: self.key(batch),
            checkpoint: self.parts.checkpoint.clone(),
            step: None,
            to: Some(self.parts.addressee.clone()),
            output: None,
            form: Some(self.parts.payload.form().name().to_owned()),
            status,
            error,
            count: batch.len() as u64,
            records: batch.iter().filter_map(raw).collect(),
            bytes: None,
        };
        self.refused.push(Refusal {
            letter,
            at_the_door: matches!(status, None | Some(403)),
        });
    }

    /// Keeps what was refused of a page as dead letters, and counts its records as
    /// failed. Where everything was refused at the door, it is not the records that
    /// are wrong: the run ends, and nothing is given up.
    fn bury(&mut self, failures: &mut Failures) -> Result<(), DeliverError> {
        let taken = std::mem::take(&mut self.taken);
        let refused = std::mem::take(&mut self.refused);
        let Some(first) = refused.first() else {
            return Ok(());
        };
        let error = first.letter.error.clone();
        if !taken && refused.iter().all(|refusal| refusal.at_the_door) {
            let mut cause = Error::new(ErrorKind::Network, error);
            cause.status = first.letter.status;
            return Err(DeliverError::failed(self.parts.hook.url(), cause));
        }
        let letters: Vec<DeadLetter> = refused.into_iter().map(|refusal| refusal.letter).collect();
        self.parts.dead_letters.append(&letters)?;
        failures.add(
            letters.iter().map(|letter| letter.count).sum(),
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
    fn take(&mut self, record: Emitted<'_>, _: &mut Failures) -> Result<(), NotTaken> {
        let lines = self.parts.payload.of(record.json);
        let lines = lines.map_err(NotTaken::Record)?;
        if lines.is_empty() {
            return Ok(());
        }
        self.pending.push(Pending {
            json: record.json.to_owned(),
            lines: lines.into_iter().map(Cow::into_owned).collect(),
            identity: key::identity(record.json.as_bytes(), record.identity),
        });
        if self.pending.len() >= self.parts.batch.get() {
            self.post()?;
        }
        Ok(())
    }

    fn flush(&mut self, failures: &mut Failures) -> Result<(), DeliverError> {
        self.post()?;
        self.bury(failures)
    }

    fn take_back(&mut self) -> Result<(), DeliverError> {
        self.pending.clear();
        self.refused.clear();
        self.taken = false;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), DeliverError> {
        Ok(())
    }

    fn abandon(self: Box<Self>) -> Result<(), DeliverError> {
        Ok(())
    }
}
