//! A file that is replaced as soon as its document is complete.

use std::path::Path;

use super::{Replacement, Sink, Successor};
use crate::output::error::OutputError;

/// New content for a file, which takes its place at the end of the output. Whoever reads
/// the file sees the old content or the new, and nothing in between.
pub(crate) struct Whole {
    replacement: Box<Replacement>,
    successor: Successor,
}

impl Whole {
    /// Prepares to replace the file.
    ///
    /// # Errors
    /// [`OutputError::Open`].
    pub(crate) fn open(path: &Path) -> Result<Self, OutputError> {
        let replacement = Box::new(Replacement::open(path)?);
        Ok(Self {
            successor: replacement.successor(),
            replacement,
        })
    }
}

impl Sink for Whole {
    fn write(&mut self, piece: &[u8]) -> Result<(), OutputError> {
        self.replacement.write(piece)
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        self.replacement.flush()
    }

    fn finish(self: Box<Self>) -> Result<(), OutputError> {
        let Self {
            replacement,
            successor,
        } = *self;
        replacement.finish()?;
        successor.put_in_place()
    }

    fn abandon(self: Box<Self>) -> Result<(), OutputError> {
        self.replacement.abandon()
    }
}
