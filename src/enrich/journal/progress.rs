//! How far a run over many inputs has come, as its checkpoint keeps it.

use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::bulk::Tally;
use crate::model::error::Error;
use crate::state::StateError;
use crate::state::checkpoint::{Checkpoint, CheckpointName, own_checkpoint};

/// What stands in such a checkpoint in the place of a feed.
pub(crate) const JOB: &str = "enrich";

/// How far a run has come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Inputs whose records are durable, from the first on.
    pub done: u64,
    /// Whether these are all.
    pub complete: bool,
    /// The fingerprint of the input.
    input: String,
    /// How they fared.
    pub(super) tally: Tally,
}

impl Progress {
    /// Of a run that begins.
    pub(super) fn new(input: String) -> Self {
        Self {
            done: 0,
            complete: false,
            input,
            tally: Tally::default(),
        }
    }

    /// Reads it from a checkpoint; one that is not understood is damage.
    ///
    /// # Errors
    /// [`StateError::Damaged`].
    pub(crate) fn of(path: &Path, checkpoint: &Checkpoint) -> Result<Self, StateError> {
        serde_json::from_str(&checkpoint.position).map_err(|error| StateError::Damaged {
            path: path.to_owned(),
            reason: format!("the position of checkpoint `{}`: {error}", checkpoint.name),
        })
    }

    /// # Panics
    /// Never: numbers and texts always serialise.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("progress is JSON")
    }

    /// Refuses another input than the one that was begun.
    pub(super) fn check_input(&self, name: &CheckpointName, input: &str) -> Result<(), Error> {
        if self.input == input {
            return Ok(());
        }
        Err(Error::usage(format!(
            "checkpoint `{name}` belongs to another input: {} records of it are done, and it has changed since",
            self.done
        ))
        .hint(format!("restore the input as it was; or {}", own_checkpoint(name))))
    }
}

/// What tells an input from others: its arguments, and the bytes of its file.
///
/// # Errors
/// The file can't be read.
pub(crate) fn fingerprint(arguments: &[String], mut file: impl Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    for argument in arguments {
        hash.update(argument);
        hash.update([0]);
    }
    let mut piece = vec![0; 64 * 1024];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            length => hash.update(&piece[..length]),
        }
    }
    Ok(base16ct::lower::encode_string(&hash.finalize()))
}
