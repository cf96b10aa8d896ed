//! What a run keeps of answers, and what it does about a disk in trouble.
//!
//! Trouble leads one way only, so each warning is given once: a database that is
//! damaged or of another version is deleted and begun anew, once a run; one that
//! can't be had or written (permissions, disk full, held by another process) is left
//! alone, and the run goes on as with `--no-cache`; where not even that works, nothing
//! is kept.

use std::collections::HashMap;

use super::body::Packed;
use super::error::StoreError;
use super::place::{Place, Warn};
use super::prune::prune;
use super::store::Store;
use crate::client::cache::Stored;

/// Answers that wait at most: one transaction for many costs a fraction of one each.
const MOST_ANSWERS: usize = 64;
/// Compressed bytes that wait at most.
const MOST_BYTES: usize = 512 << 10;

/// The responses of one run.
pub(super) struct Responses {
    /// None when everything failed, and after closing.
    store: Option<Store>,
    /// Where the database is; none for a temporary one.
    place: Option<Place>,
    /// Whether it was deleted and begun anew in this run.
    rebuilt: bool,
    /// Answers that wait to be written, by their keys.
    waiting: HashMap<String, Packed<'static>>,
    /// Compressed bytes that were added since something was written.
    bytes: usize,
    /// What a database may take, bytes.
    limit: u64,
    warn: Warn,
}

/// What a new answer means for those that wait to be written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Waits {
    /// It is the first: they should be written soon.
    First,
    /// Somebody has seen to that.
    WithOthers,
    /// They should be written now.
    Full,
}

impl Responses {
    /// Opens the database at `place`, or a temporary one with a warning.
    pub(super) fn open(place: Place, limit: u64, warn: Warn) -> Self {
        let mut responses = Self::new(limit, warn);
        match place.open(&responses.warn) {
            Ok(store) => {
                responses.store = Some(store);
                responses.place = Some(place);
            }
            Err(error) => responses.go_on_without(&place, &error),
        }
        responses
    }

    /// Opens a temporary database.
    pub(super) fn temporary(limit: u64) -> Self {
        Self {
            store: Store::temporary().ok(),
            ..Self::new(limit, Box::new(|_| {}))
        }
    }

    fn new(limit: u64, warn: Warn) -> Self {
        Self {
            store: None,
            place: None,
            rebuilt: false,
            waiting: HashMap::new(),
            bytes: 0,
            limit,
            warn,
        }
    }

    /// The newest answer under `key`.
    pub(super) fn load(&mut self, key: &str) -> Option<Stored> {
        if let Some(waiting) = self.waiting.get(key) {
            return waiting.unpack();
        }
        match self.store.as_ref()?.load(key) {
            Ok(found) => found,
            Err(StoreError::Busy) => None,
            Err(error) => {
                self.failed(&error);
                None
            }
        }
    }

    /// Keeps an answer under `key`. One so large that it would push out a good
    /// part of the others is not kept.
    pub(super) fn store(&mut self, key: String, packed: Packed<'static>) -> Waits {
        let length = packed.body.len();
        if self.store.is_none() || u64::try_from(length).is_ok_and(|bytes| bytes > self.limit / 4) {
            return Waits::WithOthers;
        }
        let first = self.waiting.is_empty();
        self.waiting.insert(key, packed);
        self.bytes += length;
        if self.waiting.len() >= MOST_ANSWERS || self.bytes >= MOST_BYTES {
            Waits::Full
        } else if first {
            Waits::First
        } else {
            Waits::WithOthers
        }
    }

    /// Writes what waits, and keeps the database within its limit.
    pub(super) fn flush(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        if waiting.is_empty() {
            return;
        }
        // Each failure takes away a place to write to, so this ends.
        while let Some(store) = &mut self.store {
            if let Err(error) = store.keep(&waiting) {
                self.failed(&error);
                continue;
            }
            // A database that fails here fails the next answers, too, which sees to it;
            // one that is busy is looked at again after them.
            let _ = prune(store, self.limit);
            return;
        }
    }

    /// Writes what waits; nothing will be asked any more.
    pub(super) fn close(&mut self) {
        self.flush();
        if let Some(store) = self.store.take() {
            store.close();
        }
    }

    fn failed(&mut self, error: &StoreError) {
        let (Some(store), Some(place)) = (self.store.take(), self.place.take()) else {
            return;
        };
        if self.rebuilt || !error.is_of_the_content() {
            return self.go_on_without(&place, error);
        }
        self.rebuilt = true;
        match place.reopen(store, error, &self.warn) {
            Ok(store) => {
                self.store = Some(store);
                self.place = Some(place);
            }
            Err(error) => self.go_on_without(&place, &error),
        }
    }

    fn go_on_without(&mut self, place: &Place, error: &StoreError) {
        (self.warn)(format!(
            "the cache `{}` cannot be used ({error}); this run goes on as with --no-cache",
            place.path().display()
        ));
        self.store = Store::temporary().ok();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests;
