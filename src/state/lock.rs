//! A lock between processes that the system releases when its holder dies.

use std::fs::File;
use std::fs::OpenOptions;
use std::fs::TryLockError;
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::directory::private_file;
use crate::model::file_mark::FileIdentity;

const PAUSE: Duration = Duration::from_millis(10);
/// So often a lock file may be replaced under our hands.
const ATTEMPTS: u32 = 100;

/// A held lock; dropping it lets go.
///
/// The file stays: if it were removed, a process that waits for it and one that
/// creates it again would both hold "the" lock.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

/// What came of trying.
#[derive(Debug)]
pub(super) enum Tried {
    /// The lock is ours.
    Held(Lock),
    /// Another process has it; the lock file, which may say who.
    Taken(File),
}

impl Lock {
    /// Takes the lock if nobody has it. A lock that is ours is on the file that has
    /// the name now, not on one that was removed meanwhile.
    pub(super) fn attempt(path: &Path) -> io::Result<Tried> {
        for _ in 0..ATTEMPTS {
            private_file(path)?;
            let file = match OpenOptions::new().read(true).write(true).open(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                file => file?,
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(Tried::Taken(file)),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            if is_at(&file, path)? {
                return Ok(Tried::Held(Self { file }));
            }
        }
        Err(io::Error::other(
            "the lock file is replaced again and again",
        ))
    }

    /// Takes the lock, waiting up to `patience` for another holder; `None` when
    /// there still is one. A file system without locks grants every request.
    pub(super) fn acquire(path: &Path, patience: Duration) -> io::Result<Option<Self>> {
        let mut waited = Duration::ZERO;
        loop {
            match Self::attempt(path) {
                Ok(Tried::Held(lock)) => return Ok(Some(lock)),
                Ok(Tried::Taken(_)) if waited >= patience => return Ok(None),
                Ok(Tried::Taken(_)) => thread::sleep(PAUSE),
                Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                    let file = OpenOptions::new().write(true).open(path)?;
                    return Ok(Some(Self { file }));
                }
                Err(error) => return Err(error),
            }
            waited += PAUSE;
        }
    }

    /// The lock file.
    pub(super) fn file(&self) -> &File {
        &self.file
    }
}

/// Whether the open file is the one that has the name.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    match path.metadata() {
        Ok(found) => Ok(FileIdentity::of(&found) == FileIdentity::of(&file.metadata()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("lock");
        let held = Lock::acquire(&path, Duration::ZERO).unwrap();
        assert!(held.is_some());
        assert!(Lock::acquire(&path, Duration::ZERO).unwrap().is_none());
        drop(held);
        assert!(
            Lock::acquire(&path, Duration::from_secs(10))
                .unwrap()
                .is_some()
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_on_a_file_that_was_removed_is_none() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("lock");
        let old = Lock::acquire(&path, Duration::ZERO).unwrap().unwrap();
        assert!(is_at(old.file(), &path).unwrap());
        std::fs::remove_file(&path).unwrap();
        assert!(!is_at(old.file(), &path).unwrap());
        let new = Lock::acquire(&path, Duration::ZERO).unwrap().unwrap();
        assert!(!is_at(old.file(), &path).unwrap());
        assert!(is_at(new.file(), &path).unwrap());
    }
}
