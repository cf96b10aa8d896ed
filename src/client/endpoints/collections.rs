//! Collections: vulnerabilities, threat actors, malware and the like, one by one
//! and in lists (API notes, sections 8 and 11).

use jiff::Timestamp;

use super::indicators::Place;
use crate::client::path::{Path, Query};
use crate::client::request::Request;

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
