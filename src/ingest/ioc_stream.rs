//! The stream of notifications as a feed: oldest first from a time on, in pages.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::LocalBoxStream;
use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::feed::{Batch, Feed, Item};
use super::position::{Position, Sweep};
use crate::client::endpoints::ioc_stream::Notifications;
use crate::client::page::{CursorPaging, Page};
use crate::client::request::Request;
use crate::client::{Client, ClientError};
use crate::model::{json, lenient};

/// The stream, from a position on.
pub struct IocStream<'a> {
    client: &'a Client,
    wanted: Notifications,
    overlap: Duration,
    clock: fn() -> Timestamp,
    ahead: bool,
    sweep: Sweep,
    pages: Option<LocalBoxStream<'a, Result<Page, ClientError>>>,
    /// The newest item when a refused cursor was last given up: without progress
    /// since then a second refusal is final.
    given_up_at: Option<GivenUp>,
}

/// The newest item when a cursor was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct GivenUp(Option<i64>);

impl<'a> IocStream<'a> {
    /// The stream from a position on. `overlap` is how far each new sweep looks back
    /// for what came late.
    pub fn new(
        client: &'a Client,
        wanted: Notifications,
        sweep: Sweep,
        overlap: Duration,
        clock: fn() -> Timestamp,
    ) -> Self {
        Self {
            client,
            wanted,
            overlap,
            clock,
            ahead: false,
            sweep,
            pages: None,
            given_up_at: None,
        }
    }

    /// Asks for each page while the one before it is read: for runs that want all
    /// there is.
    #[must_use]
    pub fn ahead(mut self, ahead: bool) -> Self {
        self.ahead = ahead;
        self
    }

    /// Whether a refusal is the cursor's fault and the times can help: they are
    /// given one chance for each progress.
    fn gives_up_cursor(&mut self, error: &ClientError) -> bool {
        let refused = error.status == Some(400) && self.sweep.cursor.is_some();
        if !refused || self.given_up_at == Some(GivenUp(self.sweep.newest)) {
            return false;
        }
        tracing::info!("the service refused a cursor ({error}): going on by time");
        self.given_up_at = Some(GivenUp(self.sweep.newest));
        let until = self.sweep.until;
        self.sweep.restart();
        self.sweep.until = until;
        true
    }

    fn batch(&mut self, page: Page) -> Batch {
        let at = Position::Sweep(self.sweep.clone());
        let next = page.next.clone();
        let (body, ranges) = page.into_parts();
        let now = (self.clock)().as_second();
        let mut items = Vec::with_capacity(ranges.len());
        for range in ranges {
            let (identity, time) = identify(&body[range.clone()]);
            if let Some(time) = time {
                self.sweep.observe(time, now);
            }
            items.push(Item {
                range,
                identity: Some(identity),
                // What has no time is remembered as long as what came with it.
                time: time.or(self.sweep.newest).unwrap_or(self.sweep.from),
            });
        }
        self.sweep.settle(self.overlap);
        if next.is_none() {
            self.sweep.restart();
        }
        self.sweep.cursor = next;
        Batch {
            body,
            items,
            failed: 0,
            at: Some(at),
            after: Some(Position::Sweep(self.sweep.clone())),
        }
    }
}

impl Feed for IocStream<'_> {
    async fn next(&mut self) -> Result<Option<Batch>, ClientError> {
        loop {
            self.sweep.begin((self.clock)().as_second());
            let pages = self.pages.get_or_insert_with(|| {
                let paging = CursorPaging::new(request(&self.wanted, &self.sweep));
                let cursor = self.sweep.cursor.clone();
                if self.ahead {
                    self.client.pages_ahead(paging, cursor).boxed_local()
                } else {
                    self.client.pages(paging, cursor).boxed_local()
                }
            });
            match pages.next().await {
                Some(Ok(page)) => return Ok(Some(self.batch(page))),
                None => {
                    self.pages = None;
                    return Ok(None);
                }
                Some(Err(error)) => {
                    self.pages = None;
                    if !self.gives_up_cursor(&error) {
                        return Err(error);
                    }
                }
            }
        }
    }
}

/// The first request of a sweep.
pub fn request(wanted: &Notifications, sweep: &Sweep) -> Request {
    let since = Timestamp::from_second(sweep.from).unwrap_or(Timestamp::UNIX_EPOCH);
    let until = sweep
        .until
        .and_then(|until| Timestamp::from_second(until).ok());
    wanted.request(since, until)
}

/// The identity and the time of a notification. One without an id is told apart
/// by all that it says.
fn identify(item: &[u8]) -> (String, Option<i64>) {
    #[derive(Default, Deserialize)]
    struct View {
        #[serde(default)]
        context_attributes: Option<Context>,
    }
    #[derive(Default, Deserialize)]
    struct Context {
        #[serde(default, deserialize_with = "lenient::text")]
        notification_id: Option<String>,
        #[serde(default, deserialize_with = "lenient::integer")]
        notification_date: Option<i64>,
    }
    // The context usually stands last, behind much that is not asked for here.
    let context = match json::last_member(item, "\"context_attributes\"") {
        Some(context) => serde_json::from_str(context.get()).ok(),
        None => serde_json::from_slice(item).map_or(None, |view: View| view.context_attributes),
    };
    let context: Context = context.unwrap_or_default();
    let identity = context.notification_id.unwrap_or_else(|| {
        let digest = Sha256::digest(item);
        digest.iter().fold("sha256:".to_owned(), |text, byte| {
            format!("{text}{byte:02x}")
        })
    });
    (identity, context.notification_date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notifications_are_told_apart() {
        let at = |json: &str| identify(json.as_bytes());
        let sent =
            r#"{"id":"x","context_attributes":{"notification_id":"7","notification_date":9}}"#;
        assert_eq!(at(sent), ("7".to_owned(), Some(9)));
        let odd = r#"{"context_attributes":{"notification_date":"9.0","notification_id":7}}"#;
        assert_eq!(at(odd).0, "7");
        for json in ["{\"id\":1}", r#"{"context_attributes":null}"#, "5"] {
            let (identity, time) = at(json);
            assert!(identity.starts_with("sha256:") && time.is_none(), "{json}");
        }
        assert_ne!(at("{\"id\":1}"), at("{\"id\":2}"));
    }
}
