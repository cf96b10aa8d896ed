//! Alerts of Digital Threat Monitoring as a feed: by creation, oldest first, and
//! where changes are wanted by the last change as well.

mod alert;
mod updated;

use std::time::Duration;

use jiff::Timestamp;

use self::alert::Alert;
use self::updated::Updated;
use super::by_time::{ByTime, Identified, Timeline};
use crate::client::Client;
use crate::client::endpoints::dtm_alerts::{AlertOrder, Alerts};
use crate::client::page::LinkPaging;
use crate::client::request::Request;
use crate::feed::page::{Feed, Page};
use crate::feed::position::{Changes, Position, Sweep};
use crate::model::error::Error;
use crate::model::json::Scan;

/// Which alerts, and in which order.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    /// Which alerts.
    pub alerts: Alerts,
    /// Newest first: only a whole sweep then proves what was seen.
    pub newest_first: bool,
}

/// Alerts, from a position on.
pub(crate) struct Dtm<'a> {
    created: ByTime<'a, Created>,
    updated: Option<Updated<'a>>,
    reading: Reading,
}

/// Which of its two sweeps is being read.
#[derive(Clone, Copy)]
enum Reading {
    Created,
    Updated,
}

impl<'a> Dtm<'a> {
    /// The alerts from a position on: a sweep of those created, or of changes as
    /// well. `overlap` is how far each new sweep looks back for what came late.
    pub(crate) fn new(
        client: &'a Client,
        selection: Selection,
        position: Position,
        overlap: Duration,
        clock: fn() -> Timestamp,
    ) -> Self {
        let (created, updated) = match position {
            Position::Sweep(sweep) => (sweep, None),
            Position::Changes(changes) => (changes.created, Some(changes.updated)),
            // No run with hourly packages belongs to this feed.
            Position::Hours(_) | Position::Kinds(_) => {
                (Sweep::starting_at(clock().as_second()), None)
            }
        };
        let alerts = selection.alerts.clone();
        let timeline = Created {
            selection,
            versions: updated.is_some(),
        };
        Self {
            created: ByTime::new(client, timeline, created, overlap, clock),
            updated: updated.map(|sweep| Updated::new(client, alerts, sweep, overlap, clock)),
            reading: Reading::Created,
        }
    }

    /// A page of one of the sweeps, with the positions of both.
    fn joined(&self, mut page: Page) -> Page {
        let Some(updated) = &self.updated else {
            return page;
        };
        let join = |position| match position {
            Position::Sweep(created) => Position::Changes(Changes {
                created,
                updated: updated.position(),
            }),
            other => other,
        };
        page.at = page.at.map(join);
        page.after = page.after.map(join);
        page
    }
}

impl Feed for Dtm<'_> {
    async fn next(&mut self) -> Result<Option<Page>, Error> {
        if let Reading::Created = self.reading {
            if let Some(page) = self.created.next().await? {
                return Ok(Some(self.joined(page)));
            }
            self.reading = Reading::Updated;
        }
        let Some(updated) = &mut self.updated else {
            self.reading = Reading::Created;
            return Ok(None);
        };
        let came = updated.next(&self.created.position()).await;
        if !matches!(came, Ok(Some(_))) {
            self.reading = Reading::Created;
        }
        came
    }
}

/// The first requests of a run that goes on from a position.
pub(crate) fn requests(selection: &Selection, position: &Position) -> Vec<Request> {
    match position {
        Position::Sweep(sweep) => vec![selection.request(sweep)],
        Position::Changes(changes) => vec![
            selection.request(&changes.created),
            selection
                .alerts
                .request(AlertOrder::LastChangedFirst, None, None),
        ],
        Position::Hours(_) | Position::Kinds(_) => Vec::new(),
    }
}

impl Selection {
    /// What a checkpoint belongs to: everything that decides which alerts come,
    /// and as what.
    pub(crate) fn filters(&self, updates: bool) -> String {
        let alerts = &self.alerts;
        let mut parts = Vec::new();
        for (name, values) in [
            ("monitor-id", &alerts.monitors),
            ("status", &alerts.statuses),
            ("alert-type", &alerts.types),
            ("tag", &alerts.tags),
            ("match-value", &alerts.match_values),
            ("severity", &alerts.severities),
        ] {
            let mut values = values.clone();
            values.sort();
            values.dedup();
            parts.extend(values.iter().map(|value| format!("{name}:{value}")));
        }
        parts.extend(
            alerts
                .lowest_mscore
                .map(|score| format!("mscore-gte:{score}")),
        );
        parts.extend(
            alerts
                .search
                .as_ref()
                .map(|search| format!("search:{search}")),
        );
        parts.extend(alerts.refs.then(|| "refs".to_owned()));
        parts.extend(updates.then(|| "updates".to_owned()));
        parts.join(" ")
    }

    fn order(&self) -> AlertOrder {
        if self.newest_first {
            AlertOrder::NewestFirst
        } else {
            AlertOrder::OldestFirst
        }
    }

    fn request(&self, sweep: &Sweep) -> Request {
        let (since, until) = sweep.bounds();
        self.alerts.request(self.order(), Some(since), until)
    }
}

/// The line of creation.
struct Created {
    selection: Selection,
    /// Whether each version of an alert counts, not only each alert.
    versions: bool,
}

impl Timeline for Created {
    type Paging = LinkPaging;

    fn oldest_first(&self) -> bool {
        !self.selection.newest_first
    }

    /// Ten minutes at most.
    fn tokens_last(&self) -> bool {
        false
    }

    fn request(&self, sweep: &Sweep) -> Result<Request, Error> {
        Ok(self.selection.request(sweep))
    }

    fn pages(&self, sweep: &Sweep) -> Result<LinkPaging, Error> {
        let (since, until) = sweep.bounds();
        let order = self.selection.order();
        Ok(self.selection.alerts.pages(order, Some(since), until))
    }

    fn identify(&self, item: &mut Scan<'_>) -> Result<Identified, String> {
        let (item, alert) = Alert::read(item)?;
        let time = alert.created;
        if !self.versions {
            return Ok(alert.whole(item, time));
        }
        Ok(Identified {
            remembered: alert.updated,
            ..alert.version(item, time)
        })
    }
}
