//! Things that appear as time goes by, always the same ones at the same moments:
//! notifications, alerts, and the issues of scans.

use jiff::Timestamp;

use super::seed::Seed;

/// How things of a kind appear. Times are in milliseconds.
#[derive(Debug)]
pub(super) struct Timeline {
    /// What their seeds grow from.
    pub(super) name: &'static str,
    /// From one step to the next.
    pub(super) step: i64,
    /// All of a step come within so much; 0 stands for one moment.
    pub(super) spread: i64,
    /// Most things of a step.
    pub(super) most: usize,
    /// One of so many steps has so many of one moment, more than a page holds.
    pub(super) burst: Option<(i64, usize)>,
    /// One of so many is seen only so much later than its time.
    pub(super) late: Option<(usize, i64)>,
}

/// A thing that appeared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) at: Timestamp,
    pub(super) seed: Seed,
    /// Which one of its step it is.
    pub(super) index: usize,
    /// From when on it is seen, in milliseconds.
    visible_from: i64,
}

impl Timeline {
    /// The step that a time is in.
    pub(super) fn step_of(&self, at: Timestamp) -> i64 {
        at.as_millisecond().div_euclid(self.step)
    }

    /// What appears in a step and can be seen at `now`, by time.
    pub(super) fn of_step(&self, step: i64, now: Timestamp) -> Vec<Event> {
        let seed = Seed::of(self.name, &step.to_string());
        let burst = self.burst.filter(|(every, _)| step.rem_euclid(*every) == 0);
        let count = burst.map_or_else(|| seed.below("count", self.most + 1), |(_, count)| count);
        let event = |index| {
            let own = seed.child("event", index);
            let drawn = if burst.is_some() { seed } else { own };
            let at = step * self.step + drawn.between("moment", 0, self.spread);
            let delay = match self.late {
                Some((every, delay)) if own.below("late", every) == 0 => delay,
                _ => 0,
            };
            Some(Event {
                at: Timestamp::from_millisecond(at).ok()?,
                seed: own,
                index,
                visible_from: at + delay,
            })
        };
        let mut events: Vec<Event> = (0..count).filter_map(event).collect();
        events.retain(|event| event.visible_from <= now.as_millisecond());
        events.sort_by_key(|event| event.at);
        events
    }

    /// What can be seen at `now` of what appeared from `low` to `high`, by time or
    /// against it. Nothing is made before it is asked for.
    pub(super) fn between(
        &'static self,
        low: Timestamp,
        high: Timestamp,
        now: Timestamp,
        ascending: bool,
    ) -> impl Iterator<Item = Event> {
        let (first, last) = (self.step_of(low), self.step_of(high.min(now)));
        let steps =
            (0..=last - first).map(move |nth| if ascending { first + nth } else { last - nth });
        steps
            .flat_map(move |step| {
                let mut events = self.of_step(step, now);
                if !ascending {
                    events.reverse();
                }
                events
            })
            .filter(move |event| (low..=high).contains(&event.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static TIMELINE: Timeline = Timeline {
        name: "test",
        step: 60_000,
        spread: 59_000,
        most: 3,
        burst: Some((30, 47)),
        late: Some((2, 240_000)),
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_767_322_800 + second).expect("a time")
    }

    #[test]
    fn it_only_grows_and_some_come_late() {
        let seen = |now| {
            let events = TIMELINE.between(at(-7_200), Timestamp::MAX, at(now), true);
            events.collect::<Vec<_>>()
        };
        let (early, later) = (seen(0), seen(600));
        assert!(early.iter().all(|one| later.contains(one)));
        let fresh: Vec<_> = later.iter().filter(|one| !early.contains(one)).collect();
        assert!(fresh.iter().any(|one| one.at <= at(0)), "a late one");
        assert!(fresh.iter().any(|one| one.at > at(0)), "a new one");
    }

    #[test]
    fn more_share_a_moment_than_a_page_holds() {
        let all: Vec<_> = TIMELINE
            .between(at(-7_200), at(-600), at(0), true)
            .collect();
        let most = all
            .iter()
            .map(|one| all.iter().filter(|other| other.at == one.at).count());
        assert_eq!(most.max(), Some(47));
    }

    #[test]
    fn one_order_is_the_other_reversed() {
        let all = |ascending| TIMELINE.between(at(-7_200), Timestamp::MAX, at(0), ascending);
        let up: Vec<_> = all(true).collect();
        assert!(up.is_sorted_by_key(|one| one.at) && up.len() > 100);
        let mut down: Vec<_> = all(false).collect();
        down.reverse();
        assert_eq!(up, down);
    }
}
