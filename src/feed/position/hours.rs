//! The position of feeds that come in hourly packages.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::feed::hour::Hour;

/// How far each list has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hours {
    /// By the list's name.
    pub lists: BTreeMap<String, Progress>,
}

/// How far one list has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Progress {
    /// The hour to ask for next.
    pub next: Hour,
    /// Whether any package of the list ever came.
    pub delivered: bool,
    /// Hours before it that the service did not have; asked for again.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub gaps: BTreeSet<Hour>,
    /// The package of which a limited run emitted a part; what it emitted is
    /// among the remembered identities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<Hour>,
}

/// Hours that packages are kept by the service (API notes, section 5.4), and one
/// day more.
const RETENTION: i64 = 8 * 24;

impl Progress {
    /// Before anything was read.
    pub(crate) fn starting_at(hour: Hour) -> Self {
        Self {
            next: hour,
            delivered: false,
            gaps: BTreeSet::new(),
            partial: None,
        }
    }

    /// A package is done, or known to be missing.
    pub(crate) fn done(&mut self, hour: Hour, delivered: bool) {
        self.delivered |= delivered;
        if self.partial == Some(hour) {
            self.partial = None;
        }
        if delivered {
            self.gaps.remove(&hour);
        } else {
            self.gaps.insert(hour);
        }
        if hour >= self.next {
            self.next = hour.plus(1);
        }
        // What is older will not come any more.
        let oldest = self.next.plus(-RETENTION);
        self.gaps.retain(|gap| *gap >= oldest);
    }
}

impl Hours {
    /// The last hour that every list has; none before the first.
    pub(crate) fn mark(&self) -> Option<Timestamp> {
        let delivered = self.lists.values().filter(|list| list.delivered);
        delivered.map(|list| list.next.plus(-1).start()).min()
    }

    /// The second from which on identities must be remembered.
    pub(crate) fn remembered_from(&self) -> i64 {
        let next = self.lists.values().map(|list| list.next).min();
        next.map_or(0, |next| next.plus(-RETENTION).start().as_second())
    }

    /// Takes back what a clock that was ahead has set: the next hour of a list is at
    /// most the one that `now` lies in. Gives the latest that was later.
    pub(crate) fn hold_to(&mut self, now: Timestamp) -> Option<Timestamp> {
        let current = Hour::of(now);
        let mut latest = None;
        for list in self.lists.values_mut() {
            let next = list.next;
            if next <= current {
                continue;
            }
            latest = latest.max(Some(next.start()));
            list.next = current;
            list.gaps.retain(|gap| *gap < current);
            list.partial = list.partial.filter(|hour| *hour <= current);
        }
        latest
    }

    /// The same lists, so long before; and the second from which on their
    /// packages come again.
    #[must_use]
    pub(crate) fn rewound(&self, by: Duration) -> (Self, i64) {
        let hours = i64::try_from(by.as_secs().div_ceil(3600)).unwrap_or(i64::MAX / 8192);
        let mut back = self.clone();
        for list in back.lists.values_mut() {
            list.next = list.next.plus(-hours);
            list.partial = None;
            let next = list.next;
            list.gaps.retain(|gap| *gap < next);
        }
        let first = back.lists.values().map(|list| list.next).min();
        let since = first.map_or(0, |hour| hour.start().as_second());
        (back, since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(text: &str) -> Hour {
        text.parse().expect(text)
    }

    #[test]
    fn gaps_are_kept_until_they_come_or_are_too_old() {
        let mut list = Progress::starting_at(hour("2026010200"));
        list.done(hour("2026010200"), true);
        list.done(hour("2026010201"), false);
        list.done(hour("2026010202"), true);
        assert_eq!(list.next, hour("2026010203"));
        assert_eq!(list.gaps, BTreeSet::from([hour("2026010201")]));
        list.done(hour("2026010201"), true);
        assert_eq!(list.next, hour("2026010203"));
        assert!(list.gaps.is_empty());
        list.done(hour("2026010203"), false);
        list.done(hour("2026011203"), true);
        assert!(list.gaps.is_empty());
    }

    #[test]
    fn no_list_is_ahead_of_the_hour_that_it_is() {
        let now = "2026-01-02T03:30:00Z".parse().expect("a time");
        for (next, held, latest) in [
            ("2026010202", "2026010202", None),
            ("2026010203", "2026010203", None),
            ("2026010204", "2026010203", Some("2026-01-02T04:00:00Z")),
            ("2027010100", "2026010203", Some("2027-01-01T00:00:00Z")),
        ] {
            let mut list = Progress::starting_at(hour(next));
            list.gaps = [hour("2026010201"), hour(next)].into();
            list.partial = Some(hour(next));
            let mut hours = Hours::default();
            hours.lists.insert("a".to_owned(), list);
            let found = hours.hold_to(now).map(|time| time.to_string());
            assert_eq!(found.as_deref(), latest, "{next}");
            let list = &hours.lists["a"];
            assert_eq!(list.next, hour(held), "{next}");
            assert!(list.gaps.contains(&hour("2026010201")), "{next}");
            let ahead = latest.is_some();
            assert_eq!(list.gaps.contains(&hour(next)), !ahead, "{next}");
            assert_eq!(list.partial.is_none(), ahead, "{next}");
        }
    }

    #[test]
    fn the_slowest_list_is_where_it_stands() {
        let mut hours = Hours::default();
        assert_eq!(hours.mark(), None);
        for (name, last) in [("a", "2026010205"), ("b", "2026010203")] {
            let mut list = Progress::starting_at(hour(last));
            list.done(hour(last), true);
            hours.lists.insert(name.to_owned(), list);
        }
        let mark = hours.mark().expect("a mark");
        assert_eq!(mark.to_string(), "2026-01-02T03:00:00Z");
        let (back, since) = hours.rewound(Duration::from_mins(90));
        assert_eq!(back.lists["b"].next, hour("2026010202"));
        assert_eq!(since, hour("2026010202").start().as_second());
    }
}
