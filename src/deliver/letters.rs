//! The dead letters of a run: gathered with the page that they came on, durable
//! before it is committed.

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::delivery::Sender;
use super::key;
use super::record::{Step, Unprocessed};
use crate::model::json::one_line;
use crate::model::time::rfc3339;
use crate::state::StateError;
use crate::state::dead_letters::{Addressee, DeadLetter, DeadLetters, Unparsed};

/// What a dead letter says of where its record was to go.
#[derive(Debug, Clone, Default)]
pub(crate) struct Addressed {
    /// What its key follows from.
    pub scope: String,
    /// The webhook, if it is one.
    pub to: Option<Addressee>,
    /// How records make one body of a delivery.
    pub form: Option<&'static str>,
    /// The file or stream, if it is one.
    pub output: Option<String>,
}

/// Letters on their way to the disk.
pub(crate) struct Letters {
    kept: DeadLetters,
    checkpoint: Option<String>,
    clock: fn() -> Timestamp,
    pending: Vec<DeadLetter>,
    /// The bytes of what is pending.
    size: usize,
}

/// Letters of an unfinished page wait in memory until they come to this size.
const MOST_PENDING: usize = 8 * 1024 * 1024;

impl Letters {
    /// Letters of a run.
    pub(crate) fn new(kept: DeadLetters, sender: &Sender) -> Self {
        Self {
            kept,
            checkpoint: sender.checkpoint.as_ref().map(ToString::to_string),
            clock: sender.clock,
            pending: Vec::new(),
            size: 0,
        }
    }

    /// Whether a record that this step could not process becomes a letter. Without
    /// a checkpoint, one that could not be judged is kept, and goes its way.
    pub(crate) fn take(&self, step: Step) -> bool {
        self.checkpoint.is_some() || !matches!(step, Step::Where | Step::Rules)
    }

    /// Where they are kept, for people.
    pub(crate) fn place(&self) -> String {
        self.kept.path().display().to_string()
    }

    /// Adds a record that a step could not process, or bytes that are none.
    pub(crate) fn add(
        &mut self,
        why: &Unprocessed,
        item: &[u8],
        identity: Option<&str>,
        addressed: &Addressed,
    ) -> Result<(), StateError> {
        let json = simdutf8::basic::from_utf8(item).ok();
        let record = json
            .filter(|_| why.step != Step::Read)
            .and_then(|json| RawValue::from_string(one_line(json).into_owned()).ok());
        let scope = match addressed.to {
            Some(_) => addressed.scope.clone(),
            // The same record may be in a letter to a webhook, too.
            None => format!("{} output", addressed.scope),
        };
        let identity = key::identity(item, identity);
        let letter = DeadLetter {
            at: rfc3339((self.clock)()),
            key: key::key(&scope, [identity.as_str()]),
            checkpoint: self.checkpoint.clone(),
            step: Some(why.step.name().to_owned()),
            to: addressed.to.clone(),
            output: addressed.output.clone(),
            form: addressed.form.map(str::to_owned),
            status: None,
            error: why.reason.clone(),
            count: 1,
            bytes: record.is_none().then(|| Unparsed::new(item)),
            records: record.into_iter().collect(),
        };
        self.pending.push(letter);
        self.size += item.len();
        if self.size > MOST_PENDING {
            return self.settle();
        }
        Ok(())
    }

    /// Makes all of them durable.
    pub(crate) fn settle(&mut self) -> Result<(), StateError> {
        self.kept.append(&self.pending)?;
        self.take_back();
        Ok(())
    }

    /// Forgets what is not durable: its records come again.
    pub(crate) fn take_back(&mut self) {
        self.pending.clear();
        self.size = 0;
    }
}

/// What is said of a record that can't be processed.
pub(crate) fn told(why: &Unprocessed, letters: Option<&Letters>) -> String {
    let reason = &why.reason;
    match (letters.filter(|letters| letters.take(why.step)), why.step) {
        (Some(letters), _) => {
            format!(
                "{reason}; such records are kept as dead letters in {}",
                letters.place()
            )
        }
        (None, Step::Where | Step::Rules) => format!("{reason}; the record is kept"),
        (None, _) => format!("{reason}; without a checkpoint such records are only counted"),
    }
}
