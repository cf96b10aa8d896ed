//! One term of a search: `key:value`, `!key:value`, `key:"a value"`.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use super::issue::{Issue, State, last_refresh};
use super::project::Project;

const KEYS: [&str; 18] = [
    "collection",
    "name",
    "uid",
    "id",
    "tag",
    "last_seen_after",
    "last_seen_before",
    "first_seen_after",
    "first_seen_before",
    "entity_uid",
    "entity_name",
    "entity_type",
    "scoped",
    "severity",
    "severity_lte",
    "severity_gte",
    "status_new",
    "status_detailed",
];

/// A term, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) key: &'static str,
    pub(super) negated: bool,
    value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    Number(i64),
    Time(Timestamp),
}

impl Term {
    /// Reads a term.
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub(super) fn parse(text: &str, now: Timestamp) -> Result<Self, String> {
        let wrong = || format!("Invalid term \"{text}\" in the query");
        let (key, value) = text.split_once(':').ok_or_else(wrong)?;
        let (negated_key, key) = stripped(key);
        let (negated_value, value) = stripped(value);
        let value = value.trim_matches('"');
        let key = KEYS
            .into_iter()
            .find(|known| *known == key)
            .ok_or_else(|| format!("Unknown key \"{key}\" in the query"))?;
        let value = match key {
            _ if value.is_empty() => return Err(wrong()),
            "severity" | "severity_lte" | "severity_gte" => {
                Value::Number(value.parse().map_err(|_| wrong())?)
            }
            _ if key.ends_with("_after") || key.ends_with("_before") => {
                Value::Time(time(value, now).ok_or_else(wrong)?)
            }
            _ => Value::Text(value.to_owned()),
        };
        Ok(Self {
            key,
            negated: negated_key || negated_value,
            value,
        })
    }

    /// Whether an issue in its state is what the term says, negation aside.
    pub(super) fn is_true(&self, issue: &Issue, state: &State, project: &Project) -> bool {
        match &self.value {
            Value::Number(number) => match self.key {
                "severity_lte" => issue.severity() <= *number,
                "severity_gte" => issue.severity() >= *number,
                _ => issue.severity() == *number,
            },
            Value::Time(time) => {
                let (first, last) = (issue.first_seen(), state.last_seen);
                match self.key {
                    "last_seen_after" => last > *time,
                    "last_seen_before" => last < *time,
                    "first_seen_after" => first > *time,
                    _ => first < *time,
                }
            }
            Value::Text(text) => {
                let entity = issue.entity();
                match self.key {
                    "collection" => text == project.slug(),
                    "name" => text == issue.name(),
                    "uid" | "id" => *text == issue.id,
                    "tag" => state.tags.contains(text),
                    "entity_type" => text == entity.0,
                    "entity_uid" => *text == entity.1,
                    "entity_name" => *text == entity.2,
                    "scoped" => *text == issue.is_scoped().to_string(),
                    "status_new" => text == state.summary(),
                    _ => text == state.status,
                }
            }
        }
    }
}

fn stripped(text: &str) -> (bool, &str) {
    match text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, text),
    }
}

fn time(text: &str, now: Timestamp) -> Option<Timestamp> {
    if text == "last_refresh" {
        // A moment before it, so that "after" means the scan itself.
        return last_refresh(now)
            .checked_sub(jiff::SignedDuration::from_millis(1))
            .ok();
    }
    text.parse().ok().or_else(|| {
        let date: Date = text.parse().ok()?;
        Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })
}
