//! When things happened to an indicator, in an order that could be true.

use jiff::Timestamp;

use crate::sandbox::seed::Seed;

/// 2025-01-01, in epoch seconds: what is invented lies around it and does not
/// move with the clock, so that an answer stays the same.
const YEAR: i64 = 1_735_689_600;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// Epoch seconds, each no earlier than the one before.
#[derive(Debug, Clone, Copy)]
pub(in crate::sandbox) struct Dates {
    pub(in crate::sandbox) creation: i64,
    pub(in crate::sandbox) first_submission: i64,
    pub(in crate::sandbox) last_submission: i64,
    pub(in crate::sandbox) last_analysis: i64,
    pub(in crate::sandbox) last_modification: i64,
}

impl Dates {
    pub(in crate::sandbox) fn of(seed: Seed) -> Self {
        let creation = YEAR - seed.between("creation", 400 * DAY, 3_000 * DAY);
        let first_submission = YEAR - seed.between("first submission", 0, 399 * DAY);
        let last_submission = YEAR + seed.between("last submission", 0, 200 * DAY);
        let last_analysis = last_submission + seed.between("last analysis", 0, 5 * DAY);
        let last_modification = last_analysis + seed.between("last modification", 30, DAY);
        Self {
            creation,
            first_submission,
            last_submission,
            last_analysis,
            last_modification,
        }
    }

    /// The first sighting in the wild. The service writes 1 where it has none.
    pub(in crate::sandbox) fn first_seen(self, seed: Seed) -> i64 {
        if seed.chance("no first seen", 10) {
            1
        } else {
            self.first_submission - seed.between("first seen", 0, 30 * DAY)
        }
    }
}

/// An epoch in one of the service's spellings, as `strftime` writes it.
pub(in crate::sandbox) fn day(epoch: i64, format: &str) -> String {
    Timestamp::from_second(epoch)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .strftime(format)
        .to_string()
}
