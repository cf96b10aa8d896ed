//! Where the response database of one key is, and how it is opened there.

use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use super::aside::identity;
use super::aside::set_aside;
use super::directory::create_directory;
use super::directory::private_directory;
use super::directory::private_file;
use super::error::StoreError;
use super::lock::Lock;
use super::store::Store;

/// The database's name in the directory of its key.
pub(super) const DATABASE: &str = "responses.sqlite";
/// The lock's name in the cache directory. It is held while a database is
/// opened, set aside or removed, for moments only.
pub(super) const LOCK: &str = ".lock";
/// How long one waits for other processes.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Takes warnings, one sentence each.
pub(super) type Warn = Box<dyn Fn(String) + Send + Sync>;

/// The place of one key's response database.
pub(super) struct Place {
    /// The cache directory, of all keys.
    pub(super) directory: PathBuf,
    /// Stands for the key in the path.
    pub(super) fingerprint: String,
    /// How long to wait for other processes.
    pub(super) patience: Duration,
}

/// A database that was opened at a place.
pub(super) struct Opened {
    pub(super) store: Store,
    /// Tells this file from one that takes its place later.
    pub(super) identity: Option<(u64, u64)>,
    /// Whether a damaged one was set aside for it.
    pub(super) rebuilt: bool,
}

impl Place {
    /// The database's path.
    pub(super) fn path(&self) -> PathBuf {
        self.directory.join(&self.fingerprint).join(DATABASE)
    }

    /// Opens the database, creating what is missing; one that turns out to be
    /// damaged is set aside, with a warning.
    pub(super) fn open(&self, warn: &Warn) -> Result<Opened, StoreError> {
        let _lock = self.prepare(warn)?;
        let path = self.path();
        match Store::open(&path, self.patience) {
            Err(StoreError::Damaged(reason)) => self.rebuild(&path, &reason, warn),
            opened => Ok(Opened {
                store: opened?,
                identity: identity(&path),
                rebuilt: false,
            }),
        }
    }

    /// Opens a new database in place of one that showed its damage in use, which
    /// must be closed by now. Where another process was quicker, its new
    /// database is taken.
    pub(super) fn replace(
        &self,
        damaged: Option<(u64, u64)>,
        reason: &str,
        warn: &Warn,
    ) -> Result<Opened, StoreError> {
        let lock = self.prepare(warn)?;
        let path = self.path();
        if identity(&path) == damaged {
            return self.rebuild(&path, reason, warn);
        }
        drop(lock);
        self.open(warn)
    }

    /// Creates directories and an empty file, for the owner alone.
    fn prepare(&self, warn: &Warn) -> Result<Lock, StoreError> {
        create_directory(&self.directory)?;
        let lock = Lock::acquire(&self.directory.join(LOCK), self.patience)?;
        let lock = lock.ok_or(StoreError::Busy)?;
        let loose = [
            private_directory(&self.directory.join(&self.fingerprint))?,
            private_file(&self.path())?,
        ];
        for loose in loose.into_iter().flatten() {
            warn(loose.to_string());
        }
        Ok(lock)
    }

    fn rebuild(&self, path: &Path, reason: &str, warn: &Warn) -> Result<Opened, StoreError> {
        let aside = set_aside(path)?;
        private_file(path)?;
        let store = Store::open(path, self.patience)?;
        warn(format!(
            "the cache `{}` was damaged ({reason}); it was set aside as `{}` and a new one begun",
            path.display(),
            aside.display()
        ));
        Ok(Opened {
            store,
            identity: identity(path),
            rebuilt: true,
        })
    }
}
