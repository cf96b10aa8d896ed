//! What a run does with each of its inputs.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::record::Answer;
use crate::client::Client;

/// Inputs beyond the requests in flight that may be done or waiting, so that a
/// slow one in front does not leave the connections idle at once.
const READ_ON: usize = 16;

/// What a run does with each of its inputs.
pub(crate) trait Job {
    /// One input.
    type Input;
    /// What answers it.
    type Record: Answer;

    /// Answers an input. What is worth knowing before the answer is complete is
    /// noted on the way.
    fn answer(
        &self,
        client: &Client,
        input: Self::Input,
        note: &Note<'_, Self::Record>,
    ) -> impl Future<Output = Self::Record>;

    /// What becomes of inputs under way when the run is to stop.
    fn on_stop(&self) -> OnStop {
        OnStop::Drop
    }

    /// How many inputs are under way at once, with so many requests in flight.
    fn width(&self, concurrency: usize) -> usize {
        look_ups(concurrency)
    }
}

/// How many look-ups are under way at once, with so many requests in flight.
pub(crate) fn look_ups(concurrency: usize) -> usize {
    concurrency.saturating_add(READ_ON)
}

/// What becomes of inputs under way when the run is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnStop {
    /// They are dropped: asking again costs nothing but requests.
    Drop,
    /// They are finished, so that nothing is changed without a record of it. What
    /// would have to wait for the service fails instead.
    Finish,
    /// What is noted of them goes out: it can't be learnt again.
    Report,
}

impl OnStop {
    /// Whether the records of an incomplete run tell of what lasts.
    pub(crate) fn lasts(self) -> bool {
        self != Self::Drop
    }
}

/// What is known of inputs under way, by their place in the input.
pub(super) type Notes<R> = RefCell<BTreeMap<usize, R>>;

/// The place for what is known of one input.
pub(crate) struct Note<'a, R> {
    pub(super) notes: &'a Notes<R>,
    pub(super) number: usize,
}

impl<R> Note<'_, R> {
    /// Notes the record as far as it goes, in the place of an earlier one.
    pub(crate) fn write(&self, record: R) {
        self.notes.borrow_mut().insert(self.number, record);
    }
}
