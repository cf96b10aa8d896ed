//! Which values have been found already.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::finding::ValueType;

/// The values found so far, in sixteen bytes each whatever their length. The hashes
/// are keyed anew in each run, so that no text can be written to hide another.
pub(crate) struct Seen {
    keys: [RandomState; 2],
    values: HashSet<u128>,
}

impl Seen {
    pub(crate) fn new() -> Self {
        Self {
            keys: [RandomState::new(), RandomState::new()],
            values: HashSet::new(),
        }
    }

    /// Whether the value is met for the first time.
    pub(crate) fn is_first(&mut self, kind: ValueType, value: &str) -> bool {
        let [high, low] = &self.keys;
        let high = u128::from(high.hash_one((kind, value)));
        let low = u128::from(low.hash_one((kind, value)));
        self.values.insert(high << 64 | low)
    }
}
