//! The position of a feed that is read by time, oldest first, in pages.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::feed::window::Window;

/// A sweep from a lower bound to the newest item, and how far it has come.
///
/// The pages of one sweep are walked by the server's cursors, which alone keep
/// items of one second apart; a new sweep begins at a time. All times are seconds
/// since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sweep {
    /// Where the next sweep begins, inclusive. Identities are remembered from
    /// here on, so it never goes back by itself.
    pub floor: i64,
    /// Where the sweep under way began; its cursor is good for that only.
    pub from: i64,
    /// Where the sweep under way ends, inclusive; none for as late as there is
    /// anything. Only a first sweep has an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// When the sweep under way began to be read; none before that. What appears
    /// behind its cursor from then on is only seen by the next sweep.
    pub started: Option<i64>,
    /// The page to go on with; none when the sweep is over.
    pub cursor: Option<String>,
    /// The newest item so far that is not dated in the future.
    pub newest: Option<i64>,
    /// So many seconds before the floor identities are remembered still: of a feed
    /// whose items come back with a later time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub keep: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over references"
)]
fn is_zero(seconds: &u64) -> bool {
    *seconds == 0
}

impl Sweep {
    /// Before anything was read.
    pub(crate) fn starting_at(since: i64) -> Self {
        Self {
            floor: since,
            from: since,
            until: None,
            started: None,
            cursor: None,
            newest: None,
            keep: 0,
        }
    }

    /// A first sweep, over this window.
    pub(crate) fn over(window: &Window) -> Self {
        Self {
            until: window.until.map(Timestamp::as_second),
            ..Self::starting_at(window.since.as_second())
        }
    }

    /// The time that it stands at; none before the first item.
    pub(crate) fn mark(&self) -> Option<Timestamp> {
        self.newest.and_then(|at| Timestamp::from_second(at).ok())
    }

    /// The second from which on identities must be remembered.
    pub(crate) fn remembered_from(&self) -> i64 {
        back(self.floor, Duration::from_secs(self.keep))
    }

    /// Whether the sweep under way asks for items of a time.
    pub(crate) fn spans(&self, time: i64) -> bool {
        time >= self.from && self.until.is_none_or(|until| time <= until)
    }

    /// The bounds of the sweep under way, both inclusive.
    pub(crate) fn bounds(&self) -> (Timestamp, Option<Timestamp>) {
        let time = |second| Timestamp::from_second(second).ok();
        let from = time(self.from).unwrap_or(Timestamp::UNIX_EPOCH);
        (from, self.until.and_then(time))
    }

    /// Takes note of an item. One that is dated after `now` moves nothing:
    /// otherwise all that comes before its date would be lost.
    pub(crate) fn observe(&mut self, time: i64, now: i64) {
        if time <= now {
            self.newest = self.newest.max(Some(time));
        }
    }

    /// Notes when the sweep begins; a sweep that is gone on with has begun before.
    pub(crate) fn begin(&mut self, now: i64) {
        self.started.get_or_insert(now);
    }

    /// Lets the floor follow the newest item at the distance of the overlap, as far
    /// as the sweep has seen everything: an item that was late when it appeared,
    /// and behind the cursor, has a date after the beginning less the overlap.
    pub(crate) fn settle(&mut self, overlap: Duration) {
        if let Some(newest) = self.newest {
            let seen = self.started.map_or(newest, |started| newest.min(started));
            self.floor = self.floor.max(back(seen, overlap));
        }
    }

    /// Begins the next sweep.
    pub(crate) fn restart(&mut self) {
        self.until = None;
        self.start_over();
    }

    /// Begins the sweep under way anew, by time, as far back as is not proved.
    pub(crate) fn start_over(&mut self) {
        self.from = self.floor;
        self.started = None;
        self.cursor = None;
    }

    /// Takes back what a clock that was ahead has set: nothing of a position lies
    /// after `now`. Gives the latest time that did.
    ///
    /// The sweep under way is begun anew, because when it began is not known.
    pub(crate) fn hold_to(&mut self, now: i64) -> Option<i64> {
        let latest = [Some(self.floor), Some(self.from), self.newest, self.started];
        let latest = latest.into_iter().flatten().max().filter(|at| *at > now)?;
        self.floor = self.floor.min(now);
        self.newest = self.newest.map(|newest| newest.min(now));
        self.start_over();
        Some(latest)
    }

    /// The sweep so long before this one.
    #[must_use]
    pub(crate) fn rewound(&self, by: Duration) -> Self {
        let newest = self.newest.map(|newest| back(newest, by));
        let floor = newest.unwrap_or_else(|| back(self.floor, by));
        Self {
            newest,
            keep: self.keep,
            ..Self::starting_at(floor)
        }
    }
}

/// So long before a time; never before the epoch.
fn back(time: i64, by: Duration) -> i64 {
    time.saturating_sub_unsigned(by.as_secs()).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OVERLAP: Duration = Duration::from_secs(100);

    #[test]
    fn the_floor_follows_the_newest_item_and_nothing_else() {
        let mut sweep = Sweep::starting_at(1_000);
        sweep.settle(OVERLAP);
        assert_eq!(sweep.floor, 1_000, "an empty answer moves nothing");
        sweep.observe(1_050, 9_000);
        sweep.settle(OVERLAP);
        assert_eq!(sweep.floor, 1_000, "not before the window");
        sweep.observe(1_500, 9_000);
        sweep.observe(1_200, 9_000);
        sweep.settle(OVERLAP);
        assert_eq!((sweep.newest, sweep.floor), (Some(1_500), 1_400));
    }

    #[test]
    fn an_item_of_next_year_moves_nothing() {
        let mut sweep = Sweep::starting_at(1_000);
        sweep.observe(40_000, 2_000);
        sweep.settle(OVERLAP);
        assert_eq!((sweep.newest, sweep.floor), (None, 1_000));
    }

    #[test]
    fn a_long_sweep_leaves_the_floor_before_its_beginning() {
        let mut sweep = Sweep::starting_at(0);
        sweep.begin(5_000);
        sweep.begin(8_000);
        sweep.observe(9_000, 9_500);
        sweep.settle(OVERLAP);
        assert_eq!(sweep.floor, 4_900);
        sweep.restart();
        sweep.begin(9_500);
        sweep.settle(OVERLAP);
        assert_eq!((sweep.from, sweep.floor), (4_900, 8_900));
    }

    #[test]
    fn a_larger_overlap_does_not_reach_back_to_what_is_forgotten() {
        let mut sweep = Sweep::starting_at(0);
        sweep.observe(1_000, 9_000);
        sweep.settle(OVERLAP);
        sweep.settle(Duration::from_secs(500));
        assert_eq!(sweep.floor, 900);
    }

    #[test]
    fn nothing_of_a_position_stays_in_the_future() {
        let now = 5_000;
        let sweep = |floor, from, newest, started| Sweep {
            from,
            newest,
            started,
            cursor: Some("c".to_owned()),
            ..Sweep::starting_at(floor)
        };
        for (mut found, latest, floor, newest) in [
            (sweep(9_000, 9_000, None, None), Some(9_000), 5_000, None),
            (
                sweep(7_000, 6_000, Some(8_000), Some(9_000)),
                Some(9_000),
                5_000,
                Some(5_000),
            ),
            (
                sweep(4_000, 3_000, Some(4_100), Some(5_001)),
                Some(5_001),
                4_000,
                Some(4_100),
            ),
            (
                sweep(4_900, 4_900, Some(5_001), Some(4_950)),
                Some(5_001),
                4_900,
                Some(5_000),
            ),
        ] {
            assert_eq!(found.hold_to(now), latest, "{found:?}");
            assert_eq!((found.floor, found.newest), (floor, newest));
            assert_eq!((found.from, found.started), (floor, None), "begun anew");
            assert_eq!(found.cursor, None, "{found:?}");
            assert_eq!(found.hold_to(now), None, "once");
        }
        let sound = sweep(5_000, 4_000, Some(5_000), Some(5_000));
        let mut held = sound.clone();
        assert_eq!(held.hold_to(now), None);
        assert_eq!(held, sound);
    }

    #[test]
    fn a_rewind_goes_back_from_where_it_stands() {
        let mut sweep = Sweep::starting_at(0);
        sweep.observe(1_000, 9_000);
        sweep.settle(OVERLAP);
        sweep.cursor = Some("c".to_owned());
        let back = sweep.rewound(Duration::from_mins(5));
        assert_eq!((back.floor, back.newest), (700, Some(700)));
        assert_eq!((back.from, back.cursor), (700, None));
    }
}
