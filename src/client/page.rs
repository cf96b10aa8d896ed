//! Lists: a stream of pages. Items are a view of a page; a page knows the
//! position that produced it, so that a run can say where it stood.

use std::ops::Range;

use bytes::Bytes;
use futures::stream::{self, Stream};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::ClientError;
use super::request::Request;
use super::transport::Answer;
use super::{Client, Fetched};
use crate::model::lenient;
use crate::model::problem::ProblemKind;

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    body: Bytes,
    items: Vec<Range<usize>>,
    /// The token this page was asked with; `None` for the first.
    pub position: Option<String>,
    /// The token of the page after it; `None` at the end of the list.
    pub next: Option<String>,
    /// How many items the whole list has, where the service says so.
    pub count: Option<u64>,
    /// When the service gave this page.
    pub fetched_at: Timestamp,
    /// Whether the page came from the cache.
    pub cached: bool,
}

impl Page {
    /// The items as the service sent them.
    pub fn items(&self) -> impl ExactSizeIterator<Item = &str> {
        self.items
            .iter()
            // The ranges were cut out of checked text.
            .map(|range| std::str::from_utf8(&self.body[range.clone()]).unwrap_or_default())
    }

    /// The whole answer, and where the items lie in it.
    pub fn into_parts(self) -> (Bytes, Vec<Range<usize>>) {
        (self.body, self.items)
    }
}

/// One style of paging: how to ask for the page at a token, and where a page
/// holds its items and the next token.
pub trait Paging {
    /// The request for the page at `token`, or for the first one.
    fn request(&self, token: Option<&str>) -> Request;

    /// Finds the items and the next token in an answer.
    ///
    /// # Errors
    /// A reason, when the answer is no page of this style.
    fn read(&self, answer: &Answer) -> Result<Content, String>;
}

/// What a page holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Where the items lie in the body.
    pub items: Vec<Range<usize>>,
    /// The token of the next page; `None` at the end.
    pub next: Option<String>,
    /// The size of the whole list, if said.
    pub count: Option<u64>,
}

/// The standard style: `data`, `meta.cursor`, `?cursor=` (API notes, section 1.6).
pub struct CursorPaging {
    request: Request,
}

impl CursorPaging {
    /// Pages of the list that `request` asks for.
    pub fn new(request: Request) -> Self {
        Self { request }
    }
}

impl Paging for CursorPaging {
    fn request(&self, token: Option<&str>) -> Request {
        let query = self.request.query.clone().with_some("cursor", token);
        self.request.clone().query(query)
    }

    fn read(&self, answer: &Answer) -> Result<Content, String> {
        #[derive(Deserialize)]
        struct Envelope<'a> {
            #[serde(borrow, default)]
            data: Option<Vec<&'a RawValue>>,
            #[serde(default)]
            meta: Option<Meta>,
        }
        #[derive(Deserialize)]
        struct Meta {
            #[serde(default)]
            cursor: Option<String>,
            #[serde(default, deserialize_with = "lenient::unsigned")]
            count: Option<u64>,
            // Searches say it by this name.
            #[serde(default, deserialize_with = "lenient::unsigned")]
            total_hits: Option<u64>,
        }
        let envelope: Envelope<'_> =
            serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
        let (cursor, count) = envelope.meta.map_or((None, None), |meta| {
            (meta.cursor, meta.count.or(meta.total_hits))
        });
        Ok(Content {
            items: ranges(&answer.body, envelope.data.unwrap_or_default()),
            // Absent, null and empty all mean the end.
            next: cursor.filter(|cursor| !cursor.is_empty()),
            count,
        })
    }
}

/// Where the raw values, which borrow from `body`, lie in it.
pub fn ranges(body: &[u8], values: Vec<&RawValue>) -> Vec<Range<usize>> {
    let start = body.as_ptr() as usize;
    values
        .into_iter()
        .map(|value| {
            let at = value.get().as_ptr() as usize - start;
            at..at + value.get().len()
        })
        .collect()
}

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
    ) -> impl Stream<Item = Result<Page, ClientError>> + 'a {
        stream::try_unfold(Some(Walk::new(paging, from)), move |walk| async move {
            let Some(mut walk) = walk else {
                return Ok(None);
            };
            let request = walk.paging.request(walk.token.as_deref());
            let read = |answer: &Answer| walk.paging.read(answer);
            let (fetched, content) = self.fetch_checked(&request, read).await?;
            let Fetched {
                body,
                fetched_at,
                cached,
            } = fetched;
            let page = Page {
                body,
                items: content.items,
                position: walk.token.clone(),
                next: content.next,
                count: content.count,
                fetched_at,
                cached,
            };
            let onward = walk.step(&page)?;
            Ok(Some((page, onward.then_some(walk))))
        })
    }
}

/// Where a walk over a list stands, and what shows that it goes in circles.
struct Walk<P> {
    paging: P,
    token: Option<String>,
    empty: u32,
    /// Brent's cycle detection: one remembered token, renewed at each power of
    /// two, meets any cycle without remembering every token.
    landmark: Option<String>,
    steps: u32,
    renew_at: u32,
}

impl<P> Walk<P> {
    fn new(paging: P, from: Option<String>) -> Self {
        Self {
            paging,
            landmark: from.clone(),
            token: from,
            empty: 0,
            steps: 0,
            renew_at: 1,
        }
    }

    /// Moves to the page after `page`; false when there is none.
    fn step(&mut self, page: &Page) -> Result<bool, ClientError> {
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
                "the list's cursor came back: the service goes in circles",
            ));
        }
        if self.empty >= MOST_EMPTY_PAGES {
            return Err(broken_list(
                "the list goes on with one empty page after another",
            ));
        }
        self.steps += 1;
        if self.steps == self.renew_at {
            self.landmark = Some(next.clone());
            self.renew_at = self.renew_at.saturating_mul(2);
        }
        self.token = Some(next.clone());
        Ok(true)
    }
}

fn broken_list(message: &str) -> ClientError {
    ClientError::new(ProblemKind::Decode, message)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

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

    #[test]
    fn items_are_the_bytes_that_were_sent() {
        let paging = CursorPaging::new(Request::get(super::super::path::Path::to("ioc_stream")));
        let read = |body: &'static str| {
            paging.read(&Answer {
                body: Bytes::from_static(body.as_bytes()),
                headers: HeaderMap::new(),
            })
        };
        let body = r#"{"data": [ {"id": 1.10} , {"id":2}], "meta":{"cursor":"c=","count":2}}"#;
        let content = read(body).expect("a page");
        let items: Vec<_> = content
            .items
            .iter()
            .map(|range| &body[range.clone()])
            .collect();
        assert_eq!(items, [r#"{"id": 1.10}"#, r#"{"id":2}"#]);
        assert_eq!(
            (content.next.as_deref(), content.count),
            (Some("c="), Some(2))
        );
        let found = read(r#"{"data":[],"meta":{"total_hits":812}}"#);
        assert_eq!(found.expect("a page").count, Some(812));
        for end in [
            r#"{"data":[]}"#,
            r#"{"data":null,"meta":null}"#,
            r#"{"meta":{"cursor":""}}"#,
            r#"{"data":[],"meta":{"cursor":null}}"#,
        ] {
            assert_eq!(read(end), Ok(Content::default()), "{end}");
        }
        assert!(read(r#"{"data":[{"id":1}"#).is_err());
    }
}
