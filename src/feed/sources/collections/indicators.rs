//! All indicators of one collection, relationship by relationship and page by page.

use std::collections::{HashSet, VecDeque};

use futures::StreamExt;
use futures::stream::LocalBoxStream;

use super::key::Key;
use crate::client::Client;
use crate::client::endpoints::collections::place;
use crate::client::endpoints::indicators::LARGEST_PAGE;
use crate::client::page as answer;
use crate::feed::page::{Item, Page};
use crate::model::common::Common;
use crate::model::descriptor::Descriptor;
use crate::model::error::{Error, ErrorKind};
use crate::model::view::decode;

/// The relationships that lead to indicators (API notes, page 2, section 2.4).
const RELATIONSHIPS: [&str; 4] = ["files", "domains", "ip_addresses", "urls"];

/// Relationships that the service refused, by type of collection: asking again would
/// spend quota for nothing.
#[derive(Debug, Default)]
pub(super) struct Unavailable(HashSet<(Option<String>, &'static str)>);

/// The indicators of a collection.
pub(super) struct Indicators<'a> {
    client: &'a Client,
    key: Key,
    mention: String,
    /// Whether whole objects are wanted, and not types and ids alone.
    whole: bool,
    /// What sets their identities apart, if they are remembered.
    prefix: Option<String>,
    /// By which time they are remembered.
    time: i64,
    left: VecDeque<&'static str>,
    walk: Option<Walk<'a>>,
}

/// One relationship on its way.
struct Walk<'a> {
    relationship: &'static str,
    pages: LocalBoxStream<'a, Result<answer::Page, Error>>,
    /// How many came.
    received: u64,
    /// How many there are, as far as the service says so.
    announced: Option<u64>,
}

impl<'a> Indicators<'a> {
    pub(super) fn new(
        client: &'a Client,
        key: Key,
        whole: bool,
        prefix: Option<String>,
        time: i64,
    ) -> Self {
        // What is counted as none is not asked for.
        let left = RELATIONSHIPS.into_iter();
        let left = left.filter(|name| key.counter(name) != Some(0));
        Self {
            left: left.collect(),
            mention: key.mention(),
            client,
            key,
            whole,
            prefix,
            time,
            walk: None,
        }
    }

    /// The next page of them; none at the end.
    ///
    /// # Errors
    /// What a page came to: without it the collection is not whole.
    pub(super) async fn next(
        &mut self,
        unavailable: &mut Unavailable,
    ) -> Result<Option<Page>, Error> {
        loop {
            let Some(mut walk) = self.walk.take() else {
                let Some(relationship) = self.left.pop_front() else {
                    return Ok(None);
                };
                let kind = self.key.attributes.collection_type.clone();
                if !unavailable.0.contains(&(kind, relationship)) {
                    self.walk = Some(self.walk(relationship)?);
                }
                continue;
            };
            match walk.pages.next().await {
                Some(Ok(page)) => {
                    let page = self.page(&mut walk, &page);
                    self.walk = Some(walk);
                    if !page.items.is_empty() {
                        return Ok(Some(page));
                    }
                }
                None => self.tell_missing(&walk),
                Some(Err(error)) if walk.received == 0 && is_unavailable(&error) => {
                    self.tell_unavailable(&walk, &error);
                    // A licence or a type of collections without it, not this one alone.
                    if error.kind != ErrorKind::NotFound {
                        let kind = self.key.attributes.collection_type.clone();
                        unavailable.0.insert((kind, walk.relationship));
                    }
                }
                Some(Err(error)) => return Err(self.broken(&walk, error)),
            }
        }
    }

    fn walk(&self, relationship: &'static str) -> Result<Walk<'a>, Error> {
        let id = self.key.id.as_deref().unwrap_or_default();
        let pages = self
            .client
            .related(place(id), relationship, self.whole, LARGEST_PAGE)?;
        Ok(Walk {
            relationship,
            pages: pages.boxed_local(),
            received: 0,
            announced: self.key.counter(relationship),
        })
    }

    fn page(&self, walk: &mut Walk<'_>, page: &answer::Page) -> Page {
        walk.announced = walk.announced.max(page.count);
        let mut body = Vec::new();
        let mut items = Vec::with_capacity(page.items().len());
        for (place, object) in page.items().enumerate() {
            let start = body.len();
            self.write(object, &mut body);
            items.push(Item {
                range: start..body.len(),
                identity: self.identity(walk, place, object),
                time: self.time,
            });
        }
        walk.received += items.len() as u64;
        Page {
            body: body.into(),
            items,
            checked: true,
            ..Page::default()
        }
    }

    /// The common record of an indicator, with the collection before its object.
    fn write(&self, object: &str, body: &mut Vec<u8>) {
        let common = Common::read(object).unwrap_or_default().of("indicator");
        let head = serde_json::to_string(&common).expect("a record is JSON");
        body.extend_from_slice(head.strip_suffix('}').unwrap_or(&head).as_bytes());
        body.extend_from_slice(b",\"collection\":");
        body.extend_from_slice(self.mention.as_bytes());
        body.extend_from_slice(b",\"report\":");
        body.extend_from_slice(object.trim().as_bytes());
        body.push(b'}');
    }

    fn identity(&self, walk: &Walk<'_>, place: usize, object: &str) -> Option<String> {
        let prefix = self.prefix.as_ref()?;
        let id = decode::<Descriptor>(object)
            .ok()
            .and_then(|found| found.view.id);
        let id = id.unwrap_or_else(|| (walk.received + place as u64).to_string());
        Some(format!("{prefix}/{}/{id}", walk.relationship))
    }

    fn named(&self) -> &str {
        self.key.id.as_deref().unwrap_or("without an id")
    }

    /// The service may count more than it gives.
    fn tell_missing(&self, walk: &Walk<'_>) {
        let received = walk.received;
        if let Some(announced) = walk.announced.filter(|announced| *announced > received) {
            tracing::warn!(
                "collection `{}`: received {received} of {announced} {}; the service has no more pages",
                self.named(),
                walk.relationship
            );
        }
    }

    fn tell_unavailable(&self, walk: &Walk<'_>, error: &Error) {
        tracing::warn!(
            "collection `{}`: its {} are not available: {error}",
            self.named(),
            walk.relationship
        );
    }

    fn broken(&self, walk: &Walk<'_>, error: Error) -> Error {
        Error {
            message: format!(
                "collection `{}`, {} after {}: {}",
                self.named(),
                walk.relationship,
                walk.received,
                error.message
            ),
            ..error
        }
    }
}

/// Whether the service has no such relationship for this collection, or this key (API
/// notes, page 2, section 2.4).
fn is_unavailable(error: &Error) -> bool {
    matches!(error.status, Some(400 | 403 | 404))
}
