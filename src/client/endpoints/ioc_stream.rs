//! The stream of `IoC` notifications: those of hunting rules and subscriptions (API notes,
//! section 4).

use jiff::Timestamp;

use crate::client::path::{Path, Query};
use crate::client::request::Request;

/// Most notifications on a page (API notes, section 4.1).
const PAGE: &str = "40";

/// Which notifications, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notifications {
    /// Terms of the service's filter, joined by blanks; without the time.
    pub filter: String,
    /// Only id and type of each object.
    pub descriptors_only: bool,
}

impl Notifications {
    /// The request for those from a time on, and up to another, both inclusive.
    pub fn request(&self, since: Timestamp, until: Option<Timestamp>) -> Request {
        let mut terms = Vec::new();
        if !self.filter.is_empty() {
            terms.push(self.filter.clone());
        }
        terms.push(format!("date:{}+", since.as_second()));
        if let Some(until) = until {
            terms.push(format!("date:{}-", until.as_second()));
        }
        let descriptors = self.descriptors_only.then_some("true");
        Request::get(Path::to("ioc_stream")).query(
            Query::new()
                .with("limit", PAGE)
                .with("order", "date+")
                .with("filter", &terms.join(" "))
                .with_some("descriptors_only", descriptors),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_is_a_plus_on_the_wire() {
        let time = |second| Timestamp::from_second(second).expect("a time");
        let wanted = Notifications {
            filter: "entity_type:url".to_owned(),
            descriptors_only: true,
        };
        assert_eq!(
            wanted.request(time(100), Some(time(200))).target(),
            "/ioc_stream?limit=40&order=date%2B&filter=entity_type%3Aurl%20date%3A100%2B%20date%3A200-&descriptors_only=true"
        );
        assert_eq!(
            Notifications::default().request(time(100), None).target(),
            "/ioc_stream?limit=40&order=date%2B&filter=date%3A100%2B"
        );
    }
}
