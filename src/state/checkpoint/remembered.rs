//! All identities of a checkpoint, in the form in which they are kept.

use std::collections::HashSet;

/// What a checkpoint has emitted.
pub(crate) struct Remembered {
    keys: HashSet<String>,
    /// What an identity is kept as.
    key: fn(&str) -> String,
}

impl Remembered {
    pub(crate) fn new(keys: HashSet<String>, key: fn(&str) -> String) -> Self {
        Self { keys, key }
    }

    /// Whether this one was emitted.
    pub(crate) fn knows(&self, identity: &str) -> bool {
        self.keys.contains(&(self.key)(identity))
    }

    pub(crate) fn insert(&mut self, identity: &str) {
        self.keys.insert((self.key)(identity));
    }
}

impl Default for Remembered {
    fn default() -> Self {
        Self::new(HashSet::new(), str::to_owned)
    }
}
