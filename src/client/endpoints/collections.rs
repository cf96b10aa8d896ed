//! Collections: vulnerabilities, threat actors, malware and the like, one by one
//! and in lists (API notes, sections 8 and 11).

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

#[cfg(test)]
mod tests {
    use super::*;

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
