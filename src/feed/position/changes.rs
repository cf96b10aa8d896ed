//! The position of a feed that is read twice: by creation, and by change.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::sweep::Sweep;

/// How far the items have come, and how far their changes.
///
/// Changes are read newest first, so that their sweep counts only when it has
/// come down to its floor: its position stays until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changes {
    /// Items, by the time at which they were created.
    pub created: Sweep,
    /// Items, by the time of their last change.
    pub updated: Sweep,
}

impl Changes {
    /// The time that it stands at: of the newest item or change.
    pub(crate) fn mark(&self) -> Option<Timestamp> {
        self.created.mark().max(self.updated.mark())
    }

    /// The second from which on identities must be remembered: they are kept by
    /// the later of their times, and met by either.
    pub(crate) fn remembered_from(&self) -> i64 {
        let created = self.created.remembered_from();
        created.min(self.updated.remembered_from())
    }

    /// Takes back what a clock that was ahead has set, and gives the latest time
    /// that lay after `now`.
    pub(crate) fn hold_to(&mut self, now: i64) -> Option<i64> {
        let created = self.created.hold_to(now);
        created.max(self.updated.hold_to(now))
    }

    /// Both so long before this one, and the second from which on items come
    /// again.
    #[must_use]
    pub(crate) fn rewound(&self, by: Duration) -> (Self, i64) {
        let back = Self {
            created: self.created.rewound(by),
            updated: self.updated.rewound(by),
        };
        let since = back.created.floor.min(back.updated.floor);
        (back, since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_sweep_is_held_to_now() {
        for (created, updated, latest) in [
            (900, 800, None),
            (1_200, 800, Some(1_200)),
            (900, 1_100, Some(1_100)),
            (1_200, 1_300, Some(1_300)),
        ] {
            let mut changes = Changes {
                created: Sweep::starting_at(created),
                updated: Sweep::starting_at(updated),
            };
            assert_eq!(changes.hold_to(1_000), latest);
            assert_eq!(changes.created.floor, created.min(1_000));
            assert_eq!(changes.updated.floor, updated.min(1_000));
        }
    }

    #[test]
    fn identities_are_remembered_by_the_slower_of_the_two() {
        let changes = Changes {
            created: Sweep {
                newest: Some(900),
                ..Sweep::starting_at(500)
            },
            updated: Sweep {
                newest: Some(950),
                ..Sweep::starting_at(300)
            },
        };
        assert_eq!(changes.remembered_from(), 300);
        assert_eq!(changes.mark().map(Timestamp::as_second), Some(950));
        let (back, since) = changes.rewound(Duration::from_secs(100));
        assert_eq!((back.created.floor, back.updated.floor), (800, 850));
        assert_eq!(since, 800);
    }
}
