//! The issues of a project: which there are at a moment, when scans saw them, and
//! how they get on by themselves.

use std::sync::LazyLock;

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use crate::sandbox::call::Call;
use crate::sandbox::json::Json;
use crate::sandbox::reply::ApiError;
use crate::sandbox::seed::Seed;
use crate::sandbox::states::{State, States, time};
use crate::sandbox::template::{Fixture, Thing};
use crate::sandbox::timeline::{Event, Timeline};

/// Milliseconds from scan to scan.
const SCAN: i64 = 6 * 3_600_000;
/// Issues are kept for so many scans.
const KEPT: i64 = 4 * 60;
/// The scan of 2025-12-01T06:00:00Z, which found the documented issues.
const DOCUMENTED: i64 = 1_764_568_800_000 / SCAN;

/// Issues, those that are always there, and the projects.
pub(super) static FIXTURE: LazyLock<Fixture> =
    LazyLock::new(|| Fixture::new(include_str!("../fixtures/issue.json")));

/// A project, and the scans of it.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) id: &'static str,
    /// The name as collections have it.
    slug: &'static str,
    scans: Timeline,
}

/// The first is asked where none is named; the last is empty.
pub(super) static PROJECTS: [Project; 3] = [
    project("1001", "acme_a1b2c3d", 6),
    project("1002", "bolt_d3c2b1a", 1),
    project("1003", "nothing_e4f5a6b", 0),
];

/// A project whose scans, of half an hour, find so many new issues at most.
const fn project(id: &'static str, slug: &'static str, most: usize) -> Project {
    let scans = Timeline {
        name: slug,
        step: SCAN,
        spread: 1_799_000,
        most,
        burst: None,
        late: None,
    };
    Project { id, slug, scans }
}

/// One issue, as it is at a moment.
#[derive(Debug, Clone)]
pub(super) struct Issue {
    pub(super) id: String,
    pub(super) first_seen: Timestamp,
    pub(super) last_seen: Timestamp,
    pub(super) thing: Thing,
}

impl Project {
    /// The project that a call is about.
    ///
    /// # Errors
    /// 400 for one that is unknown.
    pub(super) fn of(call: &Call) -> Result<&'static Self, ApiError> {
        let id = call.project.as_deref().unwrap_or(PROJECTS[0].id);
        PROJECTS
            .iter()
            .find(|project| project.id == id)
            .ok_or_else(|| {
                let message = "The project of the PROJECT-ID header is unknown";
                ApiError::unsuccessful(StatusCode::BAD_REQUEST, message)
            })
    }

    /// The issues that were found until `moment`.
    pub(super) fn visible(&'static self, moment: Timestamp) -> impl Iterator<Item = Issue> {
        let kept = moment - SignedDuration::from_millis(KEPT * SCAN);
        let events = self.scans.between(kept, moment, moment, true);
        let found = events.map(move |event| self.found(event, moment));
        self.documented(moment).chain(found)
    }

    /// The issue with an id, if it was found until `moment`.
    pub(super) fn find(&'static self, id: &str, moment: Timestamp) -> Option<Issue> {
        // The first digits of an id are the scan that found it.
        let scan = i64::from_str_radix(id.get(..8)?, 16).ok()?;
        let kept = self.scans.step_of(moment) - scan <= KEPT;
        let events = if kept {
            self.scans.of_step(scan, moment)
        } else {
            vec![]
        };
        let found = events.into_iter().map(|event| self.found(event, moment));
        self.documented(moment)
            .chain(found)
            .find(|issue| issue.id == id)
    }

    fn documented(&'static self, moment: Timestamp) -> impl Iterator<Item = Issue> {
        let rows = if self.id == PROJECTS[0].id {
            FIXTURE.documented()
        } else {
            &[]
        };
        let issues = rows.iter().map(move |row| {
            let id = row.text("id");
            let thing = Thing::new(&FIXTURE, Seed::of("documented issue", id));
            self.issue(
                id.to_owned(),
                DOCUMENTED,
                thing.documented(Some(row)),
                moment,
            )
        });
        issues.filter(move |issue| issue.first_seen <= moment)
    }

    fn found(&self, event: Event, moment: Timestamp) -> Issue {
        let scan = self.scans.step_of(event.at);
        let id = format!("{scan:08x}{}", event.seed.hex("id", 56));
        self.issue(id, scan, Thing::new(&FIXTURE, event.seed), moment)
    }

    /// An issue that a scan found. Scans see it again until it is mended; one in
    /// ten misses it.
    fn issue(&self, id: String, scan: i64, thing: Thing, moment: Timestamp) -> Issue {
        let seed = thing.seed;
        let after = seed.between("moment", 0, self.scans.spread);
        let seen_at =
            |scan: i64| Timestamp::from_millisecond(scan * SCAN + after).unwrap_or_default();
        let (latest, lasts) = (self.scans.step_of(moment), thing.number("lasts"));
        let is_seen = |scan: &i64| {
            let this = seed.child("scan", usize::try_from(*scan).unwrap_or(0));
            !this.chance("missed", 10) && seen_at(*scan) <= moment
        };
        let (first_seen, end) = (seen_at(scan), latest.min(scan + lasts - 1));
        let last_seen = seen_at((scan + 1..=end).rev().find(is_seen).unwrap_or(scan));
        let thing = thing
            .with("id", id.clone())
            .with("uid", id.clone())
            .with("collection", self.slug)
            .with("scans", latest - scan)
            .with("gone", latest - scan > lasts + 8);
        Issue {
            id,
            first_seen,
            last_seen,
            thing,
        }
    }
}

impl Issue {
    /// The state at the moment: what it was changed to, else how it got on by
    /// itself.
    pub(super) fn state(&self, states: &States, moment: Timestamp) -> State {
        states.as_of(&self.id, moment).unwrap_or_else(|| State {
            since: self.first_seen,
            status: self.thing.text("first_status"),
            tags: self.thing.texts("first_tags"),
        })
    }

    /// What is known of it in a state.
    pub(super) fn in_state(mut self, state: &State) -> Self {
        let summary = if state.status.starts_with("open") {
            "open"
        } else {
            "closed"
        };
        let tags: Json = state.tags.iter().cloned().collect();
        self.thing = self
            .thing
            .with("status_new", summary)
            .with("status_detailed", state.status.clone())
            .with("tags", tags);
        self
    }

    /// The same with what only answers have.
    pub(super) fn shown(&self) -> Thing {
        let (summary, status) = (
            self.thing.text("status_new"),
            self.thing.text("status_detailed"),
        );
        let detail = status
            .strip_prefix(&summary)
            .unwrap_or("")
            .trim_start_matches('_');
        let thing = self.thing.clone().with("detail", detail.to_owned());
        thing
            .with("first_seen", time(self.first_seen))
            .with("last_seen", time(self.last_seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-20T03:00:00Z".parse().expect("a time")
    }

    #[test]
    fn scans_find_new_issues_and_see_most_open_ones_again() {
        let later = now() + SignedDuration::from_millis(SCAN);
        let before: Vec<Issue> = PROJECTS[0].visible(now()).collect();
        let known = |issue: &Issue| before.iter().any(|one| one.id == issue.id);
        assert!(
            PROJECTS[0].visible(later).any(|issue| !known(&issue)),
            "new ones"
        );
        let seen = |issue: &&Issue| {
            let again = PROJECTS[0]
                .find(&issue.id, later)
                .map_or(issue.last_seen, |later| later.last_seen);
            assert!(again <= later && issue.last_seen >= issue.first_seen);
            again > issue.last_seen
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
        let found = |project: usize, id: &str| {
            let found = PROJECTS[project].find(id, now());
            found.map(|issue| issue.id)
        };
        for issue in PROJECTS[0].visible(now()) {
            assert_eq!(found(0, &issue.id).as_ref(), Some(&issue.id));
            assert_eq!(found(1, &issue.id), None);
        }
        for unknown in ["", "x", "-0000001", &"f".repeat(64)] {
            assert_eq!(found(0, unknown), None);
        }
    }
}
