//! The filter of the stream: terms joined by blanks, all of which must hold.

use jiff::Timestamp;

use super::notification::Notification;
use crate::sandbox::envelope::Refusal;

/// What is asked of the stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct StreamFilter {
    /// The earliest date, inclusive.
    pub(super) low: Option<i64>,
    /// The latest date, inclusive.
    pub(super) high: Option<i64>,
    terms: Vec<(String, String)>,
}

const TERMS: [&str; 6] = [
    "origin",
    "entity_type",
    "entity_id",
    "source_type",
    "source_id",
    "notification_tag",
];

impl StreamFilter {
    /// Reads a filter.
    ///
    /// # Errors
    /// 400 for a term that the service does not know. A `+` that was not escaped
    /// has become a blank by now, and its term is one of these.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let mut filter = Self::default();
        for term in text.split_whitespace() {
            let Some((name, value)) = term.split_once(':') else {
                return Err(unknown(term));
            };
            let value = value.trim_matches('"');
            if name == "date" {
                let from = value.strip_suffix('+').and_then(time);
                let to = value.strip_suffix('-').and_then(time);
                match (from, to) {
                    (Some(low), _) => filter.low = Some(low),
                    (_, Some(high)) => filter.high = Some(high),
                    _ => return Err(unknown(term)),
                }
            } else if TERMS.contains(&name) {
                filter.terms.push((name.to_owned(), value.to_owned()));
            } else {
                return Err(unknown(term));
            }
        }
        Ok(filter)
    }

    /// Whether a notification passes, its date apart.
    pub(super) fn passes(&self, one: &Notification) -> bool {
        self.terms.iter().all(|(name, value)| {
            let value = value.as_str();
            match name.as_str() {
                "origin" => one.origin() == value,
                "entity_type" => one.subject().kind.type_name() == value,
                "entity_id" => one.subject().id == value,
                "source_type" => one.source().0 == value,
                "source_id" => one.source().1 == value,
                _ => one.tag() == Some(value),
            }
        })
    }
}

fn unknown(term: &str) -> Refusal {
    Refusal::bad_request(format!(
        "Invalid filter \"{term}\": valid ones are date, {}",
        TERMS.join(", ")
    ))
}

/// Seconds since the epoch, or a date.
fn time(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let full = if text.contains('T') {
        format!("{text}Z")
    } else {
        format!("{text}T00:00:00Z")
    };
    full.parse().ok().map(Timestamp::as_second)
}
