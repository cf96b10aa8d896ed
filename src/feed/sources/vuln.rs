//! Vulnerabilities as a feed: by the time of their last modification, in pages.

use super::by_time::{Identified, Timeline};
use crate::client::endpoints::collections::{CollectionList, modified_since, modified_until};
use crate::client::page::CursorPaging;
use crate::client::request::Request;
use crate::feed::position::Sweep;
use crate::model::error::Error;
use crate::model::json::Scan;
use crate::model::vulnerability::VulnerabilityKey;

/// Which vulnerabilities, by terms of the service's filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Modifications(pub String);

impl Timeline for Modifications {
    type Paging = CursorPaging;

    fn small_pages(&self) -> bool {
        true
    }

    /// API notes, section 8.2.
    fn request(&self, sweep: &Sweep) -> Result<Request, Error> {
        Ok(modified(&self.0, sweep))
    }

    fn pages(&self, sweep: &Sweep) -> Result<CursorPaging, Error> {
        Ok(CursorPaging::new(self.request(sweep)?))
    }

    fn identify(&self, item: &mut Scan<'_>) -> Result<Identified, String> {
        identify(item)
    }
}

/// The first page of what was modified in a sweep, the oldest first.
pub(super) fn modified(terms: &str, sweep: &Sweep) -> Request {
    let (since, until) = sweep.bounds();
    let since = modified_since(since);
    let until = until.map(modified_until);
    let all = [Some(terms.to_owned()), Some(since), until];
    let all: Vec<String> = all
        .into_iter()
        .flatten()
        .filter(|term| !term.is_empty())
        .collect();
    let list = CollectionList {
        filter: all.join(" "),
        order: Some("last_modification_date+".to_owned()),
    };
    list.request()
}

/// A vulnerability is told apart by its id and when it was modified: modified
/// again, it is another item.
fn identify(item: &mut Scan<'_>) -> Result<Identified, String> {
    let (item, key) = item.view::<VulnerabilityKey>()?;
    let Some(key) = key else {
        return Ok(Identified::by_content(item, None));
    };
    let time = key.attributes.last_modification_date;
    Ok(match (key.id, time) {
        (Some(id), Some(time)) => Identified::new(format!("{id}@{time}"), Some(time)),
        _ => Identified::by_content(item, time),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modified_again_it_is_another_one() {
        let at = |json: &str| identify(&mut Scan::of(json)).expect("an item");
        let first = at(r#"{"id":"x","attributes":{"last_modification_date":5}}"#);
        assert_eq!((first.identity.as_str(), first.time), ("x@5", Some(5)));
        let odd = at(r#"{"id":"x","attributes":{"last_modification_date":"6.0"}}"#);
        assert_eq!(odd.identity, "x@6");
        for json in [
            r#"{"id":"x","attributes":null}"#,
            r#"{"id":"x","attributes":{"last_modification_date":1e999}}"#,
            r#"{"id":null}"#,
            "7",
        ] {
            assert!(at(json).identity.starts_with("sha256:"), "{json}");
        }
    }

    #[test]
    fn a_sweep_is_a_range_of_modifications() {
        let wanted = Modifications("collection_type:vulnerability".to_owned());
        let sweep = Sweep {
            until: Some(200),
            ..Sweep::starting_at(100)
        };
        assert_eq!(
            wanted.request(&sweep).expect("a request").target(),
            "/collections?limit=40&order=last_modification_date%2B&filter=collection_type%3Avulnerability%20last_modification_date%3A1970-01-01T00%3A01%3A40%2B%20last_modification_date%3A1970-01-01T00%3A03%3A20-"
        );
    }
}
