//! The issues: which there are at a moment, when scans saw them, and how they
//! get on by themselves.

use jiff::{SignedDuration, Timestamp};

use super::project::Project;
use crate::sandbox::seed::Seed;
use crate::sandbox::workflow::changes::Changes;

/// Seconds from scan to scan, and how long one takes.
const SCAN: i64 = 6 * 3_600;
const TAKES: i64 = 1_800;
/// Issues are kept for so many scans.
const KEPT: i64 = 4 * 60;
/// The scan of 2025-12-01T06:00:00Z, which found the documented issues.
const DOCUMENTED: i64 = 1_764_568_800 / SCAN;
const ROLES: [Role; 4] = [Role::New, Role::Triaged, Role::Closed, Role::Hostile];

/// The statuses that can be set.
pub(super) const STATUSES: [&str; 13] = [
    "open_new",
    "open_triaged",
    "open_in_progress",
    "closed",
    "closed_mitigated",
    "closed_resolved",
    "closed_duplicate",
    "closed_out_of_scope",
    "closed_benign",
    "closed_risk_accepted",
    "closed_false_positive",
    "closed_no_repro",
    "closed_tracked_externally",
];

/// What a documented issue shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    New,
    Triaged,
    Closed,
    Hostile,
}

/// One issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Issue {
    pub(super) id: String,
    pub(super) seed: Seed,
    pub(super) role: Option<Role>,
    /// The scan that found it.
    scan: i64,
}

/// What changes about an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) status: &'static str,
    pub(super) tags: Vec<String>,
    pub(super) last_seen: Timestamp,
}

impl State {
    /// `open` or `closed`.
    pub(super) fn summary(&self) -> &'static str {
        if self.status.starts_with("open") {
            "open"
        } else {
            "closed"
        }
    }
}

/// The issues of a project that were found until `moment`.
pub(super) fn visible(project: &Project, moment: Timestamp) -> Vec<Issue> {
    let last = moment.as_second().div_euclid(SCAN);
    let mut found: Vec<Issue> = documented(project).collect();
    found.extend((last - KEPT..=last).flat_map(|scan| of_scan(project, scan)));
    found.retain(|issue| issue.first_seen() <= moment);
    found
}

/// The issue with an id, if it was found until `moment`.
pub(super) fn find(project: &Project, id: &str, moment: Timestamp) -> Option<Issue> {
    // The first digits of an id are the scan that found it.
    let scan = i64::from_str_radix(id.get(..8)?, 16).ok()?;
    let last = moment.as_second().div_euclid(SCAN);
    let found = of_scan(project, scan).filter(|_| (last - KEPT..=last).contains(&scan));
    documented(project)
        .chain(found)
        .find(|issue| issue.id == id && issue.first_seen() <= moment)
}

/// The beginning of the latest scan.
pub(super) fn last_refresh(moment: Timestamp) -> Timestamp {
    time(moment.as_second().div_euclid(SCAN) * SCAN)
}

fn documented(project: &Project) -> impl Iterator<Item = Issue> {
    let roles = if project.id == 1_001 { &ROLES[..] } else { &[] };
    roles.iter().enumerate().map(|(index, role)| {
        let id = format!("{:064x}", index + 1);
        Issue {
            seed: Seed::of("documented issue", &id),
            id,
            role: Some(*role),
            scan: DOCUMENTED,
        }
    })
}

fn of_scan(project: &Project, scan: i64) -> impl Iterator<Item = Issue> {
    let seed = Seed::of("scan", &format!("{} {scan}", project.id));
    let count = match project.most {
        0 => 0,
        most => seed.below("count", most + 1),
    };
    (0..count).map(move |index| {
        let seed = seed.child("issue", index);
        Issue {
            id: format!("{scan:08x}{}", seed.hex("id", 56)),
            seed,
            role: None,
            scan,
        }
    })
}

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or_default()
}

impl Issue {
    /// When a scan sees it, if it does.
    fn seen_at(&self, scan: i64) -> Timestamp {
        time(scan * SCAN + self.seed.between("moment", 0, TAKES - 1))
    }

    pub(super) fn first_seen(&self) -> Timestamp {
        self.seen_at(self.scan)
    }

    /// How many scans it is there for; a third is mended within two weeks.
    fn lasts(&self) -> i64 {
        match self.role {
            Some(Role::Closed) => 1,
            None if self.seed.chance("mended", 33) => self.seed.between("lasts", 1, 56),
            _ => i64::MAX,
        }
    }

    /// When it was seen last: one in ten is missed by a scan.
    fn last_seen(&self, moment: Timestamp) -> Timestamp {
        let latest = moment.as_second().div_euclid(SCAN);
        let latest = latest.min(self.scan.saturating_add(self.lasts() - 1));
        let sees = |scan: i64| {
            let missed = self.seed.child("scan", usize::try_from(scan).unwrap_or(0));
            !missed.chance("missed", 10) && self.seen_at(scan) <= moment
        };
        let last = (self.scan + 1..=latest).rev().find(|scan| sees(*scan));
        self.seen_at(last.unwrap_or(self.scan))
    }

    /// The state at a moment: what it was changed to, else how it got on by
    /// itself. What a scan sees does not depend on either.
    pub(super) fn state(&self, changes: &Changes, moment: Timestamp) -> State {
        let last_seen = self.last_seen(moment);
        if let Some(change) = changes.as_of(&self.id, moment) {
            return State {
                status: change.status,
                tags: change.tags.clone(),
                last_seen,
            };
        }
        let tags: &[&str] = match self.role {
            Some(Role::Triaged) => &["internet-facing", "owner:web"],
            Some(_) => &[],
            None => self
                .seed
                .pick("tags", &[&[][..], &[], &["internet-facing"]]),
        };
        State {
            status: self.status(moment),
            tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
            last_seen,
        }
    }

    fn status(&self, moment: Timestamp) -> &'static str {
        match self.role {
            Some(Role::Triaged) => return "open_triaged",
            Some(Role::Closed) => return "closed_mitigated",
            Some(_) => return "open_new",
            None => {}
        }
        let age = moment.duration_since(self.first_seen());
        let gone =
            self.lasts() < i64::MAX && age > SignedDuration::from_secs(SCAN * (self.lasts() + 8));
        let after = |hours| age > SignedDuration::from_hours(hours);
        match self.seed.below("status", 10) {
            _ if gone => "closed_resolved",
            0 | 1 if after(96) => "open_in_progress",
            0..4 if after(24) => "open_triaged",
            4 if after(48) => "closed_risk_accepted",
            _ => "open_new",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderMap;

    fn now() -> Timestamp {
        "2026-01-20T03:00:00Z".parse().expect("a time")
    }

    #[test]
    fn scans_find_new_issues_and_see_most_open_ones_again() {
        let project = Project::of(&HeaderMap::new()).expect("the default");
        let changes = Changes::default();
        let later = now() + SignedDuration::from_secs(SCAN);
        let (before, after) = (visible(project, now()), visible(project, later));
        assert!(
            after.iter().any(|issue| !before.contains(issue)),
            "new ones"
        );
        let seen = |issue: &&Issue| {
            let last = |moment| issue.state(&changes, moment).last_seen;
            assert!(last(later) <= later && last(now()) >= issue.first_seen());
            last(later) > last(now())
        };
        let again = before.iter().filter(seen).count();
        assert!(
            again * 2 > before.len() && again < before.len(),
            "{again} of {}",
            before.len()
        );
    }

    #[test]
    fn ids_lead_back_within_their_project() {
        let project = Project::of(&HeaderMap::new()).expect("the default");
        let other = HeaderMap::from_iter([(
            "project-id".parse().expect("a name"),
            "1002".parse().expect("a value"),
        )]);
        let other = Project::of(&other).expect("known");
        for issue in visible(project, now()) {
            assert_eq!(find(project, &issue.id, now()), Some(issue.clone()));
            assert_eq!(find(other, &issue.id, now()), None);
        }
        for unknown in ["", "x", "-0000001", &"f".repeat(64)] {
            assert_eq!(find(project, unknown, now()), None);
        }
    }
}
