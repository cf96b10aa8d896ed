//! Where the response database of one key is, and how it is opened there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::directory::{create_directory, private_directory, private_file};
use super::error::StoreError;
use super::lock::Lock;
use super::store::Store;

/// The database's name in the directory of its key. The names of all that belongs
/// to it begin so.
pub(super) const DATABASE: &str = "responses.sqlite";
/// The lock's name in the cache directory. It is held while a database is
/// opened or removed, for moments only.
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

impl Place {
    /// The database's path.
    pub(super) fn path(&self) -> PathBuf {
        self.home().join(DATABASE)
    }

    fn home(&self) -> PathBuf {
        self.directory.join(&self.fingerprint)
    }

    /// Opens the database, creating what is missing. One that is damaged, or of
    /// another version, is rebuilt with a warning: all that is in it can be had again.
    pub(super) fn open(&self, warn: &Warn) -> Result<Store, StoreError> {
        let _lock = self.prepare(warn)?;
        match Store::open(&self.path(), self.patience) {
            Err(error) if error.is_of_the_content() => self.rebuild(&error, warn),
            opened => opened,
        }
    }

    /// Opens the database anew after `damaged` has shown its damage in use. Where
    /// another process was quicker, its new database is taken.
    pub(super) fn reopen(
        &self,
        damaged: Store,
        error: &StoreError,
        warn: &Warn,
    ) -> Result<Store, StoreError> {
        let _lock = self.prepare(warn)?;
        let is_there = damaged.is_at(&self.path());
        drop(damaged);
        if is_there {
            self.rebuild(error, warn)
        } else {
            Store::open(&self.path(), self.patience)
        }
    }

    /// Creates directories and an empty file, for the owner alone.
    fn prepare(&self, warn: &Warn) -> Result<Lock, StoreError> {
        create_directory(&self.directory)?;
        let lock = Lock::acquire(&self.directory.join(LOCK), self.patience)?;
        let lock = lock.ok_or(StoreError::Busy)?;
        let loose = [
            private_directory(&self.home())?,
            private_file(&self.path())?,
        ];
        for loose in loose.into_iter().flatten() {
            warn(loose.to_string());
        }
        Ok(lock)
    }

    fn rebuild(&self, error: &StoreError, warn: &Warn) -> Result<Store, StoreError> {
        let path = self.path();
        for file in files(&self.home())? {
            remove(&file)?;
        }
        private_file(&path)?;
        let store = Store::open(&path, self.patience)?;
        warn(format!(
            "the cache `{}` cannot be read ({error}); it was deleted and begins anew",
            path.display()
        ));
        Ok(store)
    }
}

/// The files of a database in the directory of its key, in the order in which they
/// may be removed: a database goes before its log, because `SQLite` removes a log that
/// stands alone, and would read a database without its log as an older one.
pub(super) fn files(home: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(home)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(DATABASE) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// Removes a file, which may be gone already.
pub(super) fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
