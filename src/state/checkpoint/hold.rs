//! The lock of one checkpoint: one run at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::name::CheckpointName;
use crate::state::directory::{create_directory, private_file};
use crate::state::error::StateError;

/// A checkpoint that is held. The system lets go of it when the process ends,
/// however it ends.
#[derive(Debug)]
pub struct Hold {
    _file: File,
}

/// Another run holds the checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The holder's process id, where it can be read.
    pub pid: Option<u32>,
}

impl Hold {
    /// Takes the lock of a checkpoint, or says who has it.
    ///
    /// # Errors
    /// [`StateError::Lock`] when there can be no lock file.
    pub fn take(directory: &Path, name: &CheckpointName) -> Result<Result<Self, Held>, StateError> {
        let locks = directory.join("locks");
        let path = locks.join(format!("{name}.lock"));
        let failed = |source: io::Error| StateError::Lock {
            path: path.clone(),
            source,
        };
        let open = || -> io::Result<File> {
            create_directory(&locks)?;
            private_file(&path)?;
            OpenOptions::new().read(true).write(true).open(&path)
        };
        let mut file = open().map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {
                // Who waits reads this. A lock without it holds as well.
                let _ = sign(&mut file);
                Ok(Ok(Self { _file: file }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let _ = file.read_to_string(&mut text);
                Ok(Err(Held {
                    pid: text.trim().parse().ok(),
                }))
            }
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// The process that holds a checkpoint; none when nobody does. Nothing is
    /// created, and no run is kept from taking it for longer than a moment.
    pub fn holder(directory: &Path, name: &CheckpointName) -> Option<Held> {
        let path = directory.join("locks").join(format!("{name}.lock"));
        let mut file = File::open(path).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let _ = file.read_to_string(&mut text);
                Some(Held {
                    pid: text.trim().parse().ok(),
                })
            }
            _ => None,
        }
    }
}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "{}", std::process::id())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn the_second_one_learns_who_the_first_is() {
        let home = tempfile::tempdir().unwrap();
        let take = |name: &str| Hold::take(home.path(), &name.parse().unwrap()).unwrap();
        let first = take("soc").unwrap();
        let held = take("soc").unwrap_err();
        assert_eq!(held.pid, Some(std::process::id()));
        let holder = |name: &str| Hold::holder(home.path(), &name.parse().unwrap());
        assert_eq!(holder("soc"), Some(held));
        assert_eq!(holder("nobody"), None);
        assert!(take("other").is_ok());
        drop(first);
        assert!(take("soc").is_ok());
    }
}
