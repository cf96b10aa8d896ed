//! A file that belongs to a checkpoint or to a sink: whatever ends a run, its records
//! are in it once.
//!
//! A state remembers which file it is, how much of it is committed and how that ends.
//! Before every cut and every commit the file is compared with what is remembered;
//! what is cut off is known to be ours, and goes to a side file.

mod journal;
mod open;
mod tail;

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

pub(crate) use self::open::{Opening, holds_committed, release, uncommitted};

use self::journal::{Journal, Origin};
use self::tail::Tail;
use super::Sink;
use crate::model::file_mark::{FileIdentity, FileMark};
use crate::output::error::OutputError;

/// Large writes: a bulk run is bound by the disk, not by system calls.
const BUFFER: usize = 256 * 1024;
/// So long a program that rotates files may take between renaming one and creating
/// the next of its name.
const GRACE: Duration = Duration::from_millis(100);
const PAUSE: Duration = Duration::from_millis(10);

/// A file whose committed length somebody keeps.
#[derive(Debug)]
pub(crate) struct CommittedFile {
    file: File,
    about: About,
    journal: Journal,
    /// What is not written yet.
    buffer: Vec<u8>,
    /// Bytes in the file, uncommitted ones included.
    length: u64,
    /// How they end.
    tail: Tail,
    committed: FileMark,
    flushed: Flushed,
}

/// What is told of a file.
#[derive(Debug, Clone)]
struct About {
    path: PathBuf,
    /// The path as typed.
    target: String,
    /// Whom it belongs to, for messages.
    owner: String,
    /// The same as it is written on a command line.
    argument: String,
}

/// How much of a file was flushed, for whoever commits it.
#[derive(Debug, Clone)]
pub(crate) struct Flushed(Arc<Mutex<FileMark>>);

impl Flushed {
    /// The mark to commit.
    pub(crate) fn mark(&self) -> FileMark {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, mark: FileMark) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}

impl CommittedFile {
    /// A handle to what was flushed.
    pub(crate) fn flushed(&self) -> Flushed {
        self.flushed.clone()
    }

    /// Writes out what is in memory, if the file is still as we left it.
    fn spill(&mut self) -> Result<(), OutputError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        self.compare()?;
        let journaled = self
            .journal
            .append(&self.about.path, &self.committed, &self.buffer);
        journaled.map_err(|cause| self.about.no_side_file(cause))?;
        let written = self.file.write_all(&self.buffer);
        written.map_err(|cause| OutputError::write(&self.about.target, cause))?;
        self.length += self.buffer.len() as u64;
        self.tail.push(&self.buffer);
        self.buffer.clear();
        Ok(())
    }

    /// Refuses a file that somebody else has written to, cut, replaced or deleted.
    fn compare(&self) -> Result<(), OutputError> {
        let found = self.metadata()?;
        if is_deleted(&found) {
            return Err(self.about.unlike("it was deleted while it was written"));
        }
        if found.len() < self.length {
            return Err(self.about.unlike(&format!(
                "it was cut from {} to {} bytes while it was written",
                self.length,
                found.len()
            )));
        }
        if found.len() > self.length {
            return Err(self.about.unlike(&format!(
                "another program wrote {} bytes to it",
                found.len() - self.length
            )));
        }
        let tail = Tail::read(&self.file, self.length).map_err(|cause| self.about.unread(cause))?;
        if tail != self.tail {
            return Err(self
                .about
                .unlike("another program changed what was written"));
        }
        Ok(())
    }

    /// Whether the file has another name now, and its own is free or another's: it was
    /// rotated.
    fn is_renamed(&self) -> Result<bool, OutputError> {
        let own = FileIdentity::of(&self.metadata()?);
        match fs::metadata(&self.about.path) {
            Ok(found) => Ok(!own.may_be(FileIdentity::of(&found))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(self.about.unread(error)),
        }
    }

    /// Goes on in the file that has the name now.
    fn turn_over(&mut self) -> Result<(), OutputError> {
        let before = self.metadata()?;
        let mut waited = Duration::ZERO;
        while !self.about.path.exists() && waited < GRACE {
            thread::sleep(PAUSE);
            waited += PAUSE;
        }
        let file = self.about.next(&before)?;
        let found = file.metadata().map_err(|cause| self.about.unread(cause))?;
        tracing::info!(
            "`{}` was rotated; the records go on in the new file",
            self.about.target
        );
        self.file = file;
        self.length = 0;
        self.tail = Tail::default();
        self.commit_to(self.tail.mark(FileIdentity::of(&found), 0));
        Ok(())
    }

    fn commit_to(&mut self, mark: FileMark) {
        self.committed = mark;
        self.flushed.set(mark);
    }

    fn metadata(&self) -> Result<fs::Metadata, OutputError> {
        self.file
            .metadata()
            .map_err(|cause| self.about.unread(cause))
    }
}

impl Sink for CommittedFile {
    fn write(&mut self, piece: &[u8]) -> Result<(), OutputError> {
        self.buffer.extend_from_slice(piece);
        if self.buffer.len() < BUFFER {
            return Ok(());
        }
        self.spill()
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        self.spill()?;
        if self.length > self.committed.length {
            let synced = self.file.sync_data();
            synced.map_err(|cause| OutputError::write(&self.about.target, cause))?;
        }
        self.compare()?;
        self.flushed
            .set(self.tail.mark(self.committed.identity, self.length));
        Ok(())
    }

    fn committed(&mut self) -> Result<bool, OutputError> {
        self.committed = self.flushed.mark();
        if !self.buffer.is_empty() || self.length > self.committed.length {
            return Ok(false);
        }
        self.compare()?;
        let renamed = self.is_renamed()?;
        if renamed {
            self.turn_over()?;
        }
        Ok(renamed)
    }

    fn take_back(&mut self) -> Result<(), OutputError> {
        self.buffer.clear();
        let found = self.metadata()?;
        if is_deleted(&found) || found.len() == self.committed.length {
            self.length = self.committed.length;
        } else {
            self.about
                .cut(&self.file, &self.committed, &mut self.journal, None)?;
        }
        self.length = self.committed.length;
        self.tail =
            Tail::read(&self.file, self.length).map_err(|cause| self.about.unread(cause))?;
        self.flushed.set(self.committed);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), OutputError> {
        self.flush()
    }

    fn abandon(mut self: Box<Self>) -> Result<(), OutputError> {
        self.take_back()
    }
}

impl About {
    /// Cuts off what follows the committed bytes, if it is known to be ours. `crash` is
    /// when the machine started anew after a run had the file open: what is older than
    /// that is what a power cut has left of the run.
    fn cut(
        &self,
        file: &File,
        mark: &FileMark,
        journal: &mut Journal,
        crash: Option<SystemTime>,
    ) -> Result<(), OutputError> {
        let unread = |cause| self.unread(cause);
        let found = file.metadata().map_err(unread)?;
        let length = found.len();
        self.verify(file, mark, length)?;
        if length == mark.length {
            return Ok(());
        }
        let more = length - mark.length;
        let ours = self.may_cut(file, &found, mark, journal, crash)?;
        let kept = if ours {
            journal.keep()
        } else {
            journal.keep_tail(&self.path, file, mark.length)
        };
        let place = kept.map_err(|cause| self.no_side_file(cause))?;
        let told = format!(
            "`{}`: {more} bytes that were not committed are cut off and kept in `{}`",
            self.target,
            place.display()
        );
        if ours {
            tracing::info!("{told}");
        } else {
            tracing::warn!("{told}");
        }
        let cut = file.set_len(mark.length).and_then(|()| file.sync_data());
        cut.map_err(|cause| OutputError::write(&self.target, cause))?;
        journal.forget().map_err(|cause| self.no_side_file(cause))
    }

    /// Refuses to cut off what others have written. Whether every byte is known to be
    /// ours; else only nobody else can have written it.
    fn may_cut(
        &self,
        file: &File,
        found: &fs::Metadata,
        mark: &FileMark,
        journal: &Journal,
        crash: Option<SystemTime>,
    ) -> Result<bool, OutputError> {
        let origin = journal.origin(file, mark, found.len());
        if origin.map_err(|cause| self.unread(cause))? == Origin::Ours {
            return Ok(true);
        }
        let older = |crash| found.modified().is_ok_and(|modified| modified < crash);
        if mark.tail.is_none() || crash.is_some_and(older) {
            return Ok(false);
        }
        Err(self.unlike(&format!(
            "{} bytes follow the {} committed ones, and gti did not write them",
            found.len() - mark.length,
            mark.length
        )))
    }

    /// Refuses a file whose committed bytes are not there any more.
    fn verify(&self, file: &File, mark: &FileMark, length: u64) -> Result<(), OutputError> {
        if length < mark.length {
            return Err(self.unlike(&format!(
                "it has {length} bytes, {} were committed",
                mark.length
            )));
        }
        if !tail::holds(file, mark).map_err(|cause| self.unread(cause))? {
            return Err(self.unlike("its last committed bytes are not those that were written"));
        }
        Ok(())
    }

    fn unlike(&self, reason: &str) -> OutputError {
        OutputError::NotAsCommitted {
            target: self.target.clone(),
            owner: self.owner.clone(),
            argument: self.argument.clone(),
            reason: reason.to_owned(),
        }
    }

    fn unread(&self, cause: io::Error) -> OutputError {
        OutputError::open(&self.target, cause)
    }

    fn no_side_file(&self, cause: io::Error) -> OutputError {
        OutputError::NoSideFile {
            target: self.target.clone(),
            cause,
        }
    }
}

/// Whether the open file has no name any more.
#[cfg(unix)]
fn is_deleted(found: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(found) == 0
}

/// Whether the open file has no name any more: an open file can't be deleted here.
#[cfg(not(unix))]
fn is_deleted(_found: &fs::Metadata) -> bool {
    false
}
