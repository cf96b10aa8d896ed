//! Feeds that are read by time, in pages: a sweep from a time to the newest item,
//! then the next one, which looks back for what came late.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::LocalBoxStream;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::client::Client;
use crate::client::page::{self as answer, Paging};
use crate::client::request::Request;
use crate::feed::page::{Feed, Item, Page};
use crate::feed::position::{Position, Sweep};
use crate::model::error::{Error, ErrorKind};
use crate::model::json::Scan;
use crate::model::time::rfc3339;

/// What such a feed has of its own.
pub(crate) trait Timeline: Send + Sync + 'static {
    /// How its pages follow each other.
    type Paging: Paging + Send + Sync + 'static;

    /// Whether pages come in the order of time. Where that is not promised, only
    /// a whole sweep proves what was seen.
    fn oldest_first(&self) -> bool {
        true
    }

    /// Whether a page's token is good for a later run as well.
    fn tokens_last(&self) -> bool {
        true
    }

    /// Whether pages are so small that several may be held, each asked for while those
    /// before it are read.
    fn small_pages(&self) -> bool {
        false
    }

    /// The first request of a sweep.
    ///
    /// # Errors
    /// A sweep that can't be asked for.
    fn request(&self, sweep: &Sweep) -> Result<Request, Error>;

    /// The pages of a sweep.
    ///
    /// # Errors
    /// A sweep that can't be asked for.
    fn pages(&self, sweep: &Sweep) -> Result<Self::Paging, Error>;

    /// Reads an item: what tells it from all others, and when it is.
    ///
    /// # Errors
    /// A reason, when there is no item.
    fn identify(&self, item: &mut Scan<'_>) -> Result<Identified, String>;
}

/// What a feed makes of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identified {
    /// What tells it from all others.
    pub identity: String,
    /// Its time on the feed's line, in seconds since the epoch.
    pub time: Option<i64>,
    /// Until when it is of interest, where that is later than its time.
    pub remembered: Option<i64>,
}

impl Identified {
    /// An item that is told apart by what it says as a whole.
    pub(crate) fn by_content(item: &str, time: Option<i64>) -> Self {
        Self::new(content(item.as_bytes()), time)
    }

    /// An item of this identity.
    pub(crate) fn new(identity: String, time: Option<i64>) -> Self {
        Self {
            identity,
            time,
            remembered: None,
        }
    }
}

/// What tells an item without an id from others: all that it says.
pub(super) fn content(item: &[u8]) -> String {
    let digest = base16ct::lower::encode_string(&Sha256::digest(item));
    format!("sha256:{digest}")
}

/// A shorter form of it, for as long as a run takes.
pub(super) fn digest(item: &[u8]) -> u128 {
    let digest: [u8; 32] = Sha256::digest(item).into();
    let (half, _) = digest.split_at(16);
    half.iter()
        .fold(0, |number, byte| number << 8 | u128::from(*byte))
}

/// So long an item without a time is known that does not come any more. The
/// service may send it with every sweep, and no position ever passes it.
const UNDATED_KEPT: Duration = Duration::from_hours(180 * 24);

/// The time by which an item without one is remembered.
pub(super) fn undated(now: i64) -> i64 {
    now.saturating_add_unsigned(UNDATED_KEPT.as_secs())
}

/// A page, and what each of its items is.
type Told = (answer::Page, Vec<Identified>);

/// A feed from a position on.
pub(crate) struct ByTime<'a, T> {
    client: &'a Client,
    timeline: Arc<T>,
    overlap: Duration,
    clock: fn() -> Timestamp,
    ahead: bool,
    sweep: Sweep,
    pages: Option<LocalBoxStream<'a, Result<Told, Error>>>,
    /// The latest time in the sweep under way, while its items ascend.
    ascent: Option<Ascent>,
    /// The newest item when a refused token was last given up: without progress
    /// since then a second refusal is final.
    given_up_at: Option<GivenUp>,
}

/// A sweep whose items came in the order of time so far.
#[derive(Debug, Clone, Copy)]
struct Ascent {
    last: i64,
}

/// The newest item when a token was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct GivenUp(Option<i64>);

impl<'a, T: Timeline> ByTime<'a, T> {
    /// The feed from a position on. `overlap` is how far each new sweep looks back
    /// for what came late.
    pub(crate) fn new(
        client: &'a Client,
        timeline: T,
        sweep: Sweep,
        overlap: Duration,
        clock: fn() -> Timestamp,
    ) -> Self {
        Self {
            client,
            timeline: Arc::new(timeline),
            overlap,
            clock,
            ahead: false,
            sweep,
            pages: None,
            ascent: Some(Ascent { last: i64::MIN }),
            given_up_at: None,
        }
    }

    /// Asks for each page while the one before it is read, where pages are small: for
    /// runs that want all there is.
    #[must_use]
    pub(crate) fn ahead(mut self, ahead: bool) -> Self {
        self.ahead = ahead && self.timeline.small_pages();
        self
    }

    /// Where it stands now: to go on from in another run.
    pub(super) fn position(&self) -> Sweep {
        let mut sweep = self.sweep.clone();
        if !self.timeline.tokens_last() {
            sweep.start_over();
        }
        sweep
    }

    /// Whether a refusal is the token's fault and the times can help: they are
    /// given one chance for each progress.
    fn gives_up_token(&self, error: &Error) -> bool {
        is_refused_token(error)
            && self.sweep.cursor.is_some()
            && self.given_up_at != Some(GivenUp(self.sweep.newest))
    }

    /// Goes on by time alone.
    fn give_up_token(&mut self, error: &Error) {
        tracing::info!("the service refused a page's token ({error}): continuing by time");
        self.given_up_at = Some(GivenUp(self.sweep.newest));
        self.start_over();
    }

    fn start_over(&mut self) {
        self.sweep.start_over();
        self.ascent = Some(Ascent { last: i64::MIN });
    }

    fn page(&mut self, (page, identities): Told) -> Page {
        let at = Position::Sweep(self.position());
        let next = page.next.clone();
        let (body, ranges) = page.into_parts();
        let now = (self.clock)().as_second();
        let mut items = Vec::with_capacity(ranges.len());
        let mut outside = 0;
        for (range, found) in ranges.into_iter().zip(identities) {
            if let Some(time) = found.time {
                // Not asked for, and forgotten if it was emitted once.
                if !self.sweep.spans(time) {
                    outside += 1;
                    continue;
                }
                self.sweep.observe(time, now);
                self.ascent = self
                    .ascent
                    .filter(|ascent| ascent.last <= time)
                    .map(|_| Ascent { last: time });
            }
            let time = found.time.unwrap_or_else(|| undated(now));
            items.push(Item {
                range,
                identity: Some(found.identity),
                time: found.remembered.map_or(time, |other| other.max(time)),
            });
        }
        let over = next.is_none();
        if over || (self.timeline.oldest_first() && self.ascent.is_some()) {
            self.sweep.settle(self.overlap);
        }
        if over {
            self.sweep.restart();
            self.ascent = Some(Ascent { last: i64::MIN });
        }
        self.sweep.cursor = next;
        Page {
            body,
            items,
            outside,
            checked: true,
            at: Some(at),
            after: Some(Position::Sweep(self.position())),
            ..Page::default()
        }
    }
}

impl<T: Timeline> Feed for ByTime<'_, T> {
    async fn next(&mut self) -> Result<Option<Page>, Error> {
        loop {
            let now = (self.clock)();
            // While one follows, the clock may be set right.
            if self.pages.is_none() {
                hold(&mut self.sweep, now);
            }
            self.sweep.begin(now.as_second());
            let pages = if let Some(pages) = &mut self.pages {
                pages
            } else {
                let paging = self.timeline.pages(&self.sweep)?;
                let token = self.sweep.cursor.clone();
                let timeline = Arc::clone(&self.timeline);
                let identify = move |item: &mut Scan<'_>| timeline.identify(item);
                self.pages.insert(if self.ahead {
                    let pages = self.client.pages_ahead(paging, token, identify);
                    pages.boxed_local()
                } else {
                    let pages = self.client.pages_viewed(paging, token, identify);
                    pages.boxed_local()
                })
            };
            match pages.next().await {
                Some(Ok(told)) => return Ok(Some(self.page(told))),
                None => {
                    self.pages = None;
                    return Ok(None);
                }
                Some(Err(error)) => {
                    self.pages = None;
                    if self.gives_up_token(&error) {
                        self.give_up_token(&error);
                        continue;
                    }
                    if !self.timeline.tokens_last() {
                        self.start_over();
                    }
                    return Err(error);
                }
            }
        }
    }
}

/// Holds a sweep that is about to be read to the time that it is, and says so if
/// it was ahead.
pub(super) fn hold(sweep: &mut Sweep, now: Timestamp) {
    let latest = sweep.hold_to(now.as_second());
    if let Some(latest) = latest.and_then(|at| Timestamp::from_second(at).ok()) {
        tracing::warn!(
            "the clock was set back: the feed was at {} and continues from {}",
            rfc3339(latest),
            rfc3339(now)
        );
    }
}

/// Whether an error may be the fault of the token that a page was asked with.
pub(super) fn is_refused_token(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Invalid | ErrorKind::NotFound)
}
