//! What an answer handed on before it broke off, to pass over it when it comes again.

use std::hash::{DefaultHasher, Hash, Hasher};

/// How many entries there were, and what they looked like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Trace {
    pub(super) entries: u64,
    pub(super) look: u64,
    /// How much there was that is no entry.
    pub(super) garbled: usize,
}

impl Trace {
    /// An entry's length and its beginning, where type and id stand.
    pub(super) fn add(&mut self, entry: &[u8]) {
        let mut hasher = DefaultHasher::new();
        (self.look, entry.len(), &entry[..entry.len().min(128)]).hash(&mut hasher);
        self.look = hasher.finish();
        self.entries += 1;
    }
}
