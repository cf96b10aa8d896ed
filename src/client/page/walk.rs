//! The walk over a list's pages, one after another, and what ends it.

use bytes::Bytes;
use futures::stream::{self, Stream, TryStreamExt};

use super::{Content, Page, Paging, View, viewed};
use crate::client::envelope::{Answer, object_item};
use crate::client::{Client, Fetched};
use crate::model::error::{Error, ErrorKind};
use crate::model::json::Scan;

/// A list this long without a single item is taken for a fault of the service.
const MOST_EMPTY_PAGES: u32 = 100;

impl Client {
    /// The pages of a list, from a position or from its beginning, each asked
    /// for when the one before it has been used.
    ///
    /// An empty page with a token is not the end; a token that comes back is an
    /// error, as is a page that can't be had: a stream that ends without an
    /// error has shown the whole list.
    pub fn pages<'a, P: Paging + 'a>(
        &'a self,
        paging: P,
        from: Option<String>,
    ) -> impl Stream<Item = Result<Page, Error>> + 'a {
        let object = |item: &mut Scan<'_>| object_item(item, &mut |object| object.skip());
        let pages = self.pages_viewed(paging, from, object);
        pages.map_ok(|(page, _)| page)
    }

    /// The same with what `view` makes of each item. What stands among objects and is
    /// none is for `view` to judge.
    pub fn pages_viewed<'a, P: Paging + 'a, V: 'a>(
        &'a self,
        paging: P,
        from: Option<String>,
        view: impl View<V> + 'a,
    ) -> impl Stream<Item = Result<(Page, Vec<V>), Error>> + 'a {
        let walk = Walk::new((paging, view), from);
        stream::try_unfold(Some(walk), move |walk| async move {
            let Some(mut walk) = walk else {
                return Ok(None);
            };
            let (paging, view) = &walk.paging;
            let request = paging.request(walk.token.as_deref());
            let read = |answer: &Answer| viewed(paging, answer, view);
            let (fetched, (content, views)) = self.fetch_checked(&request, read).await?;
            let (page, onward) = walk.turn(fetched, content)?;
            Ok(Some(((page, views), onward.then_some(walk))))
        })
    }
}

/// Where a walk over a list stands, and what shows that it goes in circles.
pub(super) struct Walk<P> {
    pub(super) paging: P,
    pub(super) token: Option<String>,
    empty: u32,
    /// Brent's cycle detection: one remembered token, renewed at each power of
    /// two, meets any cycle without remembering every token.
    landmark: Option<String>,
    /// The items of the page at that token, and those of the page before: a cursor
    /// may change for ever over the same page.
    landmark_items: Bytes,
    items: Bytes,
    steps: u32,
    renew_at: u32,
}

impl<P> Walk<P> {
    pub(super) fn new(paging: P, from: Option<String>) -> Self {
        Self {
            paging,
            landmark: from.clone(),
            token: from,
            landmark_items: Bytes::new(),
            items: Bytes::new(),
            empty: 0,
            steps: 0,
            renew_at: 1,
        }
    }

    /// The page that holds this, and whether there is another after it.
    pub(super) fn turn(
        &mut self,
        fetched: Fetched,
        content: Content,
    ) -> Result<(Page, bool), Error> {
        let page = Page {
            body: fetched.body,
            items: content.items,
            position: self.token.clone(),
            next: content.next,
            count: content.count,
            fetched_at: fetched.fetched_at,
            cached: fetched.cached,
        };
        let onward = self.step(&page)?;
        Ok((page, onward))
    }

    /// Moves to the page after `page`; false when there is none.
    fn step(&mut self, page: &Page) -> Result<bool, Error> {
        self.empty = if page.items.is_empty() {
            self.empty + 1
        } else {
            0
        };
        let Some(next) = &page.next else {
            return Ok(false);
        };
        if self.landmark.as_ref() == Some(next) || self.token.as_ref() == Some(next) {
            return Err(broken_list(
                "the service sent the same cursor again: the list would never end",
            ));
        }
        let items = page.all_items();
        if !items.is_empty() && (items == self.items || items == self.landmark_items) {
            return Err(broken_list(
                "the service sent the same page again under another cursor: the list would never end",
            ));
        }
        if self.empty >= MOST_EMPTY_PAGES {
            return Err(broken_list(
                "the service sends one empty page after another",
            ));
        }
        self.steps += 1;
        if self.steps == self.renew_at {
            self.landmark = Some(next.clone());
            self.landmark_items = items.clone();
            self.renew_at = self.renew_at.saturating_mul(2);
        }
        self.token = Some(next.clone());
        self.items = items;
        Ok(true)
    }
}

fn broken_list(message: &str) -> Error {
    Error::new(ErrorKind::Decode, message)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn page(items: usize, next: &str) -> Page {
        Page {
            body: Bytes::new(),
            items: vec![0..0; items],
            position: None,
            next: (!next.is_empty()).then(|| next.to_owned()),
            count: None,
            fetched_at: Timestamp::UNIX_EPOCH,
            cached: false,
        }
    }

    #[test]
    fn any_cycle_is_met() {
        for lead in 0..20_u32 {
            for length in 1..20_u32 {
                let mut walk = Walk::new((), None);
                let met = (0..200).find(|n| {
                    let at = if *n < lead {
                        *n
                    } else {
                        lead + (n - lead) % length
                    };
                    walk.step(&page(1, &format!("t{at}"))).is_err()
                });
                assert!(
                    met.is_some_and(|n| n <= 4 * (lead + length) + 2),
                    "{lead} {length} {met:?}"
                );
            }
        }
    }

    #[test]
    fn a_page_that_comes_again_is_met_whatever_its_cursor() {
        for length in 1..9_usize {
            let mut walk = Walk::new((), None);
            let met = (0..99_usize).find(|n| {
                let body = format!("[{:02}]", n % length);
                let again = Page {
                    body: Bytes::from(body),
                    items: std::iter::once(1..3).collect(),
                    ..page(1, &format!("t{n}"))
                };
                walk.step(&again).is_err()
            });
            assert!(
                met.is_some_and(|n| n >= length && n <= 4 * length),
                "{length} {met:?}"
            );
        }
        let mut walk = Walk::new((), None);
        for n in 0..99 {
            let same = Page {
                body: Bytes::from(format!("[{n:02}]")),
                items: std::iter::once(1..3).collect(),
                ..page(1, &format!("t{n}"))
            };
            assert_eq!(walk.step(&same), Ok(true));
        }
    }

    #[test]
    fn a_straight_list_ends_where_it_ends() {
        let mut walk = Walk::new((), None);
        for n in 0..5000 {
            assert_eq!(walk.step(&page(1, &format!("t{n}"))), Ok(true));
        }
        assert_eq!(walk.step(&page(0, "")), Ok(false));
    }

    #[test]
    fn empty_pages_are_borne_for_a_while() {
        let mut walk = Walk::new((), None);
        let ended = (0..200).find(|n| walk.step(&page(0, &format!("t{n}"))).is_err());
        assert_eq!(ended, Some(MOST_EMPTY_PAGES as usize - 1));
    }
}
