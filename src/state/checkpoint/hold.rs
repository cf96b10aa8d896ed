//! The lock of one checkpoint: one run at a time.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::name::CheckpointName;
use super::row::Checkpoint;
use super::store::Checkpoints;
use crate::model::file_mark::FileIdentity;
use crate::state::directory::own_directory;
use crate::state::error::StateError;
use crate::state::lock::{Lock, Tried};
use crate::state::machine::Process;

/// A checkpoint that is held. The system lets go of it when the process ends,
/// however it ends.
#[derive(Debug)]
pub struct Hold {
    lock: Lock,
}

/// Another run holds the checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The holder's process id, where it can be read.
    pub pid: Option<u32>,
}

/// The holder as the database knows it. It is asked where the lock file is another
/// one than the holder locked: who removed that has not ended the run.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    process: Process,
    device: Option<u64>,
    inode: Option<u64>,
}

impl Hold {
    /// Takes the lock of a checkpoint, or says who has it.
    ///
    /// # Errors
    /// `StateError::Lock` when there can be no lock file.
    pub fn take(directory: &Path, name: &CheckpointName) -> Result<Result<Self, Held>, StateError> {
        let path = lock_file(directory, name);
        let take = || -> io::Result<Result<Self, Held>> {
            own_directory(&directory.join(LOCKS))?;
            match Lock::attempt(&path)? {
                Tried::Held(lock) => {
                    // Who waits reads this. A lock without it holds as well.
                    let _ = sign(lock.file());
                    Ok(Ok(Self { lock }))
                }
                Tried::Taken(file) => Ok(Err(signature(file))),
            }
        };
        take().map_err(|source| StateError::Lock { path, source })
    }

    /// The process that holds a checkpoint; none when nobody does. Nothing is
    /// created, and no run is kept from taking it for longer than a moment.
    pub fn holder(directory: &Path, name: &CheckpointName) -> Option<Held> {
        let file = File::open(lock_file(directory, name)).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(signature(file)),
            _ => None,
        }
    }

    fn identity(&self) -> FileIdentity {
        let found = self.lock.file().metadata();
        found.map_or_else(
            |_| FileIdentity::default(),
            |found| FileIdentity::of(&found),
        )
    }
}

impl Checkpoints {
    /// Makes the one who holds the lock the checkpoint's holder, unless another one
    /// still runs whose lock file was removed.
    ///
    /// # Errors
    /// [`StateError`].
    ///
    /// # Panics
    /// Never: holders always serialise.
    pub(crate) fn admit(
        &mut self,
        checkpoint: &Checkpoint,
        hold: &Hold,
    ) -> Result<Result<(), Held>, StateError> {
        let FileIdentity { device, inode } = hold.identity();
        let before = self.read_holder(checkpoint)?;
        let before = before.and_then(|text| serde_json::from_str::<Holder>(&text).ok());
        if let Some(before) = before
            && (before.device, before.inode) != (device, inode)
            && before.process.is_running()
        {
            let pid = Some(before.process.pid);
            return Ok(Err(Held { pid }));
        }
        let holder = Holder {
            process: Process::current(),
            device,
            inode,
        };
        let text = serde_json::to_string(&holder).expect("a holder is JSON");
        self.write_holder(checkpoint, Some(&text))?;
        Ok(Ok(()))
    }

    /// Says that nobody holds the checkpoint any more.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn dismiss(&mut self, checkpoint: &Checkpoint) -> Result<(), StateError> {
        self.write_holder(checkpoint, None)
    }
}

/// The directory of all lock files.
pub(super) const LOCKS: &str = "locks";

fn lock_file(directory: &Path, name: &CheckpointName) -> PathBuf {
    directory.join(LOCKS).join(format!("{name}.lock"))
}

fn sign(mut file: &File) -> io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "{}", std::process::id())
}

fn signature(mut file: File) -> Held {
    let mut text = String::new();
    let _ = file.read_to_string(&mut text);
    Held {
        pid: text.trim().parse().ok(),
    }
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
