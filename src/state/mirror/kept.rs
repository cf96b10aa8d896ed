//! The checkpoint of a feed that fills the mirror: it moves with the entries.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::writer::Writer;
use crate::state::checkpoint::{Checkpoint, Commit, Kept, KeptError, OutputFile, Remembered};

/// A checkpoint that the mirror keeps. It remembers no identities: an entry that comes
/// twice changes nothing.
pub(crate) struct Mirrored {
    writer: Arc<Mutex<Writer>>,
    checkpoint: Checkpoint,
}

impl Mirrored {
    /// The checkpoint of a feed, as it was last committed.
    pub(crate) fn new(writer: Arc<Mutex<Writer>>, checkpoint: Checkpoint) -> Self {
        Self { writer, checkpoint }
    }
}

impl Kept for Mirrored {
    fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    fn have_seen(&mut self, identities: &[Option<&str>]) -> Result<Vec<bool>, KeptError> {
        Ok(vec![false; identities.len()])
    }

    fn remembered(&mut self) -> Result<Remembered, KeptError> {
        Ok(Remembered::default())
    }

    fn stage(&mut self, _: &HashMap<String, i64>) -> Result<(), KeptError> {
        Ok(())
    }

    fn drop_staged(&mut self) -> Result<(), KeptError> {
        let mut writer = self.writer.lock().expect("nobody panics with it");
        Ok(writer.drop_staged()?)
    }

    fn commit(&mut self, commit: &Commit<'_>) -> Result<(), KeptError> {
        let mut writer = self.writer.lock().expect("nobody panics with it");
        writer.commit(&self.checkpoint, commit)?;
        self.checkpoint.advance(commit);
        Ok(())
    }

    fn dismiss(&mut self) -> Result<(), KeptError> {
        self.drop_staged()
    }

    fn keep_files(&mut self, _: &[OutputFile]) -> Result<(), KeptError> {
        Ok(())
    }

    fn close_files(&mut self, _: &[OutputFile]) -> Result<(), KeptError> {
        Ok(())
    }
}
