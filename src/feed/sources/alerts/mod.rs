//! GTI Alerts as a feed, by the time of their last change, oldest first.

mod fields;
mod filter;

use std::time::Duration;

use jiff::Timestamp;

use super::by_time::{Identified, Timeline};
use crate::client::endpoints::gti_alerts::GtiAlerts;
use crate::client::page::RpcPaging;
use crate::client::request::Request;
use crate::feed::position::Sweep;
use crate::feed::window::Window;
use crate::model::error::Error;
use crate::model::gti_alert::{GtiAlertKey, Project, id_of};
use crate::model::json::Scan;
use crate::model::time::rfc3339;

/// So long an alert is known that does not change any more. One that changes comes
/// back with a later time, and is a record once unless changes are wanted.
const KEPT: Duration = Duration::from_hours(180 * 24);

/// The next whole second: bounds of the feed are inclusive, and the service is known
/// to have `<`.
const BEYOND: Duration = Duration::from_secs(1);

/// Which alerts of a project.
#[derive(Debug, Clone)]
pub(crate) struct Which {
    project: Project,
    /// Filters that all have to hold, each whole in itself.
    terms: Vec<String>,
    page_size: u16,
}

impl Which {
    /// Alerts of a project that pass a filter, are in one of these states, where there
    /// are some, and have at least this priority.
    ///
    /// # Errors
    /// Usage, for a filter that cannot be one.
    pub(crate) fn new(
        project: Project,
        filter: Option<&str>,
        states: &[String],
        priorities: &[&str],
        page_size: u16,
    ) -> Result<Self, Error> {
        let typed = filter.map(str::trim).filter(|filter| !filter.is_empty());
        if let Some(filter) = typed {
            filter::check(filter)?;
        }
        let mut states = states.to_vec();
        states.sort();
        states.dedup();
        let any = |field: &str, values: &[String]| {
            let parts = values
                .iter()
                .map(|value| format!("{field} = {}", quoted(value)));
            let parts: Vec<String> = parts.collect();
            (!parts.is_empty()).then(|| parts.join(" OR "))
        };
        let priorities = priorities
            .iter()
            .map(|level| format!("PRIORITY_LEVEL_{level}"));
        let priorities: Vec<String> = priorities.collect();
        let terms = [
            typed.map(str::to_owned),
            any("state", &states),
            any("priority_analysis.priority_level", &priorities),
        ];
        Ok(Self {
            project,
            terms: terms.into_iter().flatten().collect(),
            page_size,
        })
    }

    /// Those that changed within these bounds, both inclusive, in an order.
    pub(crate) fn within(
        &self,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        order: &'static str,
    ) -> GtiAlerts {
        let since = since.map(|at| format!("audit.update_time >= {}", quoted(&rfc3339(at))));
        let until = until.map(|at| {
            let beyond = at.checked_add(BEYOND).unwrap_or(at);
            format!("audit.update_time < {}", quoted(&rfc3339(beyond)))
        });
        // OR binds tighter than AND: each term is closed in itself.
        let terms = self.terms.iter().map(|term| format!("({term})"));
        let all: Vec<String> = since.into_iter().chain(until).chain(terms).collect();
        GtiAlerts {
            project: self.project.clone(),
            filter: all.join(" AND "),
            order,
            page_size: self.page_size,
        }
    }
}

/// A value as filters have it.
fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The line of changes.
pub(crate) struct Changed {
    which: Which,
    /// Whether each version of an alert counts, not only each alert.
    versions: bool,
}

impl Changed {
    /// The changes of these alerts; with `versions` each of them.
    pub(crate) fn new(which: Which, versions: bool) -> Self {
        Self { which, versions }
    }

    /// The project of the alerts.
    pub(crate) fn project(&self) -> &Project {
        &self.which.project
    }

    /// What a checkpoint belongs to.
    pub(crate) fn filters(&self) -> String {
        let project = format!("project:{}", self.which.project.id());
        let updates = self.versions.then(|| "updates".to_owned());
        let terms = self.which.terms.iter().map(|term| format!("({term})"));
        let parts: Vec<String> = std::iter::once(project)
            .chain(terms)
            .chain(updates)
            .collect();
        parts.join(" ")
    }

    /// Where a first run begins.
    pub(crate) fn start(&self, window: &Window) -> Sweep {
        Sweep {
            keep: if self.versions { 0 } else { KEPT.as_secs() },
            ..Sweep::over(window)
        }
    }

    fn asked(&self, sweep: &Sweep) -> GtiAlerts {
        let (since, until) = sweep.bounds();
        self.which
            .within(Some(since), until, "audit.update_time asc")
    }
}

impl Timeline for Changed {
    type Paging = RpcPaging;

    fn oldest_first(&self) -> bool {
        true
    }

    /// How long they last is not known; times lead on without them.
    fn tokens_last(&self) -> bool {
        false
    }

    fn request(&self, sweep: &Sweep) -> Result<Request, Error> {
        Ok(self.asked(sweep).request())
    }

    fn pages(&self, sweep: &Sweep) -> Result<RpcPaging, Error> {
        Ok(self.asked(sweep).pages())
    }

    fn identify(&self, item: &mut Scan<'_>) -> Result<Identified, String> {
        let (item, alert) = item.view::<GtiAlertKey>()?;
        let Some(alert) = alert else {
            return Ok(Identified::by_content(item, None));
        };
        let updated = alert.audit.updated.or(alert.audit.created);
        let time: Option<Timestamp> = updated.as_deref().and_then(|text| text.parse().ok());
        let second = time.map(Timestamp::as_second);
        let Some(name) = alert.name else {
            return Ok(Identified::by_content(item, second));
        };
        // The project may be named by its number some other day.
        let id = id_of(&name);
        if !self.versions {
            return Ok(Identified::new(id.to_owned(), second));
        }
        // Digits behind the second come and go: one moment has one spelling.
        // A tag may come back with what the alert was like before: the moment belongs to it.
        let version = match (alert.etag, time) {
            (Some(etag), Some(time)) => format!("{etag} {time}"),
            (Some(etag), None) => etag,
            (None, Some(time)) => time.to_string(),
            (None, None) => return Ok(Identified::by_content(item, second)),
        };
        Ok(Identified::new(format!("{id} {version}"), second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn which(filter: Option<&str>, states: &[&str], priorities: &[&str]) -> Which {
        let states: Vec<String> = states.iter().map(|state| (*state).to_owned()).collect();
        let project = "gti-12345".parse().expect("a project");
        Which::new(project, filter, &states, priorities, 1000).expect("sound")
    }

    #[test]
    fn every_term_is_closed_in_itself() {
        let which = which(
            Some(r#" state = "NEW" OR finding_count > 3 "#),
            &["READ", "NEW", "READ"],
            &["HIGH", "CRITICAL"],
        );
        let time = |text: &str| text.parse().ok();
        let (since, until) = (time("2026-01-02T03:04:05.9Z"), time("2026-01-02T04:00:00Z"));
        assert_eq!(
            which.within(since, until, "x").filter,
            "audit.update_time >= \"2026-01-02T03:04:05Z\" AND audit.update_time < \"2026-01-02T04:00:01Z\" AND (state = \"NEW\" OR finding_count > 3) AND (state = \"NEW\" OR state = \"READ\") AND (priority_analysis.priority_level = \"PRIORITY_LEVEL_HIGH\" OR priority_analysis.priority_level = \"PRIORITY_LEVEL_CRITICAL\")"
        );
        assert_eq!(
            which
                .within(None, None, "x")
                .filter
                .matches(" AND ")
                .count(),
            2
        );
        assert_eq!(
            super::tests::which(None, &[], &[])
                .within(None, None, "x")
                .filter,
            ""
        );
    }

    #[test]
    fn an_alert_is_known_by_its_id_or_by_its_version() {
        let alert = |etag: &str, at: &str| {
            format!(
                r#"{{"name":"projects/p/alerts/a","etag":{etag},"audit":{{"updateTime":"{at}"}}}}"#
            )
        };
        let identify = |versions: bool, json: &str| {
            let changed = Changed::new(which(None, &[], &[]), versions);
            changed.identify(&mut Scan::of(json)).expect("an item")
        };
        let first = alert("\"1\"", "2026-01-02T03:04:05.9Z");
        let second = alert("\"2\"", "2026-01-02T03:04:05.9Z");
        assert_eq!(identify(false, &first).time, Some(1_767_323_045));
        assert_eq!(identify(false, &first), identify(false, &second));
        assert_ne!(
            identify(true, &first).identity,
            identify(true, &second).identity
        );
        // One tag at two moments is two versions.
        assert_ne!(
            identify(true, &first).identity,
            identify(true, &alert("\"1\"", "2026-01-02T03:04:06Z")).identity
        );
        // Without an etag the moment tells versions apart, however it is spelled.
        let spelled = |at| identify(true, &alert("null", at)).identity;
        assert_eq!(
            spelled("2026-01-02T03:04:05.9Z"),
            spelled("2026-01-02T03:04:05.900000Z")
        );
        assert_ne!(
            spelled("2026-01-02T03:04:05.9Z"),
            spelled("2026-01-02T03:04:05.900001Z")
        );
        // One project, two names.
        let numbered = first.replace("projects/p/", "projects/4711/");
        assert_eq!(
            identify(true, &first).identity,
            identify(true, &numbered).identity
        );
        for odd in [
            "5",
            "{}",
            r#"{"name":"projects/p/alerts/a"}"#,
            r#"{"audit":[]}"#,
        ] {
            assert!(identify(true, odd).identity.starts_with("sha256:"), "{odd}");
        }
    }
}
