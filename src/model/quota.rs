//! Quotas: how much of something an account may use, and from when on again
//! (API notes, sections 1.5 and 10.1).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// One quota as the service states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// Its name: `api_requests_daily`.
    pub name: String,
    /// The user's own, if stated.
    pub user: Option<Allowance>,
    /// That of the group, which all its users share, if stated.
    pub group: Option<Allowance>,
}

/// How much was used of how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Used so far; may be more than is allowed.
    pub used: i64,
    /// The cap as the service writes it.
    pub allowed: Option<i64>,
}

/// What the names of the quotas on requests begin with.
const REQUESTS: &str = "api_requests_";

/// Caps from here on stand for "none": the service writes 1e9 and 6e10.
const NO_CAP: i64 = 1_000_000_000;

impl Quota {
    /// Whether it is one on requests, which every command uses.
    pub fn is_requests(&self) -> bool {
        self.name.starts_with(REQUESTS)
    }

    /// The parts that are stated, by their scope.
    pub fn scopes(&self) -> impl Iterator<Item = (&'static str, Allowance)> {
        let user = self.user.map(|user| ("user", user));
        user.into_iter()
            .chain(self.group.map(|group| ("group", group)))
    }

    /// The cap of a part; `None` where there is none. Bytes are counted in
    /// numbers that would be no cap for anything else.
    pub fn cap(&self, allowance: Allowance) -> Option<i64> {
        let bytes = self.name.ends_with("_bytes");
        allowance
            .allowed
            .filter(|allowed| bytes || *allowed < NO_CAP)
    }

    /// What is left of a part: nothing where more was used than allowed, `None`
    /// where there is no cap.
    pub fn remaining(&self, allowance: Allowance) -> Option<i64> {
        let cap = self.cap(allowance)?;
        Some(cap.saturating_sub(allowance.used).max(0))
    }

    /// When its use counts from zero again. `None` where no moment is known:
    /// hours and minutes roll, and what can be kept (rules, graphs) is freed by
    /// giving something up.
    pub fn resets_at(&self, now: Timestamp) -> Option<Timestamp> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let next = if self.name.ends_with("_daily") {
            today.tomorrow().ok()?
        } else if self.name.ends_with("_monthly") {
            let first = Date::new(today.year(), today.month(), 1).ok()?;
            first.checked_add(1.month()).ok()?
        } else {
            return None;
        };
        let midnight = next.to_zoned(TimeZone::UTC).ok()?;
        Some(midnight.timestamp())
    }

    /// The place in a list for people and scripts: requests first, by their
    /// window, then the others by name.
    pub fn order(&self) -> (usize, &str) {
        let window = self.name.strip_prefix(REQUESTS);
        let known = ["hourly", "daily", "monthly"];
        let place = window.map_or(known.len() + 1, |window| {
            known
                .iter()
                .position(|known| *known == window)
                .unwrap_or(known.len())
        });
        (place, &self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(name: &str) -> Quota {
        Quota {
            name: name.to_owned(),
            user: None,
            group: None,
        }
    }

    #[test]
    fn days_and_months_begin_at_midnight_utc() {
        for (name, now, resets) in [
            (
                "api_requests_daily",
                "2026-01-02T03:04:05Z",
                Some("2026-01-03T00:00:00Z"),
            ),
            (
                "api_requests_daily",
                "2026-12-31T23:59:59Z",
                Some("2027-01-01T00:00:00Z"),
            ),
            (
                "api_requests_daily",
                "2026-02-28T00:00:00Z",
                Some("2026-03-01T00:00:00Z"),
            ),
            (
                "private_scans_monthly",
                "2026-01-31T12:00:00Z",
                Some("2026-02-01T00:00:00Z"),
            ),
            (
                "api_requests_monthly",
                "2026-12-01T00:00:00Z",
                Some("2027-01-01T00:00:00Z"),
            ),
            ("api_requests_hourly", "2026-01-02T03:04:05Z", None),
            ("private_scans_per_minute", "2026-01-02T03:04:05Z", None),
            ("intelligence_hunting_rules", "2026-01-02T03:04:05Z", None),
        ] {
            let now = now.parse().expect("a time");
            let at = quota(name).resets_at(now).map(|at| at.to_string());
            assert_eq!(at.as_deref(), resets, "{name} {now}");
        }
    }

    #[test]
    fn what_is_left() {
        for (name, used, allowed, cap, left) in [
            ("api_requests_daily", 3, Some(10), Some(10), Some(7)),
            ("api_requests_daily", 12, Some(10), Some(10), Some(0)),
            ("api_requests_daily", 3, Some(0), Some(0), Some(0)),
            ("api_requests_monthly", 3, Some(1_000_000_000), None, None),
            (
                "api_requests_monthly",
                5_000_000_000,
                Some(60_000_000_000),
                None,
                None,
            ),
            ("api_requests_monthly", 3, None, None, None),
            (
                "monitor_storage_bytes",
                5_000_000_000,
                Some(60_000_000_000),
                Some(60_000_000_000),
                Some(55_000_000_000),
            ),
        ] {
            let quota = quota(name);
            let allowance = Allowance { used, allowed };
            assert_eq!(quota.cap(allowance), cap, "{name}");
            assert_eq!(quota.remaining(allowance), left, "{name}");
        }
    }

    #[test]
    fn requests_come_first_by_their_window() {
        let mut names = [
            "zeta",
            "api_requests_yearly",
            "api_requests_monthly",
            "alpha",
            "api_requests_hourly",
            "api_requests_daily",
        ];
        names.sort_by(|a, b| quota(a).order().cmp(&quota(b).order()));
        assert_eq!(
            names,
            [
                "api_requests_hourly",
                "api_requests_daily",
                "api_requests_monthly",
                "api_requests_yearly",
                "alpha",
                "zeta"
            ]
        );
    }
}
