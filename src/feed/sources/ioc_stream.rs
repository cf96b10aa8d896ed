//! The stream of notifications as a feed: oldest first from a time on, in pages.

use super::by_time::{Identified, Timeline};
use crate::client::endpoints::ioc_stream::Notifications;
use crate::client::page::CursorPaging;
use crate::client::request::Request;
use crate::feed::position::Sweep;
use crate::model::error::Error;
use crate::model::json::Scan;
use crate::model::notification::NotificationKey;

impl Timeline for Notifications {
    type Paging = CursorPaging;

    fn small_pages(&self) -> bool {
        true
    }

    fn request(&self, sweep: &Sweep) -> Result<Request, Error> {
        let (since, until) = sweep.bounds();
        Ok(self.request(since, until))
    }

    fn pages(&self, sweep: &Sweep) -> Result<CursorPaging, Error> {
        Ok(CursorPaging::new(Timeline::request(self, sweep)?))
    }

    fn identify(&self, item: &mut Scan<'_>) -> Result<Identified, String> {
        identify(item)
    }
}

/// The identity and the time of a notification. One without an id is told apart
/// by all that it says.
fn identify(item: &mut Scan<'_>) -> Result<Identified, String> {
    let (item, key) = item.view::<NotificationKey>()?;
    let Some(context) = key.map(|key| key.context_attributes) else {
        return Ok(Identified::by_content(item, None));
    };
    let time = context.notification_date;
    Ok(match context.notification_id {
        Some(id) => Identified::new(id, time),
        None => Identified::by_content(item, time),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notifications_are_told_apart() {
        let at = |json: &str| identify(&mut Scan::of(json)).expect("an item");
        let sent =
            r#"{"id":"x","context_attributes":{"notification_id":"7","notification_date":9}}"#;
        assert_eq!(at(sent), Identified::new("7".to_owned(), Some(9)));
        let odd = r#"{"context_attributes":{"notification_date":"9.0","notification_id":7}}"#;
        assert_eq!(at(odd).identity, "7");
        for json in ["{\"id\":1}", r#"{"context_attributes":null}"#, "5"] {
            let found = at(json);
            assert!(
                found.identity.starts_with("sha256:") && found.time.is_none(),
                "{json}"
            );
        }
        assert_ne!(at("{\"id\":1}"), at("{\"id\":2}"));
    }
}
