//! Records on their way to a destination that answers: in batches, each under a key
//! of its own, delivered until it is taken or refused.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::time::Duration;

use futures::StreamExt;
use futures::future::LocalBoxFuture;
use jiff::Timestamp;
use serde_json::value::RawValue;

use super::error::DeliverError;
use super::halt::Halt;
use super::key;
use super::record::{Emitted, Failures, Unprocessed};
use crate::client::hook::Undelivered;
use crate::model::error::{Error, ErrorKind};
use crate::model::json::one_line;
use crate::model::time::rfc3339;
use crate::state::checkpoint::CheckpointName;
use crate::state::dead_letters::{Addressee, DeadLetter, DeadLetters};

/// A destination that answers, ready to be sent to.
pub(crate) trait Receiver: Send {
    /// Its name in messages, without any secret.
    fn to(&self) -> String;

    /// How the records of a delivery make one body, by its name in dead letters.
    fn form(&self) -> &'static str;

    /// What is sent of a record, in one part or several; nothing if it is not
    /// wanted.
    ///
    /// # Errors
    /// Why nothing can be made of it.
    fn parts(&self, json: &str) -> Result<Vec<String>, Unprocessed>;

    /// Delivers records under a key, with all retries. Gives those that were refused,
    /// by their places, and why.
    fn deliver<'a>(&'a self, key: &'a str, records: &'a [Vec<String>]) -> Delivered<'a>;
}

/// What a delivery comes to: the records that were refused of one that was taken.
pub(crate) type Delivered<'a> = LocalBoxFuture<'a, Result<Vec<(usize, String)>, Undelivered>>;

/// Whose records they are, and what is done about those that are not taken.
#[derive(Clone)]
pub(crate) struct Sender {
    /// The feed.
    pub feed: &'static str,
    /// The checkpoint of the run, if it has one.
    pub checkpoint: Option<CheckpointName>,
    /// What a run that never ends waits before it tries a failed delivery again; a
    /// run that ends fails instead.
    pub persistence: Option<Duration>,
    /// The call to end.
    pub halt: Halt,
    /// What time it is.
    pub clock: fn() -> Timestamp,
}

impl Sender {
    /// What keys follow from: `checkpoint:soc`, `feed:ioc-stream`.
    pub(crate) fn scope(&self) -> String {
        match &self.checkpoint {
            Some(name) => format!("checkpoint:{name}"),
            None => format!("feed:{}", self.feed),
        }
    }
}

/// The records for one destination that answers.
///
/// They wait until their page is read, and are delivered before it is committed. No
/// batch holds records of two pages.
pub(crate) struct Delivery {
    receiver: Box<dyn Receiver>,
    /// The most records of one batch.
    most: NonZeroUsize,
    /// Batches at once.
    in_flight: NonZeroUsize,
    sender: Sender,
    addressee: Addressee,
    dead_letters: DeadLetters,
    waiting: VecDeque<Waiting>,
    /// What was refused since the last commit.
    refused: Vec<Refusal>,
    /// Whether anything was taken since the last commit.
    taken: bool,
}

/// What became of a batch: which of its records were refused, or that it was.
enum Posted {
    Taken(Vec<(usize, String)>),
    Refused(Error),
}

/// A record that waits for its batch.
struct Waiting {
    json: String,
    identity: String,
    parts: Vec<String>,
}

/// A batch that was refused, and is not yet a dead letter.
struct Refusal {
    letter: DeadLetter,
    /// Whether it may be the receiver that refuses everybody, and not the records.
    at_the_door: bool,
}

impl Delivery {
    /// Records for a receiver, of which nothing is sent yet. `addressee` is what dead
    /// letters say of it.
    pub(crate) fn new(
        receiver: Box<dyn Receiver>,
        most: NonZeroUsize,
        in_flight: NonZeroUsize,
        sender: Sender,
        addressee: Addressee,
        dead_letters: DeadLetters,
    ) -> Self {
        Self {
            receiver,
            most,
            in_flight,
            sender,
            addressee,
            dead_letters,
            waiting: VecDeque::new(),
            refused: Vec::new(),
            taken: false,
        }
    }

    /// Takes a record, which waits.
    pub(super) fn take(&mut self, record: Emitted<'_>) -> Result<(), Unprocessed> {
        let parts = self.receiver.parts(record.json)?;
        if !parts.is_empty() {
            self.waiting.push_back(Waiting {
                json: record.json.to_owned(),
                identity: key::identity(record.json.as_bytes(), record.identity),
                parts,
            });
        }
        Ok(())
    }

    /// Delivers full batches, and at the end of a page the rest as well: so many at
    /// once, and their outcomes in their order.
    pub(super) async fn deliver(&mut self, whole: bool) -> Result<(), DeliverError> {
        let most = self.most.get();
        let mut batches = Vec::new();
        while self.waiting.len() >= most || (whole && !self.waiting.is_empty()) {
            let count = most.min(self.waiting.len());
            batches.push(self.waiting.drain(..count).collect::<Vec<Waiting>>());
        }
        let posts = batches.into_iter().map(|batch| self.post(batch));
        let mut posts = futures::stream::iter(posts).buffered(self.in_flight.get());
        let mut outcomes = Vec::new();
        while let Some(outcome) = posts.next().await {
            outcomes.push(outcome?);
        }
        drop(posts);
        for (batch, outcome) in outcomes {
            self.note(&batch, outcome);
        }
        Ok(())
    }

    /// Delivers a batch until it is taken or refused.
    async fn post(&self, mut batch: Vec<Waiting>) -> Result<(Vec<Waiting>, Posted), DeliverError> {
        let key = self.key(&batch);
        let parts: Vec<Vec<String>> = batch
            .iter_mut()
            .map(|record| std::mem::take(&mut record.parts))
            .collect();
        loop {
            let delivery = self.receiver.deliver(&key, &parts);
            let Some(outcome) = self.sender.halt.unless(delivery).await else {
                return Err(DeliverError::Halted);
            };
            let failed = |cause| DeliverError::failed(self.receiver.to(), cause);
            match outcome {
                Ok(refused) => {
                    tracing::debug!(key, records = batch.len() - refused.len(), "delivered");
                    return Ok((batch, Posted::Taken(refused)));
                }
                Err(Undelivered::Refused(error)) => return Ok((batch, Posted::Refused(error))),
                Err(Undelivered::Closed(cause)) => return Err(failed(cause)),
                Err(Undelivered::Failed(cause)) => self.hold_on(failed(cause)).await?,
            }
        }
    }

    /// Takes note of what became of a batch.
    fn note(&mut self, batch: &[Waiting], posted: Posted) {
        match posted {
            Posted::Taken(refused) => {
                self.taken |= refused.len() < batch.len();
                for (place, reason) in refused {
                    self.refuse(&batch[place..=place], None, reason);
                }
            }
            Posted::Refused(error) => self.refuse(batch, error.status, error.to_string()),
        }
    }

    fn key(&self, batch: &[Waiting]) -> String {
        let identities = batch.iter().map(|record| record.identity.as_str());
        key::key(&self.sender.scope(), identities)
    }

    /// Waits before a failed delivery is tried again, if there is any point.
    async fn hold_on(&self, error: DeliverError) -> Result<(), DeliverError> {
        let Some(wait) = self.sender.persistence.filter(|_| error.passes()) else {
            return Err(error);
        };
        tracing::warn!("{error}; trying again in {} s", wait.as_secs());
        if self.sender.halt.pause(wait).await {
            Ok(())
        } else {
            Err(DeliverError::Halted)
        }
    }

    /// Takes note of records that were refused.
    fn refuse(&mut self, batch: &[Waiting], status: Option<u16>, error: String) {
        let raw =
            |record: &Waiting| RawValue::from_string(one_line(&record.json).into_owned()).ok();
        let letter = DeadLetter {
            at: rfc3339((self.sender.clock)()),
            key: self.key(batch),
            checkpoint: self.sender.checkpoint.as_ref().map(ToString::to_string),
            step: None,
            to: Some(self.addressee.clone()),
            output: None,
            form: Some(self.receiver.form().to_owned()),
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
    pub(super) fn settle(&mut self, failures: &mut Failures) -> Result<(), DeliverError> {
        let taken = std::mem::take(&mut self.taken);
        let refused = std::mem::take(&mut self.refused);
        let Some(first) = refused.first() else {
            return Ok(());
        };
        let error = first.letter.error.clone();
        if !taken && refused.iter().all(|refusal| refusal.at_the_door) {
            // The error says the status already.
            let cause = Error::new(ErrorKind::Network, error);
            return Err(DeliverError::failed(self.receiver.to(), cause));
        }
        let letters: Vec<DeadLetter> = refused.into_iter().map(|refusal| refusal.letter).collect();
        self.dead_letters.append(&letters)?;
        failures.add(
            letters.iter().map(|letter| letter.count).sum(),
            &format!(
                "{}: {error}; refused records are kept in {}",
                self.receiver.to(),
                self.dead_letters.path().display()
            ),
        );
        Ok(())
    }

    /// Forgets what was taken since the last commit: it comes again.
    pub(super) fn take_back(&mut self) {
        self.waiting.clear();
        self.refused.clear();
        self.taken = false;
    }
}
