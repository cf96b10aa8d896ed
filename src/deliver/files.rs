//! The files of a run whose committed length the state keeps.

use std::path::PathBuf;

use crate::output::sink::Flushed;
use crate::state::checkpoint::{FileOwner, OutputFile};

/// The files that a run appends to, each for its owner.
#[derive(Default)]
pub(crate) struct Files {
    owned: Vec<Owned>,
    /// The start of the machine, which stands in the state while a file is written.
    boot: Option<String>,
    /// Whether the state says that they are being written.
    is_said: bool,
}

/// A file that a run appends to.
struct Owned {
    owner: FileOwner,
    path: PathBuf,
    flushed: Flushed,
}

impl Files {
    /// None yet. `boot` is the start of the machine, where it is known.
    pub(crate) fn new(boot: Option<String>) -> Self {
        Self {
            owned: Vec::new(),
            boot,
            is_said: false,
        }
    }

    /// Adds the file of an owner, under its absolute path.
    pub(crate) fn add(&mut self, owner: FileOwner, path: PathBuf, flushed: Flushed) {
        self.owned.push(Owned {
            owner,
            path,
            flushed,
        });
    }

    /// What is flushed of each, as it is to be committed.
    pub(crate) fn flushed(&self) -> Vec<OutputFile> {
        let flushed = self.owned.iter().map(|file| OutputFile {
            owner: file.owner.clone(),
            path: file.path.clone(),
            mark: file.flushed.mark(),
            boot: self.boot.clone().filter(|_| self.is_said),
        });
        flushed.collect()
    }

    /// Says in the state that the files are being written, before the first record is:
    /// should the machine go down, the next run knows whose bytes there are.
    pub(crate) fn say<E>(
        &mut self,
        keep: impl FnOnce(&[OutputFile]) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.is_said || self.owned.is_empty() || self.boot.is_none() {
            return Ok(());
        }
        self.is_said = true;
        keep(&self.flushed())
    }

    /// Says that they are closed. It costs nothing but a needless caution if that is
    /// not to be had.
    pub(crate) fn close<E: std::fmt::Display>(
        &self,
        close: impl FnOnce(&[OutputFile]) -> Result<(), E>,
    ) {
        if self.is_said
            && let Err(error) = close(&self.flushed())
        {
            tracing::debug!("the files are not marked as closed: {error}");
        }
    }
}
