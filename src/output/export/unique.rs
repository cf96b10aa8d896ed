//! Values that a list must not have twice.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// What a list has already, by eight bytes a value.
#[derive(Default)]
pub(in crate::output) struct Unique {
    state: RandomState,
    all: HashSet<u64>,
    /// What has come since the last commit: it may be taken back, and comes again.
    fresh: Vec<u64>,
}

impl Unique {
    /// Whether the value is new; it is known from now on.
    pub(in crate::output) fn insert(&mut self, value: &str) -> bool {
        let hash = self.state.hash_one(value);
        let is_new = self.all.insert(hash);
        if is_new {
            self.fresh.push(hash);
        }
        is_new
    }

    /// What has come so far stays.
    pub(in crate::output) fn commit(&mut self) {
        self.fresh.clear();
    }

    /// What has come since the last commit is taken back.
    pub(in crate::output) fn take_back(&mut self) {
        for hash in self.fresh.drain(..) {
            self.all.remove(&hash);
        }
    }

    /// The list begins anew.
    pub(in crate::output) fn clear(&mut self) {
        self.all.clear();
        self.fresh.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_may_come_again() {
        let mut unique = Unique::default();
        assert!(unique.insert("a"));
        unique.commit();
        assert!(unique.insert("b"));
        assert!(!unique.insert("a"));
        unique.take_back();
        assert!(unique.insert("b"));
        assert!(!unique.insert("a"));
        unique.clear();
        assert!(unique.insert("a"));
    }
}
