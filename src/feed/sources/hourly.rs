//! Feeds that come in packages of an hour: every hour since the last one, each once,
//! with gaps that are asked for again.
//!
//! Longer than other files: which hour comes next, and what its absence means, is one
//! state.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::feed::hour::Hour;
use crate::feed::page::{Feed, Page};
use crate::feed::position::{Hours, Position, Progress};
use crate::feed::window::Window;
use crate::model::error::{Error, ErrorKind};

/// What such a feed has of its own.
pub(crate) trait Source {
    /// A package on its way.
    type Package: Package;

    /// Asks for a package and waits for its answer to begin.
    ///
    /// # Errors
    /// What the request came to.
    fn open(
        &self,
        job: &Job,
        identities: Option<Identities>,
        time: i64,
    ) -> impl Future<Output = Result<Self::Package, Error>>;

    /// What a request that failed means for its list.
    fn meaning(&self, job: &Job, error: &Error, standing: Standing) -> Meaning;

    /// A list in messages: threat list `malware`.
    fn named(&self, list: &str) -> String;

    /// The error of a list with what to know about it.
    fn explained(&self, list: &str, error: Error) -> Error;

    /// Whether an hour is committed when every list of it is done. Otherwise each
    /// package is by itself, and a list that fails leaves the others their turn.
    const WHOLE_HOURS: bool;

    /// So many new hours in a row without a package are no gap, but a fault; none for
    /// any number.
    const MOST_MISSING: Option<usize>;

    /// Why no request may be sent any more, if that is so.
    fn closed(&self) -> bool;
}

/// A package on its way.
pub(crate) trait Package {
    /// The next entries; none at the end of the package.
    ///
    /// # Errors
    /// What the request came to, after the retries.
    fn next(&mut self) -> impl Future<Output = Result<Option<Page>, Error>>;
}

/// Which packages of the lists.
#[derive(Debug, Clone)]
pub(crate) enum Packages {
    /// The newest one that is published.
    Latest,
    /// Those of the hours from one to another.
    Between(Hour, Hour),
    /// Every one that is missing since the position.
    Missing {
        /// How far the lists have come.
        hours: Hours,
        /// Where lists that are new begin.
        first: Hour,
        /// Where a first run ends; none for as late as there is anything.
        last: Option<Hour>,
    },
}

impl Packages {
    /// What a checkpoint's run reads, from its position and its window. Only a first
    /// run has an end.
    pub(crate) fn missing(hours: Hours, window: &Window) -> Self {
        let last = window.until.filter(|_| hours.lists.is_empty());
        Self::Missing {
            hours,
            first: Hour::of(window.since),
            last: last.map(Hour::of),
        }
    }

    /// The same of lists whose beginning is settled: where they begin stays so, even
    /// if the first run ends before their turn.
    fn of(self, lists: &[String]) -> Self {
        let Self::Missing {
            mut hours,
            first,
            last,
        } = self
        else {
            return self;
        };
        for list in lists {
            let begins = || Progress::starting_at(first);
            hours.lists.entry(list.clone()).or_insert_with(begins);
        }
        Self::Missing { hours, first, last }
    }
}

/// Lists, and which packages of them.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    /// The names of the lists.
    pub lists: Vec<String>,
    /// Which packages.
    pub packages: Packages,
    /// Only entries that are new or changed since a package before.
    pub changes_only: bool,
    /// Whether the run may stop within a package, so that what it emitted of it
    /// must be remembered.
    pub may_stop_within: bool,
}

/// What the identities of a package are made of.
#[derive(Debug, Clone)]
pub(crate) struct Identities {
    /// Whatever sets them apart from those of other lists.
    pub prefix: String,
    /// Whether a changed entry is another one, and an equal one of another package is
    /// not.
    pub by_change: bool,
}

/// One package of one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    /// The list's name.
    pub list: String,
    /// The hour; none for the newest package.
    pub hour: Option<Hour>,
}

impl Job {
    /// The package as paths name it.
    pub(crate) fn package(&self) -> String {
        self.hour
            .map_or_else(|| "latest".to_owned(), |hour| hour.to_string())
    }
}

/// What a request that failed means for its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The package is not published yet: the list is up to date.
    Early,
    /// The package is missing, and may come later.
    Gap,
    /// The list failed.
    Failed,
}

/// What is known of a list when a request fails.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    /// Whether a package of the list ever came.
    pub delivered: bool,
    /// Whether any package came in this poll: whatever answers is the service.
    pub heard: bool,
    /// What time it is.
    pub now: Timestamp,
}

/// The feed.
pub(crate) struct Hourly<S: Source> {
    source: S,
    selection: Selection,
    clock: fn() -> Timestamp,
    /// What is left of this poll; none when it has not begun.
    jobs: Option<VecDeque<Job>>,
    reading: Option<(Job, S::Package)>,
    /// Where the lists stand when the hour in hand is committed.
    ahead: Option<Hours>,
    /// Of the first list that failed, to be told when the others are done.
    failure: Option<Error>,
    missing: Missing,
}

/// Packages of this poll that the service does not have.
#[derive(Debug, Default)]
struct Missing {
    /// New hours without a package, the gaps of earlier runs not counted.
    hours: usize,
    last: Option<Hour>,
    /// Whether any package came.
    delivered: bool,
}

impl<S: Source> Hourly<S> {
    /// The lists from their positions on.
    pub(crate) fn new(source: S, selection: Selection, clock: fn() -> Timestamp) -> Self {
        let packages = selection.packages.of(&selection.lists);
        Self {
            source,
            selection: Selection {
                packages,
                ..selection
            },
            clock,
            jobs: None,
            reading: None,
            ahead: None,
            failure: None,
            missing: Missing::default(),
        }
    }

    async fn open(&mut self, job: Job) -> Result<Option<Page>, Error> {
        let identities = self.identities(&job);
        let time = job
            .hour
            .unwrap_or(Hour::of((self.clock)()))
            .start()
            .as_second();
        let error = match self.source.open(&job, identities, time).await {
            Ok(package) => {
                self.missing.delivered = true;
                self.reading = Some((job, package));
                return Ok(None);
            }
            Err(error) => error,
        };
        let standing = Standing {
            delivered: self.progress(&job.list).is_some_and(|list| list.delivered),
            heard: self.missing.delivered,
            now: (self.clock)(),
        };
        let named = self.source.named(&job.list);
        match self.source.meaning(&job, &error, standing) {
            Meaning::Early => {
                tracing::info!("{named} is up to date: {error}");
                self.drop_list(&job.list);
                Ok(self.hour_over(&job))
            }
            Meaning::Gap => {
                tracing::warn!(
                    "{named} has no package {}: the next runs ask for it again",
                    job.package()
                );
                self.missed(&job);
                Ok(self.finished(&job, false))
            }
            Meaning::Failed if S::WHOLE_HOURS => {
                self.abandon();
                Err(self.source.explained(&job.list, error))
            }
            Meaning::Failed => {
                self.list_failed(&job.list, error);
                Ok(None)
            }
        }
    }

    /// Forgets the poll: the next one begins at what is committed.
    fn abandon(&mut self) {
        self.jobs = None;
        self.ahead = None;
        self.failure = None;
        self.missing = Missing::default();
    }

    fn missed(&mut self, job: &Job) {
        let is_new = self
            .progress(&job.list)
            .is_none_or(|list| job.hour >= Some(list.next));
        if is_new && self.missing.last != job.hour {
            self.missing.hours += 1;
            self.missing.last = job.hour;
        }
    }

    /// Remembers the first failure and leaves the list out of this poll, so that
    /// the other lists get their turn.
    fn list_failed(&mut self, list: &str, error: Error) {
        self.drop_list(list);
        let error = self.source.explained(list, error);
        if self.source.closed() {
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
            Packages::Missing { hours, .. } => hours.lists.get(list),
            _ => None,
        }
    }

    fn identities(&self, job: &Job) -> Option<Identities> {
        let selection = &self.selection;
        let Packages::Missing { .. } = selection.packages else {
            return None;
        };
        if selection.changes_only {
            return Some(Identities {
                prefix: format!("{}:", job.list),
                by_change: true,
            });
        }
        let begun = self
            .progress(&job.list)
            .is_some_and(|list| list.partial == job.hour);
        (selection.may_stop_within || begun).then(|| Identities {
            prefix: format!("{}:{}:", job.list, job.package()),
            by_change: false,
        })
    }

    /// The end of a package, or of its hour: an empty page that carries the position
    /// after it.
    fn finished(&mut self, job: &Job, delivered: bool) -> Option<Page> {
        if let (Packages::Missing { hours, first, .. }, Some(hour)) =
            (&self.selection.packages, job.hour)
        {
            let ahead = self.ahead.get_or_insert_with(|| hours.clone());
            let list = ahead.lists.entry(job.list.clone());
            list.or_insert_with(|| Progress::starting_at(*first))
                .done(hour, delivered);
        }
        self.hour_over(job)
    }

    /// The position after the hour of a package, where nothing more of it is due.
    fn hour_over(&mut self, job: &Job) -> Option<Page> {
        let next = self.jobs.as_ref().and_then(VecDeque::front);
        if S::WHOLE_HOURS && next.is_some_and(|next| next.hour == job.hour) {
            return None;
        }
        let after = match &mut self.selection.packages {
            Packages::Missing { hours, .. } => {
                *hours = self.ahead.take()?;
                hours.clone()
            }
            // A run that remembers nothing settles what it has all the same.
            Packages::Latest | Packages::Between(..) => Hours::default(),
        };
        Some(Page {
            after: Some(Position::Hours(after)),
            ..Page::default()
        })
    }

    /// The position from which the package in hand comes once more, and what was
    /// emitted of it is known.
    fn within(&self, job: &Job) -> Option<Position> {
        let Packages::Missing { hours, first, .. } = &self.selection.packages else {
            return None;
        };
        let mut hours = self.ahead.as_ref().unwrap_or(hours).clone();
        let list = hours.lists.entry(job.list.clone());
        list.or_insert_with(|| Progress::starting_at(*first))
            .partial = job.hour;
        Some(Position::Hours(hours))
    }

    /// The end of a poll.
    fn over(&mut self) -> Result<Option<Page>, Error> {
        self.jobs = None;
        let missing = std::mem::take(&mut self.missing);
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        if let Packages::Missing { last, .. } = &mut self.selection.packages {
            *last = None;
        }
        let ever = match &self.selection.packages {
            Packages::Missing { hours, .. } => hours.lists.values().any(|list| list.delivered),
            _ => false,
        };
        match S::MOST_MISSING {
            Some(most) if !missing.delivered && missing.hours > if ever { most } else { 0 } => {
                Err(nothing_came(missing.hours))
            }
            _ => Ok(None),
        }
    }
}

/// Gaps lie between packages: where nothing else comes there is something wrong.
fn nothing_came(hours: usize) -> Error {
    let message = match hours {
        1 => "the service has no package for the only hour requested".to_owned(),
        hours => format!("the service has no package for any of {hours} hours requested"),
    };
    Error::new(ErrorKind::NotFound, message).hint(
        "older packages may be gone, and the licence may not include them; the same command asks again",
    )
}

impl<S: Source> Feed for Hourly<S> {
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
                        self.abandon();
                        return Err(error);
                    }
                }
            }
            let clock = self.clock;
            let selection = &self.selection;
            let jobs = self
                .jobs
                .get_or_insert_with(|| jobs(&selection.lists, &selection.packages, clock()));
            let Some(job) = jobs.pop_front() else {
                return self.over();
            };
            if let Some(page) = self.open(job).await? {
                return Ok(Some(page));
            }
        }
    }
}

/// The packages of one poll, the oldest hour first.
pub(crate) fn jobs(lists: &[String], packages: &Packages, now: Timestamp) -> VecDeque<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    for list in lists {
        let mut add = |hour| {
            jobs.push(Job {
                list: list.clone(),
                hour,
            });
        };
        match packages {
            Packages::Latest => add(None),
            Packages::Between(first, last) => each(*first, *last, |hour| add(Some(hour))),
            Packages::Missing { hours, first, last } => {
                let known = hours.lists.get(list);
                for gap in known.iter().flat_map(|known| &known.gaps) {
                    add(Some(*gap));
                }
                let next = known.map_or(*first, |known| known.next);
                // The hour that is not over has no package.
                let newest = Hour::of(now).plus(-1);
                let last = last.map_or(newest, |last| last.min(newest));
                each(next, last, |hour| add(Some(hour)));
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

    fn plan(packages: &Packages) -> Vec<String> {
        let lists = ["a".to_owned(), "b".to_owned()];
        let now = "2026-01-02T03:30:00Z".parse().expect("a time");
        let jobs = jobs(&lists, packages, now).into_iter();
        jobs.map(|job| format!("{} {}", job.list, job.package()))
            .collect()
    }

    #[test]
    fn every_missing_hour_is_asked_for_and_none_that_is_not_over() {
        assert_eq!(plan(&Packages::Latest), ["a latest", "b latest"]);
        let mut hours = Hours::default();
        let mut list = Progress::starting_at(hour("2026010200"));
        list.done(hour("2026010200"), false);
        list.done(hour("2026010201"), true);
        hours.lists.insert("a".to_owned(), list);
        assert_eq!(
            plan(&Packages::Missing {
                hours,
                first: hour("2026010201"),
                last: None,
            }),
            [
                "a 2026010200",
                "b 2026010201",
                "a 2026010202",
                "b 2026010202"
            ]
        );
    }

    #[test]
    fn a_first_run_ends_with_its_window_and_a_later_one_does_not() {
        let time = |text: &str| text.parse::<Timestamp>().expect("a time");
        let window = Window {
            since: time("2026-01-01T23:59:00Z"),
            until: Some(time("2026-01-02T01:00:00Z")),
        };
        let first = Packages::missing(Hours::default(), &window);
        assert_eq!(
            plan(&first),
            [
                "a 2026010123",
                "b 2026010123",
                "a 2026010200",
                "b 2026010200",
                "a 2026010201",
                "b 2026010201"
            ]
        );
        // A list that had no turn begins where the first run would have begun.
        let Packages::Missing { hours, .. } = first.of(&["a".to_owned(), "b".to_owned()]) else {
            panic!("another kind");
        };
        let later = Window {
            since: time("2026-01-02T02:59:00Z"),
            ..window
        };
        assert_eq!(plan(&Packages::missing(hours, &later)).len(), 8);
    }
}
