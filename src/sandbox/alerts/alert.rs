//! The alerts: which there are at a moment, and how they get on by themselves and
//! under the hands of others.

use jiff::{SignedDuration, Timestamp};

use crate::sandbox::seed::Seed;
use crate::sandbox::states::{State, States};
use crate::sandbox::timeline::{Event, Timeline};

/// An alert or two every twenty minutes, and 31 of one moment every eight hours.
static ALERTS: Timeline = Timeline {
    name: "gti alerts",
    step: 1_200_000,
    spread: 1_199_999,
    most: 2,
    burst: Some((24, 31)),
    late: Some((7, 600_000)),
};

/// Alerts are kept so long.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Where those that are always there are set apart from the rest: id, state, and
/// when it was made.
const DOCUMENTED: [(&str, &str, &str); 7] = [
    ("alert-new", "NEW", "2025-12-01T08:00:00.125Z"),
    ("alert-escalated", "ESCALATED", "2025-12-01T08:01:00Z"),
    ("alert-resolved", "RESOLVED", "2025-12-01T08:02:00.125250Z"),
    ("alert-contested", "NEW", "2025-12-01T08:03:00.125250375Z"),
    ("alert-critical", "TRIAGED", "2025-12-01T08:04:00.5Z"),
    ("alert-hostile", "NEW", "2025-12-01T08:05:00Z"),
    ("alert-sparse", "", "2025-12-01T08:06:00Z"),
];

/// What an alert can be about: the union's member, and its name in filters.
pub(super) const DETAILS: [(&str, &str); 3] = [
    ("dataLeak", "data_leak"),
    ("initialAccessBroker", "initial_access_broker"),
    ("insiderThreat", "insider_threat"),
];

/// One alert.
#[derive(Debug, Clone)]
pub(super) struct Alert {
    pub(super) id: String,
    pub(super) created: Timestamp,
    pub(super) seed: Seed,
    first: &'static str,
    documented: bool,
}

/// The alerts that can be seen at `now`.
pub(super) fn visible(now: Timestamp) -> Vec<Alert> {
    let events = ALERTS.between(now - KEPT, Timestamp::MAX, now, true);
    documented().chain(events.map(Alert::from)).collect()
}

/// The alert with an id, if it can be seen at `now`.
pub(super) fn find(id: &str, now: Timestamp) -> Option<Alert> {
    let events = || {
        let second = i64::from_str_radix(id.get(..8)?, 16).ok()?;
        let step = ALERTS.step_of(Timestamp::from_second(second).ok()?);
        let mut alerts = ALERTS.of_step(step, now).into_iter().map(Alert::from);
        alerts.find(|alert| alert.id == id && alert.created >= now - KEPT)
    };
    documented().find(|alert| alert.id == id).or_else(events)
}

fn documented() -> impl Iterator<Item = Alert> {
    DOCUMENTED.iter().map(|(id, state, created)| Alert {
        id: (*id).to_owned(),
        created: created.parse().unwrap_or_default(),
        seed: Seed::of("documented gti alert", id),
        first: state,
        documented: true,
    })
}

impl From<Event> for Alert {
    /// A UUID of version 4, but for its first part: that is the second.
    fn from(event: Event) -> Self {
        let noise = event.seed.hex("id", 27);
        Self {
            id: format!(
                "{:08x}-{}-4{}-a{}-{}",
                event.at.as_second(),
                &noise[..4],
                &noise[4..7],
                &noise[7..10],
                &noise[10..22]
            ),
            created: event.at,
            seed: event.seed,
            first: "NEW",
            documented: false,
        }
    }
}

impl Alert {
    /// The state at a moment: what it was changed to, else how it got on by itself.
    /// Two in five are changed by somebody within two days, half of these twice.
    pub(super) fn state(&self, states: &States, moment: Timestamp) -> State {
        if let Some(state) = states.as_of(&self.key(), moment) {
            return state;
        }
        let mut state = State {
            since: self.created,
            status: self.first.to_owned(),
            tags: vec!["detection-job-7".to_owned()],
        };
        if self.documented || !self.seed.chance("moves on", 40) {
            return state;
        }
        for (step, states) in [
            ("second", ["READ", "TRIAGED", "ESCALATED"]),
            ("third", ["RESOLVED", "FALSE_POSITIVE", "NOT_ACTIONABLE"]),
        ] {
            let after = self.seed.between(step, 60, 172_800);
            let at = state.since + SignedDuration::from_secs(after);
            if at > moment || (step == "third" && !self.seed.chance("moves on again", 50)) {
                break;
            }
            state = State {
                since: at,
                status: self.seed.pick(step, &states).to_owned(),
                tags: vec!["analyst@corp.example".to_owned()],
            };
        }
        state
    }

    /// Under what its changes are remembered.
    pub(super) fn key(&self) -> String {
        format!("gti alert {}", self.id)
    }

    /// Whether it is the documented one that plays this part.
    pub(super) fn is(&self, part: &str) -> bool {
        self.documented && self.id.strip_prefix("alert-") == Some(part)
    }

    /// What it is about; nothing for the one that says next to nothing.
    pub(super) fn detail(&self) -> Option<(&'static str, &'static str)> {
        match () {
            () if self.is("sparse") => None,
            () if self.is("new") => Some(DETAILS[0]),
            () if self.is("escalated") => Some(DETAILS[2]),
            () => Some(self.seed.pick("detail", &DETAILS)),
        }
    }

    /// How severe it is: the word without the prefix of its enumeration.
    pub(super) fn severity(&self) -> &'static str {
        if self.is("critical") {
            // Not in the schema, but in the service's own example of a filter.
            return "CRITICAL";
        }
        self.seed.pick("severity", &["LOW", "MEDIUM", "HIGH"])
    }

    /// How soon it is to be looked at.
    pub(super) fn priority(&self) -> &'static str {
        match self.severity() {
            "CRITICAL" => "CRITICAL",
            "HIGH" => self.seed.pick("priority", &["HIGH", "CRITICAL"]),
            _ => self.seed.pick("priority", &["LOW", "MEDIUM", "HIGH"]),
        }
    }

    /// How much it concerns the customer.
    pub(super) fn relevance(&self) -> &'static str {
        self.seed.pick("relevance", &["LOW", "MEDIUM", "HIGH"])
    }

    /// How many findings it has.
    pub(super) fn findings(&self) -> usize {
        match () {
            () if self.is("sparse") => 0,
            () if self.is("new") => 3,
            () => 1 + self.seed.below("findings", 4),
        }
    }

    /// The ids of the documents that it was raised for.
    pub(super) fn documents(&self) -> Vec<String> {
        let count = match () {
            () if self.is("sparse") => 0,
            () if self.is("new") => 2,
            () => 1 + self.seed.below("documents", 2),
        };
        let id = |index| format!("doc-{}", self.seed.child("document", index).hex("id", 10));
        (0..count).map(id).collect()
    }
}

/// What changes with every version.
pub(super) fn etag(alert: &Alert, state: &State) -> String {
    let text = format!("{} {} {}", alert.id, state.since, state.status);
    format!("\"{}\"", Seed::of("etag", &text).hex("etag", 12))
}
