//! Events on the timeline of a threat object. The service documents their list and
//! their category alone (API notes, page 2, section 2.5): the rest is read under the
//! names that its other objects have for it, in the event or in its attributes.

use std::collections::BTreeMap;

use super::json::Scan;
use super::time::epoch;
use super::view::{Unread, View, decode, view};

view! {
    struct Whole {
        attributes: Said,
    }

    struct Said {
        event_category: Option<String>,
        category: Option<String>,
        title: Option<String>,
        name: Option<String>,
        description: Option<String>,
        date: Option<Moment>,
        event_date: Option<Moment>,
        timestamp: Option<Moment>,
        creation_date: Option<Moment>,
    }
}

/// A time, in seconds since the epoch or in words.
#[derive(Debug, Clone, PartialEq)]
struct Moment(String);

impl View for Moment {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        if value.peek() == Some(b'"') {
            return Ok(<String as View>::read(value, unread)?.map(Self));
        }
        let seconds = <i64 as View>::read(value, unread)?;
        Ok(seconds.and_then(epoch).map(Self))
    }
}

/// An event, as far as it can be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimelineEvent {
    /// When it happened, as RFC 3339 or as the service words it.
    pub time: Option<String>,
    /// Its category.
    pub category: Option<String>,
    /// What happened.
    pub title: Option<String>,
}

impl TimelineEvent {
    /// Reads an event; what is no event says nothing.
    pub fn read(json: &str) -> Self {
        let around = decode::<Said>(json).map(|found| found.view);
        let within = decode::<Whole>(json).map(|found| found.view.attributes);
        let (around, within) = (around.unwrap_or_default(), within.unwrap_or_default());
        around.event().or(within.event())
    }

    fn or(self, other: Self) -> Self {
        Self {
            time: self.time.or(other.time),
            category: self.category.or(other.category),
            title: self.title.or(other.title),
        }
    }
}

impl Said {
    fn event(self) -> TimelineEvent {
        let time = self.date.or(self.event_date);
        let time = time.or(self.timestamp).or(self.creation_date);
        TimelineEvent {
            time: time.map(|Moment(text)| text),
            category: self.event_category.or(self.category),
            title: self.title.or(self.name).or(self.description),
        }
    }
}

/// How many events of each category there are.
pub fn categories(events: &[TimelineEvent]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for event in events {
        let name = event.category.as_deref().unwrap_or("without a category");
        *counts.entry(name).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_every_shape() {
        let some = |text: &str| Some(text.to_owned());
        for (json, time, category, title) in [
            (
                r#"{"event_category":"Exploitation","date":1767322800,"title":"a"}"#,
                some("2026-01-02T03:00:00Z"),
                some("Exploitation"),
                some("a"),
            ),
            (
                r#"{"type":"event","attributes":{"event_category":"Targeting","event_date":"2026-01-02","description":"b"}}"#,
                some("2026-01-02"),
                some("Targeting"),
                some("b"),
            ),
            (r#"{"event_category":["x"],"date":{}}"#, None, None, None),
            ("7", None, None, None),
        ] {
            let event = TimelineEvent::read(json);
            assert_eq!(
                event,
                TimelineEvent {
                    time,
                    category,
                    title
                },
                "{json}"
            );
        }
    }
}
