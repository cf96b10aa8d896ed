//! Threat lists as a feed: packages of an hour, each streamed from the socket.

mod package;
mod split;
mod tear;
mod tier;

use std::collections::VecDeque;

use jiff::Timestamp;

pub(crate) use tier::{documented, licence};

use self::package::{Identities, Package};
use crate::client::Client;
use crate::client::endpoints::threat_lists::Entries;
use crate::feed::hour::Hour;
use crate::feed::page::{Feed, Page};
use crate::feed::position::{Hours, Position, Progress};
use crate::model::error::{Error, ErrorKind};

/// Which packages of the lists.
#[derive(Debug, Clone)]
pub(crate) enum Packages {
    /// The newest one that is published.
    Latest,
    /// Those of the hours from one to another.
    Between(Hour, Hour),
    /// Every one that is missing since the position, from an hour on for lists
    /// that are new.
    Missing(Hours, Hour),
}

/// Lists, and what of them.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    /// The names of the lists.
    pub lists: Vec<String>,
    /// Which entries.
    pub wanted: Entries,
    /// Which packages.
    pub packages: Packages,
    /// Only entries that are new or changed since a package before.
    pub changes_only: bool,
    /// Whether the run may stop within a package, so that what it emitted of it
    /// must be remembered.
    pub may_stop_within: bool,
}

/// The feed.
pub(crate) struct ThreatList<'a> {
    client: &'a Client,
    selection: Selection,
    clock: fn() -> Timestamp,
    /// What is left of this poll; none when it has not begun.
    jobs: Option<VecDeque<Job>>,
    reading: Option<(Job, Package<'a>)>,
    /// Of the first list that failed, to be told when the others are done.
    failure: Option<Error>,
}

/// One package of one list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Job {
    list: String,
    hour: Option<Hour>,
}

impl Job {
    fn package(&self) -> String {
        self.hour
            .map_or_else(|| "latest".to_owned(), |hour| hour.to_string())
    }
}

/// What a request that failed means for its list.
enum Meaning {
    /// The package is not published yet: the list is up to date.
    Early,
    /// The package is missing, and may come later.
    Gap,
    /// The list failed.
    Failed,
}

impl<'a> ThreatList<'a> {
    /// The lists from their positions on.
    pub(crate) fn new(client: &'a Client, selection: Selection, clock: fn() -> Timestamp) -> Self {
        Self {
            client,
            selection,
            clock,
            jobs: None,
            reading: None,
            failure: None,
        }
    }

    /// The first packages that a run would ask for.
    pub(crate) fn plan(selection: &Selection, now: Timestamp) -> Vec<(String, String)> {
        let jobs = jobs(selection, now);
        jobs.iter()
            .map(|job| (job.list.clone(), job.package()))
            .collect()
    }

    async fn open(&mut self, job: Job) -> Result<Option<Page>, Error> {
        let identities = self.identities(&job);
        let time = job
            .hour
            .unwrap_or(Hour::of((self.clock)()))
            .start()
            .as_second();
        let opened = Package::open(
            self.client,
            &job.list,
            &job.package(),
            &self.selection.wanted,
            identities,
            time,
        )
        .await;
        match opened {
            Ok(package) => self.reading = Some((job, package)),
            Err(error) => match self.meaning(&job, &error) {
                Meaning::Early => {
                    tracing::info!("threat list `{}` is up to date", job.list);
                    self.drop_list(&job.list);
                }
                Meaning::Gap => {
                    tracing::warn!(
                        "threat list `{}` has no package {}: the next runs ask for it again",
                        job.list,
                        job.package()
                    );
                    return Ok(self.finished(&job, false));
                }
                Meaning::Failed => self.list_failed(&job.list, error),
            },
        }
        Ok(None)
    }

    fn meaning(&self, job: &Job, error: &Error) -> Meaning {
        let early = error.status == Some(400)
            && (error
                .code
                .as_deref()
                .is_some_and(|code| code.starts_with("NotAvailableYet"))
                || error.message.contains("not available until"));
        if early {
            return Meaning::Early;
        }
        let known = licence(&job.list).is_some()
            || self.progress(&job.list).is_some_and(|list| list.delivered);
        // A list that was never heard of is a slip of the pen, not a gap.
        if error.status == Some(404) && job.hour.is_some() && known {
            return Meaning::Gap;
        }
        Meaning::Failed
    }

    /// Remembers the first failure and leaves the list out of this poll, so that
    /// the other lists get their turn.
    fn list_failed(&mut self, list: &str, error: Error) {
        self.drop_list(list);
        let error = match (error.kind, licence(list)) {
            (ErrorKind::Forbidden, Some(licence)) => Error {
                message: format!(
                    "threat list `{list}` is part of {licence}: {}",
                    error.message
                ),
                ..error
            },
            _ => Error {
                message: format!("threat list `{list}`: {}", error.message),
                ..error
            },
        };
        if self.client.closed().is_some() {
            self.jobs = Some(VecDeque::new());
        }
        if self.failure.is_none() {
            self.failure = Some(error);
        } else {
            tracing::warn!("{error}");
        }
    }

    fn drop_list(&mut self, list: &str) {
        if let Some(jobs) = &mut self.jobs {
            jobs.retain(|job| job.list != list);
        }
    }

    fn progress(&self, list: &str) -> Option<&Progress> {
        match &self.selection.packages {
            Packages::Missing(hours, _) => hours.lists.get(list),
            _ => None,
        }
    }

    fn identities(&self, job: &Job) -> Option<Identities> {
        let selection = &self.selection;
        let Packages::Missing(..) = selection.packages else {
            return None;
        };
        if selection.changes_only {
            return Some(Identities {
                prefix: format!("{}:", job.list),
                by_date: true,
            });
        }
        let begun = self
            .progress(&job.list)
            .is_some_and(|list| list.partial == job.hour);
        (selection.may_stop_within || begun).then(|| Identities {
            prefix: format!("{}:{}:", job.list, job.package()),
            by_date: false,
        })
    }

    /// The end of a package: an empty page that carries the position after it.
    fn finished(&mut self, job: &Job, delivered: bool) -> Option<Page> {
        let Packages::Missing(hours, first) = &mut self.selection.packages else {
            return None;
        };
        let hour = job.hour?;
        let list = hours.lists.entry(job.list.clone());
        list.or_insert_with(|| Progress::starting_at(*first))
            .done(hour, delivered);
        Some(Page {
            after: Some(Position::Hours(hours.clone())),
            ..Page::default()
        })
    }

    /// The position from which the package in hand comes once more, and what was
    /// emitted of it is known.
    fn within(&self, job: &Job) -> Option<Position> {
        let Packages::Missing(hours, first) = &self.selection.packages else {
            return None;
        };
        let mut hours = hours.clone();
        let list = hours.lists.entry(job.list.clone());
        list.or_insert_with(|| Progress::starting_at(*first))
            .partial = job.hour;
        Some(Position::Hours(hours))
    }
}

impl Feed for ThreatList<'_> {
    async fn next(&mut self) -> Result<Option<Page>, Error> {
        loop {
            if let Some((job, mut package)) = self.reading.take() {
                match package.next().await {
                    Ok(Some(mut page)) => {
                        page.at = self.within(&job);
                        self.reading = Some((job, package));
                        return Ok(Some(page));
                    }
                    Ok(None) => {
                        if let Some(page) = self.finished(&job, true) {
                            return Ok(Some(page));
                        }
                    }
                    // A part of the package is out already, and nothing of
                    // another one may be committed on top of it.
                    Err(error) => {
                        self.jobs = None;
                        self.failure = None;
                        return Err(error);
                    }
                }
            }
            let clock = self.clock;
            let selection = &self.selection;
            let jobs = self.jobs.get_or_insert_with(|| jobs(selection, clock()));
            let Some(job) = jobs.pop_front() else {
                self.jobs = None;
                return match self.failure.take() {
                    Some(error) => Err(error),
                    None => Ok(None),
                };
            };
            if let Some(page) = self.open(job).await? {
                return Ok(Some(page));
            }
        }
    }
}

/// The packages of one poll, the oldest hour first.
fn jobs(selection: &Selection, now: Timestamp) -> VecDeque<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    for list in &selection.lists {
        let mut add = |hour| {
            jobs.push(Job {
                list: list.clone(),
                hour,
            });
        };
        match &selection.packages {
            Packages::Latest => add(None),
            Packages::Between(first, last) => each(*first, *last, |hour| add(Some(hour))),
            Packages::Missing(hours, first) => {
                let known = hours.lists.get(list);
                for gap in known.iter().flat_map(|known| &known.gaps) {
                    add(Some(*gap));
                }
                let next = known.map_or(*first, |known| known.next);
                // The hour that is not over has no package.
                each(next, Hour::of(now).plus(-1), |hour| add(Some(hour)));
            }
        }
    }
    // Stable: lists of one hour stay in the order they were named in.
    jobs.sort_by_key(|job| job.hour);
    jobs.into()
}

fn each(first: Hour, last: Hour, mut take: impl FnMut(Hour)) {
    let mut hour = first;
    while hour <= last {
        take(hour);
        hour = hour.plus(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(text: &str) -> Hour {
        text.parse().expect(text)
    }

    fn plan(packages: Packages) -> Vec<String> {
        let selection = Selection {
            lists: vec!["a".to_owned(), "b".to_owned()],
            wanted: Entries::default(),
            packages,
            changes_only: false,
            may_stop_within: false,
        };
        let now = "2026-01-02T03:30:00Z".parse().expect("a time");
        let plan = ThreatList::plan(&selection, now).into_iter();
        plan.map(|(list, package)| format!("{list} {package}"))
            .collect()
    }

    #[test]
    fn every_missing_hour_is_asked_for_and_none_that_is_not_over() {
        assert_eq!(plan(Packages::Latest), ["a latest", "b latest"]);
        let mut hours = Hours::default();
        let mut list = Progress::starting_at(hour("2026010200"));
        list.done(hour("2026010200"), false);
        list.done(hour("2026010201"), true);
        hours.lists.insert("a".to_owned(), list);
        assert_eq!(
            plan(Packages::Missing(hours, hour("2026010201"))),
            [
                "a 2026010200",
                "b 2026010201",
                "a 2026010202",
                "b 2026010202"
            ]
        );
    }
}
