//! Issues of Attack Surface Management as a feed, by the time they were last seen.

mod query;

use std::time::Duration;

use jiff::Timestamp;

use super::by_time::{Identified, Timeline};
use crate::client::endpoints::asm_issues::Issues;
use crate::client::page::TokenPaging;
use crate::client::request::Request;
use crate::feed::position::Sweep;
use crate::feed::window::Window;
use crate::model::error::Error;
use crate::model::issue::{IssueKey, IssueProgress};
use crate::model::json::Scan;
use crate::model::time::rfc3339;
use crate::output::Columns;

/// Which issues, and what of them counts.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    /// Where they are asked for.
    pub issues: Issues,
    /// Terms of the search, without the times that a sweep adds.
    terms: String,
    /// Whether the terms themselves say from when to when: those of a sweep would
    /// widen them, because a key that is repeated means either value.
    own_window: bool,
    /// Whether each change of an issue counts, not only each issue.
    updates: bool,
}

/// The columns of issues in CSV.
pub(crate) const COLUMNS: Columns = Columns(&[
    "id",
    "last_seen",
    "first_seen",
    "summary.severity",
    "summary.status",
    "name",
    "pretty_name",
    "entity_type",
    "entity_name",
    "collection",
    "summary.category",
    "summary.confidence",
    "cisa_known_exploited",
    "tags",
]);

/// So long an issue is known that is not seen any more. Each scan gives issues a
/// new time, and scans may lie a month apart.
const KEPT: Duration = Duration::from_hours(180 * 24);

/// Whether the service counts an issue of the very second of a bound is not
/// known: it is asked for one more, and the sweep leaves out what is too much.
const BEYOND: Duration = Duration::from_secs(1);

impl Search {
    /// The issues that a search of the service finds, of any of the severities where
    /// some are given. `has_window` is whether the run adds its own times.
    ///
    /// # Errors
    /// Usage: a search that the service would answer with silence.
    pub(crate) fn new(
        issues: Issues,
        typed: &str,
        severities: &[u8],
        updates: bool,
        has_window: bool,
    ) -> Result<Self, Error> {
        let typed = typed.trim();
        let own_window = query::check(typed)?;
        if own_window && has_window {
            let message = "the query already sets when issues were seen";
            return Err(Error::usage(message).hint("leave last_seen_after and last_seen_before out of it: --since, --until and --checkpoint add their own"));
        }
        let mut severities = severities.to_vec();
        severities.sort_unstable();
        severities.dedup();
        let severities = severities.iter().map(|number| format!("severity:{number}"));
        let typed = (!typed.is_empty()).then(|| typed.to_owned());
        let terms: Vec<String> = typed.into_iter().chain(severities).collect();
        Ok(Self {
            issues,
            terms: terms.join(" "),
            own_window,
            updates,
        })
    }

    /// What a checkpoint belongs to.
    pub(crate) fn filters(&self) -> String {
        let terms = Some(self.terms.clone()).filter(|terms| !terms.is_empty());
        let project = self.issues.project.as_ref();
        let project = project.map(|id| format!("project:{id}"));
        let updates = self.updates.then(|| "updates".to_owned());
        let parts: Vec<String> = terms.into_iter().chain(project).chain(updates).collect();
        parts.join(" ")
    }

    /// Where a first run begins.
    pub(crate) fn start(&self, window: &Window) -> Sweep {
        let since = if self.own_window {
            Timestamp::UNIX_EPOCH
        } else {
            window.since
        };
        Sweep {
            keep: if self.updates { 0 } else { KEPT.as_secs() },
            ..Sweep::over(&Window { since, ..*window })
        }
    }

    /// The pages of a window, in the service's order.
    ///
    /// # Errors
    /// A search that can't be asked for.
    pub(crate) fn list(&self, window: &Window) -> Result<TokenPaging, Error> {
        self.pages(&self.start(window))
    }

    /// The search string of a sweep.
    fn query(&self, sweep: &Sweep) -> String {
        let (since, until) = sweep.bounds();
        let mut terms = Vec::new();
        if !self.terms.is_empty() {
            terms.push(self.terms.clone());
        }
        if !self.own_window {
            let since = since.checked_sub(BEYOND).unwrap_or(since);
            let since = since.max(Timestamp::UNIX_EPOCH);
            terms.push(format!("last_seen_after:{}", rfc3339(since)));
            if let Some(until) = until {
                let until = until.checked_add(BEYOND).unwrap_or(until);
                terms.push(format!("last_seen_before:{}", rfc3339(until)));
            }
        }
        terms.join(" ")
    }
}

impl Timeline for Search {
    type Paging = TokenPaging;

    /// Ascending times were observed, not promised.
    fn oldest_first(&self) -> bool {
        false
    }

    fn request(&self, sweep: &Sweep) -> Result<Request, Error> {
        Ok(self.issues.request(&self.query(sweep))?)
    }

    fn pages(&self, sweep: &Sweep) -> Result<TokenPaging, Error> {
        Ok(self.issues.pages(&self.query(sweep))?)
    }

    fn identify(&self, item: &mut Scan<'_>) -> Result<Identified, String> {
        let (item, issue) = item.view::<IssueKey>()?;
        let Some(issue) = issue else {
            return Ok(Identified::by_content(item, None));
        };
        let last_seen = issue.last_seen.as_deref();
        let time = last_seen
            .and_then(|text| text.parse().ok())
            .map(Timestamp::as_second);
        let Some(id) = issue.id.or(issue.uid).or(issue.uuid) else {
            return Ok(Identified::by_content(item, time));
        };
        if !self.updates {
            return Ok(Identified::new(id, time));
        }
        let IssueProgress {
            severity,
            status,
            status_new_detailed,
        } = issue.summary;
        let status = status.or(status_new_detailed);
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        let identity = format!(
            "{id} {} {} {}",
            part(&status),
            part(&severity),
            part(&issue.last_seen),
        );
        Ok(Identified::new(identity, time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(terms: &str, own_window: bool, updates: bool) -> Search {
        Search {
            issues: Issues {
                project: None,
                page_size: 1000,
            },
            terms: terms.to_owned(),
            own_window,
            updates,
        }
    }

    #[test]
    fn bounds_are_asked_for_with_a_second_to_spare() {
        let start = |search: &Search| {
            search.start(&Window {
                since: "2026-01-02T03:04:05.6Z".parse().expect("a time"),
                until: "2026-01-02T04:00:00Z".parse().ok(),
            })
        };
        let some = search("severity:1", false, false);
        assert_eq!(
            some.query(&start(&some)),
            "severity:1 last_seen_after:2026-01-02T03:04:04Z last_seen_before:2026-01-02T04:00:01Z"
        );
        assert!(!start(&some).spans(1_767_323_044) && start(&some).spans(1_767_323_045));
        let own = search("last_seen_after:last_refresh", true, false);
        assert_eq!(own.query(&start(&own)), "last_seen_after:last_refresh");
        assert!(start(&own).spans(0));
        let all = search("", false, false);
        let query = all.query(&Sweep::starting_at(0));
        assert_eq!(query, "last_seen_after:1970-01-01T00:00:00Z");
    }

    #[test]
    fn an_issue_is_known_by_its_id_or_by_what_moved() {
        let issue = |status: &str, severity: &str, seen: &str| {
            format!(
                r#"{{"id":"ab","last_seen":"2026-01-02T03:04:0{seen}.000Z","summary":{{"status":"{status}","severity":{severity}}}}}"#
            )
        };
        let first = issue("open_new", "2", "5");
        let others = [
            issue("open_triaged", "2", "5"),
            issue("open_new", "1", "5"),
            issue("open_new", "2", "6"),
        ];
        let (ids, changes) = (search("", false, false), search("", false, true));
        let identify = |search: &Search, json: &str| {
            let found = search.identify(&mut Scan::of(json));
            found.expect("an item")
        };
        assert_eq!(identify(&ids, &first).time, Some(1_767_323_045));
        for other in &others {
            let of = |search, json: &str| identify(search, json).identity;
            assert_eq!(of(&ids, &first), of(&ids, other));
            assert_ne!(of(&changes, &first), of(&changes, other), "{other}");
        }
        for odd in ["5", "{}", r#"{"id":null,"summary":[]}"#] {
            let found = identify(&changes, odd);
            assert!(found.identity.starts_with("sha256:"), "{odd}");
            assert_eq!(found.time, None);
        }
    }
}
