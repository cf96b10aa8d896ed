//! Answers that wait to be written together: one transaction for many costs a
//! fraction of one each, and other processes find the database free meanwhile.

use std::collections::HashMap;

use super::body::Packed;

/// Answers that wait at most.
const MOST_ANSWERS: usize = 64;
/// Compressed bytes that wait at most.
const MOST_BYTES: usize = 512 << 10;
/// Questions that the oldest answer waits through at most, when there is no
/// quiet moment to write in.
const MOST_QUESTIONS: u32 = 256;

/// The answers, by their keys.
#[derive(Default)]
pub(super) struct Pending {
    answers: HashMap<String, Packed<'static>>,
    bytes: usize,
    questions: u32,
}

impl Pending {
    /// Adds an answer, in place of an older one under the same key.
    pub(super) fn add(&mut self, key: String, packed: Packed<'static>) {
        self.bytes += packed.body.len();
        if let Some(older) = self.answers.insert(key, packed) {
            self.bytes -= older.body.len();
        }
    }

    /// The answer that waits under `key`.
    pub(super) fn find(&mut self, key: &str) -> Option<&Packed<'static>> {
        if !self.answers.is_empty() {
            self.questions += 1;
        }
        self.answers.get(key)
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// Whether what waits should be written now.
    pub(super) fn is_due(&self) -> bool {
        !self.is_empty()
            && (self.answers.len() >= MOST_ANSWERS
                || self.bytes >= MOST_BYTES
                || self.questions >= MOST_QUESTIONS)
    }

    /// Takes all that waits.
    pub(super) fn take(&mut self) -> HashMap<String, Packed<'static>> {
        std::mem::take(self).answers
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::client::cache::Stored;
    use bytes::Bytes;
    use jiff::Timestamp;

    fn packed(status: u16, body: Vec<u8>) -> Packed<'static> {
        Packed::new(&Stored {
            status,
            body: Bytes::from(body),
            fetched_at: Timestamp::UNIX_EPOCH,
        })
        .unwrap()
    }

    /// Bytes that don't compress.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .take(length)
        .collect()
    }

    #[test]
    fn many_answers_are_due() {
        let mut pending = Pending::default();
        for n in 1..=MOST_ANSWERS {
            assert!(!pending.is_due(), "{n}");
            pending.add(n.to_string(), packed(200, vec![]));
        }
        assert!(pending.is_due());
        assert_eq!(pending.take().len(), MOST_ANSWERS);
        assert!(pending.is_empty() && !pending.is_due());
    }

    #[test]
    fn much_is_due_and_a_replaced_answer_counts_no_more() {
        let mut pending = Pending::default();
        for _ in 0..10 {
            pending.add("a".to_owned(), packed(200, noise(MOST_BYTES / 2)));
            assert!(!pending.is_due());
        }
        pending.add("b".to_owned(), packed(200, noise(MOST_BYTES / 2)));
        assert!(pending.is_due());
        pending.take();
        pending.add("c".to_owned(), packed(200, vec![]));
        assert!(!pending.is_due());
    }

    #[test]
    fn the_newest_of_a_key_is_found() {
        let mut pending = Pending::default();
        pending.add("a".to_owned(), packed(200, vec![]));
        pending.add("a".to_owned(), packed(404, vec![]));
        assert_eq!(pending.find("a").map(|packed| packed.status), Some(404));
        assert!(pending.find("b").is_none());
    }

    #[test]
    fn an_answer_waits_through_so_many_questions_and_no_more() {
        let mut pending = Pending::default();
        for _ in 0..MOST_QUESTIONS {
            pending.find("x");
        }
        pending.add("a".to_owned(), packed(200, vec![]));
        for _ in 0..MOST_QUESTIONS {
            assert!(!pending.is_due());
            pending.find("x");
        }
        assert!(pending.is_due());
    }
}
