//! Alerts of Digital Threat Monitoring (API notes, section 7.1).

use jiff::Timestamp;

use crate::client::page::LinkPaging;
use crate::client::path::{Path, Query};
use crate::client::request::Request;
use crate::model::time::rfc3339;

/// Most alerts on a page that holds what they refer to, and the documents
/// themselves.
pub const MOST_WITH_REFS: u8 = 25;
/// Most alerts on a page without.
pub const MOST_WITHOUT_REFS: u8 = 100;
/// The states of the work on an alert.
pub const ALERT_STATUSES: [&str; 9] = [
    "new",
    "read",
    "escalated",
    "in_progress",
    "closed",
    "no_action_required",
    "duplicate",
    "not_relevant",
    "tracked_external",
];
/// How long the service keeps the way from one page to the next: as long as it
/// can be had.
const LIFE: &str = "10m";

/// Which alerts. Of several values of one filter an alert has any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alerts {
    /// Ids of monitors.
    pub monitors: Vec<String>,
    /// States of the work on them.
    pub statuses: Vec<String>,
    /// What they were raised for.
    pub types: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// What the monitors matched.
    pub match_values: Vec<String>,
    /// `high`, `medium`, `low`.
    pub severities: Vec<String>,
    /// The lowest score of the indicators in them.
    pub lowest_mscore: Option<u8>,
    /// A Lucene query over the alert and its document.
    pub search: Option<String>,
    /// Whether documents, labels and topics come with them.
    pub refs: bool,
    /// Alerts a page; the most that there can be if none is said.
    pub page_size: Option<u8>,
}

/// The order of alerts, and the time that it goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertOrder {
    /// By creation.
    OldestFirst,
    /// By creation.
    NewestFirst,
    /// By the last change.
    LastChangedFirst,
}

impl Alerts {
    /// The pages of those created from a time on, and up to another, both
    /// inclusive. The service knows such bounds for the creation only.
    pub fn pages(
        &self,
        order: AlertOrder,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> LinkPaging {
        LinkPaging::new(self.request(order, since, until), "alerts")
    }

    /// The request for the first of these pages.
    pub fn request(
        &self,
        order: AlertOrder,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Request {
        let (sort, order) = match order {
            AlertOrder::OldestFirst => ("created_at", "asc"),
            AlertOrder::NewestFirst => ("created_at", "desc"),
            AlertOrder::LastChangedFirst => ("updated_at", "desc"),
        };
        let most = if self.refs {
            MOST_WITH_REFS
        } else {
            MOST_WITHOUT_REFS
        };
        let size = self.page_size.unwrap_or(most);
        let mut query = Query::new()
            .with("sort", sort)
            .with("order", order)
            .with("size", &size.to_string())
            .with("refs", if self.refs { "true" } else { "false" })
            // Without it an alert has the monitor's id alone.
            .with("monitor_name", "true")
            .with("life", LIFE)
            .with_some("since", since.map(rfc3339).as_deref())
            .with_some("until", until.map(rfc3339).as_deref());
        for (name, values) in [
            ("monitor_id", &self.monitors),
            ("status", &self.statuses),
            ("alert_type", &self.types),
            ("tags", &self.tags),
            ("match_value", &self.match_values),
            ("severity", &self.severities),
        ] {
            for value in values {
                query = query.with(name, value);
            }
        }
        let mscore = self.lowest_mscore.map(|score| score.to_string());
        query = query
            .with_some("mscore_gte", mscore.as_deref())
            .with_some("search", self.search.as_deref());
        Request::get(Path::to("dtm").then("alerts")).query(query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_repeated_and_a_plus_is_a_plus() {
        let alerts = Alerts {
            statuses: vec!["new".to_owned(), "read".to_owned()],
            types: vec!["Shop Listing".to_owned()],
            tags: vec!["a+b".to_owned(), "c&d".to_owned()],
            lowest_mscore: Some(50),
            search: Some("body:\"x y\" +z".to_owned()),
            ..Alerts::default()
        };
        let since = "2026-01-02T03:04:05.678Z".parse().ok();
        assert_eq!(
            alerts
                .request(AlertOrder::OldestFirst, since, None)
                .target(),
            "/dtm/alerts?sort=created_at&order=asc&size=100&refs=false&monitor_name=true&life=10m\
             &since=2026-01-02T03%3A04%3A05Z&status=new&status=read&alert_type=Shop%20Listing\
             &tags=a%2Bb&tags=c%26d&mscore_gte=50&search=body%3A%22x%20y%22%20%2Bz"
        );
    }

    #[test]
    fn pages_are_as_large_as_they_may_be() {
        let size = |refs, page_size| {
            let alerts = Alerts {
                refs,
                page_size,
                ..Alerts::default()
            };
            let request = alerts.request(AlertOrder::LastChangedFirst, None, None);
            request.target()
        };
        assert_eq!(
            size(true, None),
            "/dtm/alerts?sort=updated_at&order=desc&size=25&refs=true&monitor_name=true&life=10m"
        );
        assert!(size(false, Some(7)).contains("size=7&refs=false"));
    }
}
