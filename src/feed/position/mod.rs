//! Where a feed stands between runs: times and hours, never a server's cursor
//! alone.

mod changes;
mod hours;
mod kinds;
mod sweep;

pub(crate) use changes::Changes;
pub(crate) use hours::{Hours, Progress};
pub(crate) use kinds::Kinds;
pub(crate) use sweep::Sweep;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A position as the state keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Position {
    /// Of a feed that is paged by time.
    Sweep(Sweep),
    /// Of a feed that comes in hourly packages.
    Hours(Hours),
    /// Of a feed that is paged by time, and its changes besides.
    Changes(Changes),
    /// Of a feed that is paged by time, each kind by itself.
    Kinds(Kinds),
}

impl Position {
    /// The position as text.
    ///
    /// # Panics
    /// Never: numbers, texts and maps with text keys always serialise.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).expect("a position is JSON")
    }

    /// Reads a position back.
    ///
    /// # Errors
    /// A reason, for what is no position of this program.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// The sweep of a feed that has one.
    pub(crate) fn sweep(&self) -> Option<&Sweep> {
        match self {
            Self::Sweep(sweep) => Some(sweep),
            Self::Hours(_) | Self::Changes(_) | Self::Kinds(_) => None,
        }
    }

    /// The time that it stands at; none before the first item.
    pub(crate) fn mark(&self) -> Option<Timestamp> {
        match self {
            Self::Sweep(sweep) => sweep.mark(),
            Self::Hours(hours) => hours.mark(),
            Self::Changes(changes) => changes.mark(),
            Self::Kinds(kinds) => kinds.mark(),
        }
    }

    /// The second from which on identities must be remembered.
    pub(crate) fn remembered_from(&self) -> i64 {
        match self {
            Self::Sweep(sweep) => sweep.remembered_from(),
            Self::Hours(hours) => hours.remembered_from(),
            Self::Changes(changes) => changes.remembered_from(),
            Self::Kinds(kinds) => kinds.remembered_from(),
        }
    }

    /// Takes back what a clock that was ahead has set, so that nothing of the
    /// position lies after `now`: it would pass over all that comes until then.
    /// Gives the latest time that did.
    pub(crate) fn hold_to(&mut self, now: Timestamp) -> Option<Timestamp> {
        let second = now.as_second();
        let latest = match self {
            Self::Sweep(sweep) => sweep.hold_to(second),
            Self::Changes(changes) => changes.hold_to(second),
            Self::Kinds(kinds) => kinds.hold_to(second),
            Self::Hours(hours) => return hours.hold_to(now),
        };
        // A position that no calendar has is in the future all the same.
        latest.map(|at| Timestamp::from_second(at).unwrap_or(Timestamp::MAX))
    }

    /// The position so long before this one, and the second from which on items
    /// come again.
    #[must_use]
    pub(crate) fn rewound(&self, by: Duration) -> (Self, i64) {
        match self {
            Self::Sweep(sweep) => {
                let sweep = sweep.rewound(by);
                let since = sweep.floor;
                (Self::Sweep(sweep), since)
            }
            Self::Hours(hours) => {
                let (hours, since) = hours.rewound(by);
                (Self::Hours(hours), since)
            }
            Self::Changes(changes) => {
                let (changes, since) = changes.rewound(by);
                (Self::Changes(changes), since)
            }
            Self::Kinds(kinds) => {
                let (kinds, since) = kinds.rewound(by);
                (Self::Kinds(kinds), since)
            }
        }
    }
}
