//! The position of a feed that is read by time, each of its kinds by itself.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::sweep::Sweep;

/// How far each kind has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kinds {
    /// By the kind's name; empty for all of them in one list.
    pub sweeps: BTreeMap<String, Sweep>,
    /// The item of which a limited run emitted a part; what it emitted is among the
    /// remembered identities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<String>,
}

impl Kinds {
    /// The time of the newest item of any kind.
    pub(crate) fn mark(&self) -> Option<Timestamp> {
        self.sweeps.values().filter_map(Sweep::mark).max()
    }

    /// The second from which on identities must be remembered.
    pub(crate) fn remembered_from(&self) -> i64 {
        let all = self.sweeps.values().map(Sweep::remembered_from);
        all.min().unwrap_or(0)
    }

    /// Takes back what a clock that was ahead has set, and gives the latest time that
    /// lay after `now`.
    pub(crate) fn hold_to(&mut self, now: i64) -> Option<i64> {
        let held = self.sweeps.values_mut().map(|sweep| sweep.hold_to(now));
        held.max().flatten()
    }

    /// All so long before, and the second from which on items come again.
    #[must_use]
    pub(crate) fn rewound(&self, by: Duration) -> (Self, i64) {
        let sweeps = self.sweeps.iter();
        let sweeps: BTreeMap<_, _> = sweeps
            .map(|(kind, sweep)| (kind.clone(), sweep.rewound(by)))
            .collect();
        let since = sweeps.values().map(|sweep| sweep.floor).min().unwrap_or(0);
        let back = Self {
            sweeps,
            partial: None,
        };
        (back, since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_kind_is_remembered_and_the_newest_item_shown() {
        let mut kinds = Kinds::default();
        assert_eq!((kinds.mark(), kinds.remembered_from()), (None, 0));
        for (kind, newest) in [("report", 5_000), ("campaign", 9_000)] {
            let mut sweep = Sweep::starting_at(1_000);
            sweep.observe(newest, 10_000);
            sweep.settle(Duration::from_secs(100));
            kinds.sweeps.insert(kind.to_owned(), sweep);
        }
        assert_eq!(kinds.mark().map(Timestamp::as_second), Some(9_000));
        assert_eq!(kinds.remembered_from(), 4_900);
        let (back, since) = kinds.rewound(Duration::from_secs(1_000));
        assert_eq!((since, back.sweeps["campaign"].floor), (4_000, 8_000));
        assert_eq!(kinds.hold_to(6_000), Some(9_000));
        assert_eq!(kinds.mark().map(Timestamp::as_second), Some(6_000));
    }
}
