//! The sweep of changes. The service filters by creation only, so that changes
//! are read newest first, from the top down to where the last sweep began.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::LocalBoxStream;
use jiff::Timestamp;

use super::alert::Alert;
use crate::client::Client;
use crate::client::endpoints::dtm_alerts::{AlertOrder, Alerts};
use crate::client::page as answer;
use crate::feed::page::{Item, Page};
use crate::feed::position::{Changes, Position, Sweep};
use crate::feed::sources::by_time::{Identified, hold, is_refused_token, undated};
use crate::model::error::Error;
use crate::model::json::Scan;

/// Changes, down to a position.
pub(super) struct Updated<'a> {
    client: &'a Client,
    alerts: Alerts,
    overlap: Duration,
    clock: fn() -> Timestamp,
    /// Moves only when a sweep is whole: what lies between the page in hand and
    /// the floor has not been seen before that.
    sweep: Sweep,
    walk: Option<Walk<'a>>,
    /// Whether a refused token was given up in the sweep under way.
    gave_up: bool,
}

/// An alert as it was last changed.
struct Change {
    /// With the time of the change.
    found: Identified,
    created: Option<i64>,
}

impl Change {
    fn read(item: &mut Scan<'_>) -> Result<Self, String> {
        let (item, alert) = Alert::read(item)?;
        let created = alert.created;
        let time = alert.updated.or(created);
        Ok(Self {
            found: alert.version(item, time),
            created,
        })
    }
}

/// A page, and each of its items as a change.
type Told = (answer::Page, Vec<Change>);

/// One way down.
struct Walk<'a> {
    pages: LocalBoxStream<'a, Result<Told, Error>>,
    /// The position as it will be once the sweep is whole.
    end: Sweep,
    /// The time of the last item; none before the first page.
    last: Option<i64>,
    /// Whether no item was newer than the one before it.
    descends: bool,
    /// Whether it has come down to the floor.
    down: bool,
}

impl<'a> Updated<'a> {
    pub(super) fn new(
        client: &'a Client,
        alerts: Alerts,
        sweep: Sweep,
        overlap: Duration,
        clock: fn() -> Timestamp,
    ) -> Self {
        Self {
            client,
            alerts,
            overlap,
            clock,
            sweep,
            walk: None,
            gave_up: false,
        }
    }

    /// Where the last whole sweep ended.
    pub(super) fn position(&self) -> Sweep {
        self.sweep.clone()
    }

    /// The next page of changes; none when the sweep has come down to its floor.
    /// `created` is where the other sweep stands.
    pub(super) async fn next(&mut self, created: &Sweep) -> Result<Option<Page>, Error> {
        loop {
            let mut walk = match self.walk.take() {
                Some(walk) => walk,
                None => self.begin(),
            };
            if walk.down {
                return Ok(None);
            }
            match walk.pages.next().await {
                Some(Ok(page)) => {
                    let page = self.page(page, &mut walk, created);
                    self.walk = Some(walk);
                    return Ok(Some(page));
                }
                None => return Ok(None),
                Some(Err(error)) => {
                    let may_be_token = walk.last.is_some() && is_refused_token(&error);
                    if self.gave_up || !may_be_token {
                        self.gave_up = false;
                        return Err(error);
                    }
                    tracing::info!(
                        "the service refused a page's token ({error}): reading the changes again"
                    );
                    self.gave_up = true;
                }
            }
        }
    }

    fn begin(&mut self) -> Walk<'a> {
        let now = (self.clock)();
        hold(&mut self.sweep, now);
        let mut end = self.sweep.clone();
        end.begin(now.as_second());
        let paging = self.alerts.pages(AlertOrder::LastChangedFirst, None, None);
        let pages = self.client.pages_viewed(paging, None, Change::read);
        Walk {
            pages: pages.boxed_local(),
            end,
            last: None,
            descends: true,
            down: false,
        }
    }

    fn page(&mut self, came: Told, walk: &mut Walk<'_>, created: &Sweep) -> Page {
        let (page, changes) = came;
        let at = self.joined(created);
        let now = (self.clock)().as_second();
        let over = page.next.is_none();
        let (body, ranges) = page.into_parts();
        let mut items = Vec::with_capacity(ranges.len());
        let mut outside = 0;
        let mut newest_here = None;
        for (range, change) in ranges.into_iter().zip(changes) {
            let Change { found, created } = change;
            if let Some(time) = found.time {
                newest_here = newest_here.max(Some(time));
                walk.descends &= walk.last.is_none_or(|last| last >= time);
                walk.last = Some(time);
                if !self.sweep.spans(time) {
                    outside += 1;
                    continue;
                }
                walk.end.observe(time, now);
            }
            items.push(Item {
                range,
                identity: Some(found.identity),
                time: created.max(found.time).unwrap_or_else(|| undated(now)),
            });
        }
        // Where the order is not quite what was asked for, it takes a whole page of
        // items that are too old to be below the floor.
        let lowest = if walk.descends {
            walk.last
        } else {
            newest_here
        };
        walk.down = over || lowest.is_some_and(|time| time < self.sweep.from);
        if walk.down {
            walk.end.settle(self.overlap);
            walk.end.restart();
            self.sweep = walk.end.clone();
            self.gave_up = false;
        }
        Page {
            body,
            items,
            outside,
            checked: true,
            at: Some(at),
            after: Some(self.joined(created)),
            ..Page::default()
        }
    }

    fn joined(&self, created: &Sweep) -> Position {
        Position::Changes(Changes {
            created: created.clone(),
            updated: self.sweep.clone(),
        })
    }
}
