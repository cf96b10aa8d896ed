//! A checkpoint that this run alone uses, wherever it is kept.

use std::collections::HashMap;

use super::commit::Commit;
use super::output_file::OutputFile;
use super::remembered::Remembered;
use super::row::Checkpoint;
use super::store::Checkpoints;
use crate::model::error::Error;
use crate::state::error::StateError;

/// Keeps the checkpoint of a run.
pub(crate) trait Kept: Send {
    /// The checkpoint as it was last committed.
    fn checkpoint(&self) -> &Checkpoint;

    /// Which of the identities were emitted or staged, one answer for each in the
    /// order given; what has no identity was not.
    ///
    /// # Errors
    /// [`KeptError`].
    fn have_seen(&mut self, identities: &[Option<&str>]) -> Result<Vec<bool>, KeptError>;

    /// All identities that were emitted.
    ///
    /// # Errors
    /// [`KeptError`].
    fn remembered(&mut self) -> Result<Remembered, KeptError>;

    /// Remembers identities of a part of a page: within this run, and for good with
    /// the next commit.
    ///
    /// # Errors
    /// [`KeptError`].
    fn stage(&mut self, seen: &HashMap<String, i64>) -> Result<(), KeptError>;

    /// Drops what was staged since the last commit.
    ///
    /// # Errors
    /// [`KeptError`].
    fn drop_staged(&mut self) -> Result<(), KeptError>;

    /// Commits, and makes it durable before it returns.
    ///
    /// # Errors
    /// [`KeptError`]; the checkpoint is then as it was.
    fn commit(&mut self, commit: &Commit<'_>) -> Result<(), KeptError>;

    /// Says that nobody uses it any more.
    ///
    /// # Errors
    /// [`KeptError`].
    fn dismiss(&mut self) -> Result<(), KeptError>;

    /// Writes down how much of files is committed, apart from the position.
    ///
    /// # Errors
    /// [`KeptError`].
    fn keep_files(&mut self, files: &[OutputFile]) -> Result<(), KeptError>;

    /// Says of files that no run has them open any more.
    ///
    /// # Errors
    /// [`KeptError`].
    fn close_files(&mut self, files: &[OutputFile]) -> Result<(), KeptError>;
}

/// Why a checkpoint was not read or moved.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeptError {
    /// The state of this machine.
    #[error(transparent)]
    State(#[from] StateError),
    /// A database that several hosts share.
    #[error(transparent)]
    Failed(Error),
    /// A row of the records that are committed with it is not taken.
    #[cfg(feature = "postgres")]
    #[error(transparent)]
    Refused(Error),
    /// The run was asked to end while it waited for one.
    #[error("the run was asked to end")]
    Halted,
}

/// A checkpoint of this machine.
pub(crate) struct Local {
    store: Checkpoints,
    checkpoint: Checkpoint,
}

impl Local {
    /// A checkpoint that this run has locked.
    pub(crate) fn new(store: Checkpoints, checkpoint: Checkpoint) -> Self {
        Self { store, checkpoint }
    }
}

impl Kept for Local {
    fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    fn have_seen(&mut self, identities: &[Option<&str>]) -> Result<Vec<bool>, KeptError> {
        let identities = identities.iter().copied();
        Ok(self.store.have_seen(&self.checkpoint, identities)?)
    }

    fn remembered(&mut self) -> Result<Remembered, KeptError> {
        let seen = self.store.seen(&self.checkpoint)?;
        Ok(Remembered::new(seen, str::to_owned))
    }

    fn stage(&mut self, seen: &HashMap<String, i64>) -> Result<(), KeptError> {
        Ok(self.store.stage(&self.checkpoint, seen)?)
    }

    fn drop_staged(&mut self) -> Result<(), KeptError> {
        Ok(self.store.drop_staged(&self.checkpoint)?)
    }

    fn commit(&mut self, commit: &Commit<'_>) -> Result<(), KeptError> {
        Ok(self.store.commit(&mut self.checkpoint, commit)?)
    }

    fn dismiss(&mut self) -> Result<(), KeptError> {
        Ok(self.store.dismiss(&self.checkpoint)?)
    }

    fn keep_files(&mut self, files: &[OutputFile]) -> Result<(), KeptError> {
        Ok(self.store.commit_files(files)?)
    }

    fn close_files(&mut self, files: &[OutputFile]) -> Result<(), KeptError> {
        Ok(self.store.close_files(files)?)
    }
}
