//! The search over everything that the service knows (API notes, section 8.3).

use futures::Stream;

use crate::client::Client;
use crate::client::page::{CursorPaging, Page};
use crate::client::path::{Path, Query};
use crate::client::request::Request;
use crate::model::error::Error;

/// Most objects on a page (API notes, section 1.6).
pub const LARGEST_PAGE: u64 = 300;

/// What to search for, and what to show of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// The query in the service's language.
    pub query: String,
    /// `relevance-`, `last_submission_date-`, …; the service's own without it.
    pub order: Option<String>,
    /// Only id and type of each object.
    pub descriptors_only: bool,
    /// Only these attributes, comma-separated.
    pub attributes: Option<String>,
    /// All but these attributes, comma-separated.
    pub exclude_attributes: Option<String>,
}

impl Search {
    /// The request for the first page, of so many objects at most.
    pub fn request(&self, page: u64) -> Request {
        let descriptors = self.descriptors_only.then_some("true");
        Request::get(Path::to("intelligence").then("search")).query(
            Query::new()
                .with("query", &self.query)
                .with("limit", &page.clamp(1, LARGEST_PAGE).to_string())
                .with_some("order", self.order.as_deref())
                .with_some("descriptors_only", descriptors)
                .with_some("attributes", self.attributes.as_deref())
                .with_some("exclude_attributes", self.exclude_attributes.as_deref()),
        )
    }
}

impl Client {
    /// The pages of what a search finds. They are not kept: a search is asked to
    /// learn what is new.
    pub fn search(
        &self,
        search: &Search,
        page: u64,
    ) -> impl Stream<Item = Result<Page, Error>> + '_ {
        self.pages(CursorPaging::new(search.request(page)), None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_is_a_plus_on_the_wire() {
        let search = Search {
            query: "entity:file size:100kb+ tag:a&b".to_owned(),
            order: Some("size+".to_owned()),
            descriptors_only: true,
            attributes: Some("name".to_owned()),
            exclude_attributes: None,
        };
        assert_eq!(
            search.request(1000).target(),
            "/intelligence/search?query=entity%3Afile%20size%3A100kb%2B%20tag%3Aa%26b&limit=300&order=size%2B&descriptors_only=true&attributes=name"
        );
        assert_eq!(
            Search::default().request(0).target(),
            "/intelligence/search?query=&limit=1"
        );
    }
}
