//! Collections as a feed: by the time of their last modification, each kind by itself,
//! and each with all of its indicators where they are wanted.

mod indicators;
mod key;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use self::indicators::{Indicators, Unavailable};
use self::key::Key;
use super::by_time::{ByTime, Identified, Timeline};
use super::vuln::modified;
use crate::client::Client;
use crate::client::page::CursorPaging;
use crate::client::request::Request;
use crate::feed::page::{Feed, Item, Page};
use crate::feed::position::{Kinds, Position, Sweep};
use crate::model::error::Error;
use crate::model::json::Scan;
use crate::state::checkpoint::Remembered;

/// What is asked of the feed.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The kinds, as filters name them; an empty one for all in one list.
    pub kinds: Vec<String>,
    /// More terms of the service's filter.
    pub filter: Option<String>,
    /// Whether each collection is followed by all of its indicators.
    pub iocs: bool,
    /// Whether only types and ids are wanted.
    pub descriptors_only: bool,
    /// Whether the run may stop among the indicators of a collection, so that those
    /// which it emitted must be remembered.
    pub may_stop_within: bool,
}

/// The collections of a kind, in pages.
pub(crate) struct Listed {
    terms: String,
    /// Whether one whose indicators are counted anew is another one.
    counted: bool,
}

impl Plan {
    /// The collections of a kind.
    pub(crate) fn listed(&self, kind: &str) -> Listed {
        let kind = (!kind.is_empty()).then(|| format!("collection_type:{kind}"));
        let terms: Vec<String> = kind.into_iter().chain(self.filter.clone()).collect();
        Listed {
            terms: terms.join(" "),
            counted: self.iocs,
        }
    }
}

impl Timeline for Listed {
    type Paging = CursorPaging;

    fn oldest_first(&self) -> bool {
        true
    }

    fn tokens_last(&self) -> bool {
        true
    }

    fn small_pages(&self) -> bool {
        true
    }

    /// API notes, page 2, section 2.2.
    fn request(&self, sweep: &Sweep) -> Result<Request, Error> {
        Ok(modified(&self.terms, sweep))
    }

    fn pages(&self, sweep: &Sweep) -> Result<CursorPaging, Error> {
        Ok(CursorPaging::new(self.request(sweep)?))
    }

    fn identify(&self, item: &mut Scan<'_>) -> Result<Identified, String> {
        let (item, key) = item.view::<Key>()?;
        let Some(key) = key else {
            return Ok(Identified::by_content(item, None));
        };
        let time = key.attributes.last_modification_date;
        Ok(match key.identity(self.counted) {
            Some(identity) => Identified::new(identity, time),
            None => Identified::by_content(item, time),
        })
    }
}

/// The feed.
pub(crate) struct Collections<'a> {
    client: &'a Client,
    plan: Plan,
    overlap: Duration,
    clock: fn() -> Timestamp,
    lists: Vec<(String, ByTime<'a, Listed>)>,
    /// Which list is read.
    turn: usize,
    position: Kinds,
    /// Collections whose indicators are out.
    done: Remembered,
    listed: Option<ListPage>,
    reading: Option<Reading<'a>>,
    unavailable: Unavailable,
}

/// A page of a list, of which some are yet to be handed on.
struct ListPage {
    body: Bytes,
    items: VecDeque<Item>,
    at: Kinds,
    after: Kinds,
}

/// A collection whose indicators are on their way.
struct Reading<'a> {
    identity: Option<String>,
    indicators: Indicators<'a>,
    /// Where its page of the list begins.
    from: Kinds,
    /// The same, and that it is begun.
    within: Kinds,
    after: Kinds,
}

impl<'a> Collections<'a> {
    /// The kinds from their positions on. `done` are the collections that were emitted
    /// before, `start` is where a kind that is new begins.
    pub(crate) fn new(
        client: &'a Client,
        plan: Plan,
        (position, start): (Kinds, Sweep),
        done: Remembered,
        overlap: Duration,
        clock: fn() -> Timestamp,
    ) -> Self {
        let mut position = position;
        // A kind that has no turn in this run begins where it would have begun.
        for kind in &plan.kinds {
            let sweep = position.sweeps.entry(kind.clone());
            sweep.or_insert_with(|| start.clone());
        }
        let mut feed = Self {
            client,
            plan,
            overlap,
            clock,
            lists: vec![],
            turn: 0,
            position: Kinds::default(),
            done,
            listed: None,
            reading: None,
            unavailable: Unavailable::default(),
        };
        feed.start_at(position);
        feed
    }

    /// Reads the lists from a position on.
    fn start_at(&mut self, position: Kinds) {
        let list = |kind: &String| {
            let sweep = position.sweeps.get(kind)?.clone();
            let listed = self.plan.listed(kind);
            let list = ByTime::new(self.client, listed, sweep, self.overlap, self.clock);
            Some((kind.clone(), list))
        };
        self.lists = self.plan.kinds.iter().filter_map(list).collect();
        self.turn = 0;
        self.position = position;
        self.listed = None;
        self.reading = None;
    }

    /// The position of all kinds, where that of the one in turn is this.
    fn with(&self, sweep: Option<Position>) -> Kinds {
        let mut kinds = self.position.clone();
        if let (Some(Position::Sweep(sweep)), Some((kind, _))) = (sweep, self.lists.get(self.turn))
        {
            kinds.sweeps.insert(kind.clone(), sweep);
        }
        kinds
    }

    /// The next page of the lists; none when they have nothing more for now.
    async fn list_page(&mut self) -> Result<Option<Page>, Error> {
        while let Some((_, list)) = self.lists.get_mut(self.turn) {
            let Some(mut page) = list.next().await? else {
                self.turn += 1;
                continue;
            };
            let at = self.with(page.at.take());
            let after = self.with(page.after.take());
            page.at = Some(Position::Kinds(at));
            page.after = Some(Position::Kinds(after.clone()));
            self.position = after;
            return Ok(Some(page));
        }
        self.turn = 0;
        Ok(None)
    }

    /// The next collection of a page, by itself; its indicators come after it.
    fn collection(&mut self, mut listed: ListPage) -> Option<Page> {
        let item = listed.items.pop_front()?;
        let (at, body) = (listed.at.clone(), listed.body.clone());
        // The others come once more, and those that are done are known by then.
        let is_last = listed.items.is_empty();
        let after = if is_last { &listed.after } else { &at }.clone();
        if !is_last {
            self.listed = Some(listed);
        }
        let identity = item.identity.clone();
        let time = item.time;
        let key = Key::of(&body[item.range.clone()]);
        let mut page = self.plain(Page {
            body,
            items: vec![item],
            checked: true,
            ..Page::default()
        });
        let begun = identity.is_some() && identity == self.position.partial;
        let is_done = identity.as_ref().is_some_and(|it| self.done.knows(it));
        if is_done && !begun {
            page.at = Some(Position::Kinds(self.standing(at)));
            page.after = Some(Position::Kinds(self.standing(after)));
            return Some(page);
        }
        let within = Kinds {
            partial: identity.clone(),
            ..at.clone()
        };
        page.at = Some(Position::Kinds(within.clone()));
        let remembers = self.plan.may_stop_within || begun;
        let prefix = identity.clone().filter(|_| remembers);
        let whole = !self.plan.descriptors_only;
        self.reading = Some(Reading {
            indicators: Indicators::new(self.client, key, whole, prefix, time),
            identity,
            from: at,
            within,
            after,
        });
        Some(page)
    }

    /// A position with what is true of the collection that a limited run began.
    fn standing(&self, position: Kinds) -> Kinds {
        Kinds {
            partial: self.position.partial.clone(),
            ..position
        }
    }

    /// Takes out what a list page has that is not wanted as it is.
    fn plain(&self, page: Page) -> Page {
        if !self.plan.descriptors_only {
            return page;
        }
        let mut body = Vec::new();
        let mut items = Vec::with_capacity(page.items.len());
        for item in page.items {
            let start = body.len();
            body.extend_from_slice(
                Key::of(&page.body[item.range.clone()])
                    .descriptor()
                    .as_bytes(),
            );
            items.push(Item {
                range: start..body.len(),
                ..item
            });
        }
        Page {
            body: body.into(),
            items,
            ..page
        }
    }
}

impl Feed for Collections<'_> {
    async fn next(&mut self) -> Result<Option<Page>, Error> {
        loop {
            if let Some(mut reading) = self.reading.take() {
                match reading.indicators.next(&mut self.unavailable).await {
                    Ok(Some(mut page)) => {
                        page.at = Some(Position::Kinds(reading.within.clone()));
                        self.reading = Some(reading);
                        return Ok(Some(page));
                    }
                    Ok(None) => {
                        self.position.partial = None;
                        if let Some(identity) = reading.identity {
                            self.done.insert(&identity);
                        }
                        return Ok(Some(Page {
                            after: Some(Position::Kinds(self.standing(reading.after))),
                            ..Page::default()
                        }));
                    }
                    // A part of the collection is out: it comes again as a whole.
                    Err(error) => {
                        let from = self.standing(reading.from);
                        self.start_at(from);
                        return Err(error);
                    }
                }
            }
            if let Some(listed) = self.listed.take()
                && let Some(page) = self.collection(listed)
            {
                return Ok(Some(page));
            }
            let Some(page) = self.list_page().await? else {
                return Ok(None);
            };
            if !self.plan.iocs || page.items.is_empty() {
                return Ok(Some(self.plain(page)));
            }
            let (Some(Position::Kinds(at)), Some(Position::Kinds(after))) = (page.at, page.after)
            else {
                continue;
            };
            self.listed = Some(ListPage {
                body: page.body,
                items: page.items.into(),
                at,
                after,
            });
        }
    }
}

/// The requests that a run would begin with.
///
/// # Errors
/// A sweep that can't be asked for.
pub(crate) fn targets(
    plan: &Plan,
    sweeps: &BTreeMap<String, Sweep>,
    start: &Sweep,
) -> Result<Vec<String>, Error> {
    let target = |kind: &String| {
        let sweep = sweeps.get(kind).unwrap_or(start);
        Ok(plan.listed(kind).request(sweep)?.target())
    };
    plan.kinds.iter().map(target).collect()
}
