//! Opening a file that a state may know: finding it, locking it, comparing it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use super::journal::{Journal, Origin};
use super::tail::{self, Tail};
use super::{About, CommittedFile, Flushed, PAUSE};
use crate::model::file_mark::{FileIdentity, FileMark};
use crate::output::error::OutputError;
use crate::output::sink::path::{followed, parent, sync_directory};

/// What is to be opened, and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    /// The file, as typed.
    pub path: PathBuf,
    /// Whom it belongs to, for messages.
    pub owner: String,
    /// The same as it is written on a command line.
    pub argument: String,
    /// What was committed; none if it is not known yet.
    pub mark: Option<FileMark>,
    /// Whether a file that is not known yet may hold something already.
    pub appends: bool,
    /// The directory for what was not committed.
    pub side_directory: PathBuf,
    /// The beginning of names there.
    pub side_name: String,
    /// When the machine started anew, if it did so while a run had the file open.
    pub crash: Option<SystemTime>,
    /// How long to wait for a run that has the file open.
    pub patience: Duration,
}

impl Opening {
    /// Opens the file and locks it. What a run wrote that did not get to commit it is
    /// cut off. A file that was renamed is left to those who renamed it, and another
    /// one is begun.
    ///
    /// # Errors
    /// [`OutputError`]; the file is then as it was.
    pub(crate) fn open(self) -> Result<CommittedFile, OutputError> {
        let about = self.about();
        let mut journal = Journal::new(&self.side_directory, &self.side_name);
        let Some(mark) = self.mark else {
            let file = about.lock(about.create()?, self.patience)?;
            return self.adopt(file, about, journal);
        };
        match about.locate(&mark)? {
            Located::InPlace => {
                let file = about.lock(about.existing(&about.path)?, self.patience)?;
                about.cut(&file, &mark, &mut journal, self.crash)?;
                CommittedFile::of(file, about, journal)
            }
            Located::Renamed(to) => {
                let before = about.lock(about.existing(&to)?, self.patience)?;
                about.cut(&before, &mark, &mut journal, self.crash)?;
                let found = before.metadata().map_err(|cause| about.unread(cause))?;
                let file = about.next(&found)?;
                tracing::info!(
                    "`{}` was rotated to `{}`; the records go on in the new file",
                    about.target,
                    to.display()
                );
                CommittedFile::of(file, about, journal)
            }
            Located::Nowhere => {
                about.nothing_lost(&mark)?;
                let file = about.lock(about.create()?, self.patience)?;
                CommittedFile::of(file, about, journal)
            }
        }
    }

    /// Takes over a file that no state knows.
    fn adopt(
        self,
        file: File,
        about: About,
        journal: Journal,
    ) -> Result<CommittedFile, OutputError> {
        let bytes = file.metadata().map_err(|cause| about.unread(cause))?.len();
        if bytes > 0 && !self.appends {
            return Err(OutputError::NotEmpty {
                target: about.target,
                owner: about.owner,
                bytes,
            });
        }
        let mut adopted = CommittedFile::of(file, about, journal)?;
        if adopted.tail.is_torn() {
            // The first record is to be a line of its own.
            adopted.buffer.push(b'\n');
        }
        Ok(adopted)
    }

    fn about(&self) -> About {
        About {
            path: self.path.clone(),
            target: self.path.display().to_string(),
            owner: self.owner.clone(),
            argument: self.argument.clone(),
        }
    }
}

/// Lets go of a file that a state forgets: what is in it and was not committed comes
/// again elsewhere, so it goes from here. What others wrote stays.
///
/// # Errors
/// [`OutputError`]: a run has the file open, or it is not as it was committed.
pub(crate) fn release(opening: &Opening) -> Result<(), OutputError> {
    let Some(mark) = opening.mark else {
        return Ok(());
    };
    let about = opening.about();
    let mut journal = Journal::new(&opening.side_directory, &opening.side_name);
    let path = match about.locate(&mark)? {
        Located::InPlace => about.path.clone(),
        Located::Renamed(to) => to,
        Located::Nowhere => return Err(about.missing()),
    };
    let file = about.lock(about.existing(&path)?, opening.patience)?;
    let length = file.metadata().map_err(|cause| about.unread(cause))?.len();
    about.verify(&file, &mark, length)?;
    let origin = journal.origin(&file, &mark, length);
    if let Origin::Others(ours @ 1..) = origin.map_err(|cause| about.unread(cause))? {
        let kept = journal.keep_tail(&about.path, &file, mark.length);
        kept.map_err(|cause| about.no_side_file(cause))?;
        let removed = remove(&path, mark.length, ours, length);
        return removed.map_err(|cause| OutputError::write(&about.target, cause));
    }
    about.cut(&file, &mark, &mut journal, opening.crash)
}

/// How many bytes follow the committed ones of a file, all of them ours: the next run
/// cuts them off.
///
/// # Errors
/// [`OutputError`]: it is not as it was committed.
pub(crate) fn uncommitted(opening: &Opening) -> Result<u64, OutputError> {
    let Some(mark) = opening.mark else {
        return Ok(0);
    };
    let about = opening.about();
    let path = match about.locate(&mark)? {
        Located::InPlace => about.path.clone(),
        Located::Renamed(to) => to,
        Located::Nowhere => return about.nothing_lost(&mark).map(|()| 0),
    };
    let unread = |cause| about.unread(cause);
    let file = File::open(path).map_err(unread)?;
    let found = file.metadata().map_err(unread)?;
    about.verify(&file, &mark, found.len())?;
    if found.len() == mark.length {
        return Ok(0);
    }
    let journal = Journal::new(&opening.side_directory, &opening.side_name);
    about.may_cut(&file, &found, &mark, &journal, opening.crash)?;
    Ok(found.len() - mark.length)
}

/// Removes so many bytes from the middle of a file.
fn remove(path: &Path, from: u64, bytes: u64, length: u64) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom, Write};

    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut piece = vec![0; 64 * 1024];
    let (mut read, mut written) = (from + bytes, from);
    while read < length {
        let size = usize::try_from(length - read).map_or(piece.len(), |rest| rest.min(piece.len()));
        file.seek(SeekFrom::Start(read))?;
        file.read_exact(&mut piece[..size])?;
        file.seek(SeekFrom::Start(written))?;
        file.write_all(&piece[..size])?;
        read += size as u64;
        written += size as u64;
    }
    file.set_len(written)?;
    file.sync_data()
}

/// Whether a path leads to the file that a mark is of, with the committed bytes in it.
pub(crate) fn holds_committed(path: &Path, mark: &FileMark) -> bool {
    let holds = || -> io::Result<bool> {
        let found = fs::metadata(path)?;
        Ok(is_of(&found, mark)
            && found.len() >= mark.length
            && tail::holds(&File::open(path)?, mark)?)
    };
    holds().unwrap_or(false)
}

/// Where a file is that was committed.
enum Located {
    InPlace,
    Renamed(PathBuf),
    Nowhere,
}

impl About {
    fn locate(&self, mark: &FileMark) -> Result<Located, OutputError> {
        match fs::metadata(&self.path) {
            Ok(found) if is_of(&found, mark) => return Ok(Located::InPlace),
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(self.unread(error));
            }
            _ => {}
        }
        if mark.identity.inode.is_none() {
            return Ok(Located::Nowhere);
        }
        let target = followed(&self.path);
        let siblings = fs::read_dir(parent(&target)).map_err(|cause| self.unread(cause))?;
        let renamed = siblings
            .filter_map(Result::ok)
            .find(|entry| entry.metadata().is_ok_and(|found| is_of(&found, mark)));
        Ok(renamed.map_or(Located::Nowhere, |entry| Located::Renamed(entry.path())))
    }

    /// Refuses to begin another file where committed bytes are missing, or where the
    /// new file is not new.
    fn nothing_lost(&self, mark: &FileMark) -> Result<(), OutputError> {
        match fs::metadata(&self.path) {
            Ok(found) if mark.length > 0 || found.len() > 0 => {
                Err(self.unlike("it is not the file that was written"))
            }
            Err(_) if mark.length > 0 => {
                Err(self.unlike(&format!("it is gone, with {} committed bytes", mark.length)))
            }
            _ => Ok(()),
        }
    }

    fn missing(&self) -> OutputError {
        self.unlike("the file that was written is not there")
    }

    fn existing(&self, path: &Path) -> Result<File, OutputError> {
        let opened = OpenOptions::new().read(true).append(true).open(path);
        opened.map_err(|cause| self.unread(cause))
    }

    fn create(&self) -> Result<File, OutputError> {
        let is_new = !self.path.exists();
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&self.path)
            .map_err(|cause| self.unread(cause))?;
        if is_new {
            sync_directory(&self.path);
        }
        Ok(file)
    }

    /// The file that follows one that was rotated: empty, and as open to others.
    pub(super) fn next(&self, before: &fs::Metadata) -> Result<File, OutputError> {
        let is_new = !self.path.exists();
        let file = self.lock(self.create()?, Duration::ZERO)?;
        let unread = |cause| self.unread(cause);
        if file.metadata().map_err(unread)?.len() > 0 {
            return Err(self.unlike("it is not the file that was written"));
        }
        if is_new {
            // A mode that can't be given is no reason to stop.
            let _ = file.set_permissions(before.permissions());
        }
        Ok(file)
    }

    /// Locks the file for this run; the system lets go of it when the process ends.
    fn lock(&self, file: File, patience: Duration) -> Result<File, OutputError> {
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if waited < patience => {
                    thread::sleep(PAUSE);
                    waited += PAUSE;
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(OutputError::InUse {
                        target: self.target.clone(),
                    });
                }
                // Some file systems have no locks; the comparisons remain.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    return Ok(file);
                }
                Err(TryLockError::Error(error)) => return Err(self.unread(error)),
            }
        }
    }
}

impl CommittedFile {
    /// A file all of whose bytes count as committed.
    fn of(file: File, about: About, journal: Journal) -> Result<Self, OutputError> {
        let unread = |cause| about.unread(cause);
        let found = file.metadata().map_err(unread)?;
        let length = found.len();
        let tail = Tail::read(&file, length).map_err(unread)?;
        let mark = tail.mark(FileIdentity::of(&found), length);
        Ok(Self {
            file,
            about,
            journal,
            buffer: Vec::new(),
            length,
            tail,
            committed: mark,
            flushed: Flushed(Arc::new(Mutex::new(mark))),
        })
    }
}

/// Whether a file may be the one that a mark is of. The number of a device may be
/// another one after the machine has started anew; the committed bytes then tell.
fn is_of(found: &fs::Metadata, mark: &FileMark) -> bool {
    let identity = FileIdentity::of(found);
    let on_any_device = FileIdentity {
        device: None,
        ..mark.identity
    };
    let proved = mark.length > 0 && mark.tail.is_some();
    found.is_file() && (identity.may_be(mark.identity) || proved && identity.may_be(on_any_device))
}
