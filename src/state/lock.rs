//! A lock between processes that the system releases when its holder dies.

use std::fs::File;
use std::fs::OpenOptions;
use std::fs::TryLockError;
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::directory::private_file;

const PAUSE: Duration = Duration::from_millis(10);

/// A held lock; dropping it lets go.
///
/// The file stays: if it were removed, a process that waits for it and one that
/// creates it again would both hold "the" lock.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, waiting up to `patience` for another holder; `None` when
    /// there still is one. A file system without locks grants every request.
    pub(super) fn acquire(path: &Path, patience: Duration) -> io::Result<Option<Self>> {
        private_file(path)?;
        let file = OpenOptions::new().write(true).open(path)?;
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if waited >= patience => return Ok(None),
                Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    break;
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
            waited += PAUSE;
        }
        Ok(Some(Self { _file: file }))
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
        assert!(Lock::acquire(&path, Duration::ZERO).unwrap().is_some());
    }
}
