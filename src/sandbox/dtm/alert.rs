//! The alerts: which there are at a moment, and how they get on by themselves.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};

use crate::sandbox::seed::Seed;
use crate::sandbox::states::{State, States};
use crate::sandbox::template::{Fixture, Thing};
use crate::sandbox::timeline::{Event, Timeline};

/// An alert every couple of minutes, and 31 of one moment every four hours.
static ALERTS: Timeline = Timeline {
    name: "alerts",
    step: 120_000,
    spread: 119_999,
    most: 2,
    burst: Some((120, 31)),
    late: Some((7, 600_000)),
};
/// Alerts are kept so long.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Alerts, those that are always there, and the monitors that raise them.
pub(super) static FIXTURE: LazyLock<Fixture> =
    LazyLock::new(|| Fixture::new(include_str!("../fixtures/alert.json")));

#[derive(Debug, Clone)]
pub(super) struct Alert {
    pub(super) id: String,
    pub(super) created: Timestamp,
    pub(super) thing: Thing,
}

/// The alerts that can be seen at `now` and were created from `low` to `high`.
pub(super) fn visible(
    low: Timestamp,
    high: Timestamp,
    now: Timestamp,
) -> impl Iterator<Item = Alert> {
    let there = move |alert: &Alert| (low..=high.min(now)).contains(&alert.created);
    let events = ALERTS.between(low.max(now - KEPT), high, now, true);
    documented().filter(there).chain(events.map(Alert::from))
}

/// The alert with an id, if it can be seen at `now`.
pub(super) fn find(id: &str, now: Timestamp) -> Option<Alert> {
    // The first digits of an id are the second it was made in, as with the
    // service's own.
    let events = || {
        let second = i64::from_str_radix(id.get(..7)?, 32).ok()?;
        let step = ALERTS.step_of(Timestamp::from_second(second).ok()?);
        let mut alerts = ALERTS.of_step(step, now).into_iter().map(Alert::from);
        alerts.find(|alert| alert.id == id && alert.created >= now - KEPT)
    };
    documented().find(|alert| alert.id == id).or_else(events)
}

/// Those that are always there, under ids that can be written down.
fn documented() -> impl Iterator<Item = Alert> {
    FIXTURE.documented().iter().map(|row| {
        let id = row.text("id").to_owned();
        let thing = Thing::new(&FIXTURE, Seed::of("documented alert", &id)).documented(Some(row));
        Alert::new(id, row.text("created").parse().unwrap_or_default(), thing)
    })
}

impl From<Event> for Alert {
    /// Twenty digits to the base of 32 are the id: the second, and noise.
    fn from(event: Event) -> Self {
        const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
        let second = event.at.as_second().unsigned_abs();
        let noise = event.seed.number("id");
        let digit = |number: u64| char::from(DIGITS[(number % 32) as usize]);
        let begin = (0..7).rev().map(|place| digit(second >> (5 * place)));
        let end = (0..13).map(|place| digit(noise.rotate_right(5 * place)));
        Self::new(
            begin.chain(end).collect(),
            event.at,
            Thing::new(&FIXTURE, event.seed),
        )
    }
}

impl Alert {
    fn new(id: String, created: Timestamp, thing: Thing) -> Self {
        Self { id, created, thing }
    }

    /// The state at a moment: what it was changed to, else how it got on by
    /// itself. Two in five move on once within two days, half of these twice.
    pub(super) fn state(&self, states: &States, moment: Timestamp) -> State {
        if let Some(state) = states.as_of(&self.id, moment) {
            return state;
        }
        let (mut since, mut step) = (self.created, "first_status");
        for (next, after) in [
            ("second_status", "second_after"),
            ("third_status", "third_after"),
        ] {
            let at = since + SignedDuration::from_secs(self.thing.number(after));
            if at > moment || !self.thing.is(next) {
                break;
            }
            (since, step) = (at, next);
        }
        State {
            since,
            status: self.thing.text(step),
            tags: self.thing.texts("first_tags"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-20T03:00:00Z".parse().expect("a time")
    }

    #[test]
    fn ids_are_unique_and_lead_back() {
        let low = now() - SignedDuration::from_hours(24);
        let mut ids: Vec<String> = visible(low, Timestamp::MAX, now())
            .map(|one| one.id)
            .collect();
        for id in &ids {
            assert_eq!(find(id, now()).expect("found").id, *id);
        }
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for unknown in [
            "",
            "x",
            "zzzzzzzzzzzzzzzzzzzz",
            "é234567890123456789",
            "-0000000000000000000",
        ] {
            assert!(find(unknown, now()).is_none(), "{unknown}");
        }
    }

    #[test]
    fn alerts_get_on_with_time_and_never_back() {
        let states = States::default();
        let (mut moved, mut kept) = (0, 0);
        for alert in visible(now() - SignedDuration::from_hours(4), Timestamp::MAX, now()) {
            let states = [0, 24, 24 * 8]
                .map(|hours| alert.state(&states, now() + SignedDuration::from_hours(hours)));
            assert!(states.is_sorted_by_key(|state| state.since));
            assert!(states[0].since <= now(), "{alert:?}");
            if states[2].since > alert.created {
                assert_ne!(states[2].status, "new");
                moved += 1;
            } else {
                kept += 1;
            }
        }
        assert!(moved > 20 && kept > 20, "{moved} {kept}");
    }
}
