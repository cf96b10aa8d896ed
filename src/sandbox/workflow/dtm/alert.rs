//! The alerts: which there are at a moment, and how they get on by themselves.

use jiff::{SignedDuration, Timestamp};

use super::documented::{self, Role};
use super::monitor::{MONITORS, Monitor};
use crate::sandbox::seed::Seed;
use crate::sandbox::workflow::changes::Changes;

/// One alert every so many milliseconds.
const STEP: i64 = 120_000;
/// Of so many steps one has more alerts of one moment than a page holds.
const BURST_EVERY: i64 = 120;
const BURST: usize = 31;
/// So much later than its time a late one appears.
const LATE: SignedDuration = SignedDuration::from_mins(10);
/// Alerts are kept so long.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The statuses of an alert; each of them can be set.
pub(super) const STATUSES: [&str; 9] = [
    "new",
    "read",
    "escalated",
    "in_progress",
    "closed",
    "no_action_required",
    "duplicate",
    "not_relevant",
    "tracked_external",
];

/// What is wrong, as the service sorts it, with the type of the document.
const TYPES: [(&str, &str); 8] = [
    ("Compromised Credentials", "account_discovery"),
    ("Domain Discovery", "domain_discovery"),
    ("Forum Post", "forum_post"),
    ("Message", "message"),
    ("Paste", "paste"),
    ("Shop Listing", "shop_listing"),
    ("Tweet", "tweet"),
    ("Web Content", "web_content_publish"),
];

/// One alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alert {
    pub(super) id: String,
    pub(super) created: Timestamp,
    pub(super) seed: Seed,
    /// The role of a documented one.
    pub(super) role: Option<Role>,
}

/// What changes about an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) status: &'static str,
    pub(super) tags: Vec<String>,
    pub(super) updated: Timestamp,
}

/// The alerts that can be seen at `now` and were created from `low` to `high`.
pub(super) fn visible(low: Timestamp, high: Timestamp, now: Timestamp) -> Vec<Alert> {
    let mut found: Vec<Alert> = documented::all()
        .filter(|alert| alert.created <= now)
        .collect();
    let first = low.max(now - KEPT).as_millisecond().div_euclid(STEP);
    let last = high.min(now).as_millisecond().div_euclid(STEP);
    for step in first..=last {
        found.extend(of_step(step).filter(|alert| alert.is_there(now)));
    }
    found.retain(|alert| (low..=high).contains(&alert.created));
    found
}

/// The alert with an id, if it can be seen at `now`.
pub(super) fn find(id: &str, now: Timestamp) -> Option<Alert> {
    if let Some(alert) = documented::all().find(|alert| alert.id == id) {
        return Some(alert);
    }
    // The first digits of an id are the second it was made in, as with the
    // service's own.
    let second = i64::from_str_radix(id.get(..7)?, 32).ok()?;
    let step = (second * 1_000).div_euclid(STEP);
    of_step(step).find(|alert| alert.id == id && alert.is_there(now))
}

fn of_step(step: i64) -> impl Iterator<Item = Alert> {
    let seed = Seed::of("alerts", &step.to_string());
    let count = match step.rem_euclid(BURST_EVERY) {
        0 => BURST,
        _ => seed.pick("count", &[0, 1, 1, 1, 2]),
    };
    let shared = seed.between("moment", 0, STEP - 1);
    (0..count).filter_map(move |index| {
        let seed = seed.child("alert", index);
        let within = match count {
            BURST => shared,
            _ => seed.between("moment", 0, STEP - 1),
        };
        let created = Timestamp::from_millisecond(step * STEP + within).ok()?;
        Some(Alert {
            id: id(created, seed),
            created,
            seed,
            role: None,
        })
    })
}

/// Twenty digits to the base of 32: the second, and noise.
fn id(created: Timestamp, seed: Seed) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    let mut noise = [seed.number("id"), seed.number("id's rest")];
    let second = created.as_second().unsigned_abs();
    (0..20_usize)
        .map(|place| {
            let digit = if place < 7 {
                second >> (5 * (6 - place))
            } else {
                let part = &mut noise[place % 2];
                *part >>= 5;
                *part
            };
            char::from(DIGITS[(digit % 32) as usize])
        })
        .collect()
}

impl Alert {
    fn is_there(&self, now: Timestamp) -> bool {
        let late = if self.seed.below("late", 7) == 0 {
            LATE
        } else {
            SignedDuration::ZERO
        };
        self.created + late <= now && self.created >= now - KEPT
    }

    /// `alert_type`, and the type of the document.
    pub(super) fn kind(&self) -> (&'static str, &'static str) {
        self.seed.pick("type", &TYPES)
    }

    pub(super) fn severity(&self) -> &'static str {
        match (self.role, self.seed.below("severity", 20)) {
            (Some(_), _) | (None, 0..3) => "high",
            (None, 3..10) => "medium",
            _ => "low",
        }
    }

    /// 0 to 100.
    pub(super) fn mscore(&self) -> i64 {
        let (low, high) = match self.severity() {
            "high" => (70, 100),
            "medium" => (30, 80),
            _ => (0, 40),
        };
        self.seed.between("mscore", low, high)
    }

    pub(super) fn monitor(&self) -> &'static Monitor {
        &MONITORS[self.seed.below("monitor", MONITORS.len())]
    }

    /// Whether somebody wrote an analysis.
    pub(super) fn is_analysed(&self) -> bool {
        self.role.is_none() && self.seed.chance("analysis", 8)
    }

    /// The state at a moment: what it was changed to, else how it got on by
    /// itself. Two in five move on once within three days, half of these twice.
    pub(super) fn state(&self, changes: &Changes, moment: Timestamp) -> State {
        if let Some(change) = changes.as_of(&self.id, moment) {
            return State {
                status: change.status,
                tags: change.tags.clone(),
                updated: change.at,
            };
        }
        let mut state = State {
            status: "new",
            tags: self.tags(),
            updated: self.created,
        };
        if let Some(role) = self.role {
            state.status = role.status();
            return state;
        }
        let steps = [
            (40, 72 * 60, &["read", "in_progress", "escalated"][..]),
            (
                50,
                96 * 60,
                &["closed", "no_action_required", "not_relevant", "duplicate"][..],
            ),
        ];
        for (place, (share, minutes, statuses)) in steps.into_iter().enumerate() {
            let seed = self.seed.child("step", place);
            let at = state.updated
                + SignedDuration::from_millis(seed.between("at", 60_000, minutes * 60_000));
            if !seed.chance("happens", share) || at > moment {
                break;
            }
            state.status = seed.pick("status", statuses);
            state.updated = at;
        }
        state
    }

    fn tags(&self) -> Vec<String> {
        let own: &[&str] = match self.role {
            Some(role) => role.tags(),
            None => self.seed.pick(
                "tags",
                &[
                    &[][..],
                    &[],
                    &["brand"],
                    &["credentials", "vip"],
                    &["phishing"],
                ],
            ),
        };
        own.iter().map(|&tag| tag.to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-20T03:00:00Z".parse().expect("a time")
    }

    #[test]
    fn the_feed_only_grows_and_some_come_late() {
        let (mut late, mut new) = (0, 0);
        for hour in 0..24 {
            let now = now() + SignedDuration::from_hours(hour);
            let low = now - SignedDuration::from_hours(1);
            let early = visible(low, Timestamp::MAX, now);
            let later = visible(low, Timestamp::MAX, now + SignedDuration::from_mins(30));
            assert!(early.iter().all(|one| later.contains(one)));
            let fresh = later.iter().filter(|one| !early.contains(one));
            let (before, after): (Vec<_>, Vec<_>) = fresh.partition(|one| one.created <= now);
            late += before.len();
            new += after.len();
        }
        assert!(late > 0 && new > 24 * 10, "{late} {new}");
    }

    #[test]
    fn ids_are_unique_and_lead_back() {
        let all = visible(
            now() - SignedDuration::from_hours(24),
            Timestamp::MAX,
            now(),
        );
        let mut ids: Vec<&str> = all.iter().map(|one| one.id.as_str()).collect();
        for id in &ids {
            assert_eq!(find(id, now()).expect("found").id, **id);
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
            assert_eq!(find(unknown, now()), None, "{unknown}");
        }
    }

    #[test]
    fn more_share_a_moment_than_a_page_holds() {
        let all = visible(now() - SignedDuration::from_hours(5), Timestamp::MAX, now());
        let most = all.iter().map(|one| {
            all.iter()
                .filter(|other| other.created == one.created)
                .count()
        });
        assert_eq!(most.max(), Some(BURST));
    }

    #[test]
    fn alerts_get_on_with_time_and_never_back() {
        let changes = Changes::default();
        let (mut moved, mut kept) = (0, 0);
        for alert in visible(now() - SignedDuration::from_hours(4), Timestamp::MAX, now()) {
            let states = [0, 24, 24 * 8]
                .map(|hours| alert.state(&changes, now() + SignedDuration::from_hours(hours)));
            assert!(states.is_sorted_by_key(|state| state.updated));
            assert!(states[0].updated <= now(), "{alert:?}");
            if states[2].updated > alert.created {
                assert_ne!(states[2].status, "new");
                moved += 1;
            } else {
                kept += 1;
            }
        }
        assert!(moved > 20 && kept > 20, "{moved} {kept}");
    }
}
