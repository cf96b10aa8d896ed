//! The tokens that were looked into lately.
//!
//! Logs say the same over and over. Where each value is wanted once, a token that was
//! looked into gives nothing new.

use std::cell::RefCell;
use std::hash::BuildHasher;

/// How many tokens are known at once; the place of one is taken by the next.
const PLACES: usize = 1 << 16;

/// Tokens by their hash, half a megabyte of them. The hash is keyed anew in each run,
/// so that no text can be written to hide another.
pub(super) struct Memo {
    hasher: foldhash::quality::RandomState,
    places: RefCell<Vec<u64>>,
}

impl Memo {
    pub(super) fn new() -> Self {
        Self {
            hasher: foldhash::quality::RandomState::default(),
            places: RefCell::new(vec![0; PLACES]),
        }
    }

    /// Whether a token was looked into; from now on it was.
    pub(super) fn knows(&self, token: &str) -> bool {
        let hash = self.hasher.hash_one(token.as_bytes()) | 1;
        let place = (hash >> 1) as usize % PLACES;
        let mut places = self.places.borrow_mut();
        std::mem::replace(&mut places[place], hash) == hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_after_the_first_time() {
        let memo = Memo::new();
        assert!(!memo.knows("evil.example"));
        assert!(memo.knows("evil.example"));
        assert!(!memo.knows("evil.example:443"));
    }
}
