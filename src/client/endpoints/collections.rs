//! Collections: vulnerabilities, threat actors, malware and the like, one by one
//! and in lists (API notes, sections 8 and 11).

use futures::{StreamExt, pin_mut};
use jiff::Timestamp;
use serde_json::value::RawValue;

use super::indicators::Place;
use crate::client::Client;
use crate::client::envelope::{Answer, Envelope};
use crate::client::page::CursorPaging;
use crate::client::path::{Path, Query};
use crate::client::request::Request;
use crate::client::route::Egress;
use crate::model::error::{Error, ErrorKind};
use crate::model::json::Scan;
use crate::model::mitre::{self, SandboxTactics};
use crate::model::view::{Decoded, Unread};

/// The largest page of a list (API notes, section 1.6).
const LARGEST_PAGE: &str = "40";

/// Where a collection lives; `Client::report` and `Client::related` take it.
pub fn place(id: &str) -> Place<'_> {
    Place {
        collection: "collections",
        id,
    }
}

/// Which collections to list, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CollectionList {
    /// Terms of the service's filter, joined by blanks.
    pub filter: String,
    /// `last_modification_date+`; none for the service's own.
    pub order: Option<String>,
}

impl CollectionList {
    /// The request for the first page, as large as pages get.
    pub fn request(&self) -> Request {
        let query = Query::new()
            .with("limit", LARGEST_PAGE)
            .with_some("order", self.order.as_deref())
            .with("filter", &self.filter);
        Request::get(Path::to("collections")).query(query)
    }
}

impl Client {
    /// ATT&CK tactics and techniques of a collection, source by source; none for one
    /// that has no tree.
    ///
    /// # Errors
    /// What the request came to.
    pub async fn collection_mitre(&self, id: &str) -> Result<Decoded<Vec<SandboxTactics>>, Error> {
        let path = Path::to("collections").segment(id)?.then("mitre_tree");
        let read = |tree: &mut Scan<'_>| mitre::read_sourced(tree.raw()?);
        let tree = |answer: &Answer| Envelope::Data.read(answer, read);
        match self
            .fetch_checked(&Request::get(path).cacheable(), tree)
            .await
        {
            Ok((_, tactics)) => Ok(tactics),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(Decoded {
                view: vec![],
                unread: Unread::default(),
            }),
            Err(error) => Err(error),
        }
    }

    /// The events on the timeline of a collection as sent, in the service's order; none
    /// for one that has no timeline.
    ///
    /// # Errors
    /// What a page came to.
    pub async fn timeline(&self, id: &str) -> Result<Vec<Box<RawValue>>, Error> {
        let path = Path::to("collections").segment(id)?;
        let request = Request::get(path.then("timeline").then("events")).cacheable();
        let pages = self.pages(CursorPaging::new(request), None);
        pin_mut!(pages);
        let mut events = vec![];
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => events.extend(
                    page.items()
                        .filter_map(|item| RawValue::from_string(item.to_owned()).ok()),
                ),
                Err(error) if error.kind == ErrorKind::NotFound && events.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(events)
    }

    /// Fetches the PDF of a report from where the service says that it is, without the
    /// key, and hands its pieces to `take` as they come.
    ///
    /// # Errors
    /// As of [`document`](Self::document).
    pub async fn report_file<E: From<Error>>(
        &self,
        id: &str,
        egress: &Egress,
        take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let path = Path::to("collections").segment(id).map_err(Error::from)?;
        let request = Request::get(path.then("download_report")).small();
        self.linked_document(&request, egress, take).await
    }
}

/// The term of a filter for what was modified at a time or after it (API notes,
/// section 8.2).
pub fn modified_since(time: Timestamp) -> String {
    format!("last_modification_date:{}+", filter_time(time))
}

/// The term of a filter for what was modified at a time or before it.
pub fn modified_until(time: Timestamp) -> String {
    format!("last_modification_date:{}-", filter_time(time))
}

/// A time as filters take it: ISO 8601 in UTC, without a `Z`.
fn filter_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_that_filters_take() {
        let time: Timestamp = "2026-01-02T03:04:05.678Z".parse().expect("a time");
        assert_eq!(
            modified_since(time),
            "last_modification_date:2026-01-02T03:04:05+"
        );
        assert_eq!(
            modified_until(time),
            "last_modification_date:2026-01-02T03:04:05-"
        );
    }

    #[test]
    fn a_plus_is_a_plus_on_the_wire() {
        let list = CollectionList {
            filter: "collection_type:vulnerability last_modification_date:7+".to_owned(),
            order: Some("last_modification_date+".to_owned()),
        };
        assert_eq!(
            list.request().target(),
            "/collections?limit=40&order=last_modification_date%2B&filter=collection_type%3Avulnerability%20last_modification_date%3A7%2B"
        );
    }
}
