//! The response cache as it lives on its thread: what to do with answers, and
//! with a disk in trouble.
//!
//! Trouble leads one way only, so each warning is given once: a damaged file is
//! replaced by a new one; a file that can't be written (disk full, held by
//! another process) is still read, and new answers go to a temporary database;
//! a file that can't be read either is given up; so is a temporary database
//! that fails, and what is left is a cache that knows nothing.

use std::time::Duration;

use super::body::Packed;
use super::error::StoreError;
use super::pending::Pending;
use super::place::Opened;
use super::place::Place;
use super::place::Warn;
use super::prune;
use super::store::Store;
use super::worker::Resident;
use crate::client::cache::Stored;

/// How long nobody must ask before waiting answers are written.
const QUIET: Duration = Duration::from_millis(20);

/// The databases of one run's responses.
pub(super) struct Responses {
    file: Option<File>,
    /// Takes the new answers when the file can't.
    temporary: Option<Store>,
    pending: Pending,
    /// What a database may take, bytes.
    limit: u64,
    /// Whether a database is above its limit and can do something about it.
    above_limit: bool,
    warn: Warn,
}

struct File {
    place: Place,
    opened: Opened,
    /// Whether new answers go here.
    writable: bool,
}

impl Responses {
    /// Opens the database at `place`, or a temporary one with a warning.
    pub(super) fn open(place: Place, limit: u64, warn: Warn) -> Self {
        let mut responses = Self {
            file: None,
            temporary: None,
            pending: Pending::default(),
            limit,
            above_limit: false,
            warn,
        };
        match place.open(&responses.warn) {
            Ok(opened) => {
                responses.file = Some(File {
                    place,
                    opened,
                    writable: true,
                });
                responses.settle_size(|store, limit| prune::is_needed(store, limit));
            }
            Err(error) => responses.give_up(&place, &error),
        }
        responses
    }

    /// Opens a temporary database alone.
    pub(super) fn temporary(limit: u64) -> Self {
        Self {
            file: None,
            temporary: Store::temporary().ok(),
            pending: Pending::default(),
            limit,
            above_limit: false,
            warn: Box::new(|_| {}),
        }
    }

    /// The newest answer under `key`.
    pub(super) fn load(&mut self, key: &str) -> Option<Stored> {
        let waiting = self.pending.find(key).and_then(Packed::unpack);
        if self.pending.is_due() {
            self.flush();
        }
        waiting
            .or_else(|| self.load_temporary(key))
            .or_else(|| self.load_file(key))
    }

    /// Keeps an answer under `key`. One so large that it would push out a good
    /// part of the others is not kept.
    pub(super) fn store(&mut self, key: String, stored: &Stored) {
        let Some(packed) = Packed::new(stored) else {
            return;
        };
        if u64::try_from(packed.body.len()).is_ok_and(|bytes| bytes <= self.limit / 4) {
            self.pending.add(key, packed);
        }
        if self.pending.is_due() {
            self.flush();
        }
    }

    fn load_temporary(&mut self, key: &str) -> Option<Stored> {
        let loaded = self.temporary.as_ref()?.load(key);
        if loaded.is_err() {
            self.temporary = None;
        }
        loaded.ok().flatten()
    }

    fn load_file(&mut self, key: &str) -> Option<Stored> {
        match self.file.as_ref()?.opened.store.load(key) {
            Ok(found) => found,
            Err(error) => {
                self.reading_failed(error);
                None
            }
        }
    }

    /// Writes what waits. Each failure takes away a place to write to, so this
    /// ends.
    fn flush(&mut self) {
        let waiting = self.pending.take();
        while let Some(store) = self.writer() {
            let rows = waiting.iter().map(|(key, packed)| (key.as_str(), packed));
            match store.keep(rows) {
                Ok(()) => break,
                Err(error) => self.writing_failed(error),
            }
        }
        // At once, and not only when nobody asks: new answers must not come
        // faster than old ones go.
        self.settle_size(prune::step);
    }

    /// The database that takes new answers.
    fn writer(&mut self) -> Option<&mut Store> {
        let file = self.file.as_mut().filter(|file| file.writable);
        self.temporary
            .as_mut()
            .or(file.map(|file| &mut file.opened.store))
    }

    fn settle_size(&mut self, ask: impl FnOnce(&mut Store, u64) -> Result<bool, StoreError>) {
        let limit = self.limit;
        // A database that fails here fails the next answer, too, which sees to
        // it; one that is busy is looked at again after that answer.
        self.above_limit = self
            .writer()
            .and_then(|store| ask(store, limit).ok())
            .unwrap_or(false);
    }

    fn reading_failed(&mut self, error: StoreError) {
        match error {
            StoreError::Busy => {}
            StoreError::Damaged(reason) => self.replace_file(&reason),
            error => self.give_up_file(&error),
        }
    }

    fn writing_failed(&mut self, error: StoreError) {
        if self.temporary.take().is_some() {
            return;
        }
        match error {
            StoreError::Damaged(reason) => self.replace_file(&reason),
            error => self.stop_writing(&error),
        }
    }

    /// Sets a damaged file aside for a new one, once; a second time the disk is
    /// not to be trusted.
    fn replace_file(&mut self, reason: &str) {
        let Some(File {
            place,
            opened,
            writable,
        }) = self.file.take()
        else {
            return;
        };
        let Opened {
            store,
            identity,
            rebuilt,
        } = opened;
        drop(store);
        if !writable {
            // The temporary one has taken over, and the user has been told.
            return;
        }
        if rebuilt {
            let error = StoreError::Damaged(format!("damaged again: {reason}"));
            self.give_up(&place, &error);
            return;
        }
        match place.replace(identity, reason, &self.warn) {
            Ok(opened) => {
                self.file = Some(File {
                    place,
                    opened: Opened {
                        rebuilt: true,
                        ..opened
                    },
                    writable,
                });
            }
            Err(error) => self.give_up(&place, &error),
        }
    }

    fn stop_writing(&mut self, error: &StoreError) {
        let Some(file) = self.file.as_mut() else {
            return;
        };
        file.writable = false;
        (self.warn)(format!(
            "the cache `{}` can't be written ({error}); \
             what this run fetches is kept for this run only",
            file.place.path().display()
        ));
        self.temporary = Store::temporary().ok();
    }

    fn give_up_file(&mut self, error: &StoreError) {
        if let Some(file) = self.file.take().filter(|file| file.writable) {
            self.give_up(&file.place, error);
        }
    }

    fn give_up(&mut self, place: &Place, error: &StoreError) {
        (self.warn)(format!(
            "the cache `{}` can't be used ({error}); \
             what this run fetches is kept for this run only",
            place.path().display()
        ));
        self.temporary = Store::temporary().ok();
    }
}

impl Resident for Responses {
    fn unsettled(&self) -> Option<Duration> {
        if self.above_limit {
            Some(Duration::ZERO)
        } else {
            (!self.pending.is_empty()).then_some(QUIET)
        }
    }

    fn settle(&mut self) {
        if self.pending.is_empty() {
            self.settle_size(prune::step);
        } else {
            self.flush();
        }
    }

    fn leave(mut self) {
        if !self.pending.is_empty() {
            self.flush();
        }
        if let Some(file) = self.file {
            file.opened.store.close();
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests;
