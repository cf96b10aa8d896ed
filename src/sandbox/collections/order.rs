//! The order of a list of collections.

use super::collection::Collection;
use crate::sandbox::envelope::Refusal;
use crate::sandbox::vulnerabilities::Profile;

/// What lists can be ordered by.
pub(super) const KEYS: [&str; 8] = [
    "name",
    "creation_date",
    "last_modification_date",
    "lookups_trend",
    "submissions_trend",
    "relevance",
    "exploitation_state",
    "risk_rating",
];

/// A key and a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    key: &'static str,
    pub(super) ascending: bool,
}

impl Order {
    /// Reads an order; a key without a sign ascends.
    ///
    /// # Errors
    /// 400 for a key that is none.
    pub(super) fn parse(text: Option<&str>) -> Result<Self, Refusal> {
        let text = text.unwrap_or("creation_date-");
        let (name, ascending) = match text.strip_suffix('-') {
            Some(name) => (name, false),
            None => (text.strip_suffix('+').unwrap_or(text), true),
        };
        let key = KEYS.into_iter().find(|key| *key == name).ok_or_else(|| {
            Refusal::invalid_argument(format!(
                "Invalid order \"{text}\": valid ones are {}",
                KEYS.join(", ")
            ))
        })?;
        Ok(Self { key, ascending })
    }

    /// Where a collection stands: by a number, then by a text.
    pub(super) fn rank(self, collection: Collection, now: i64) -> (i64, String) {
        let profile = match collection {
            Collection::Vulnerability(cve) => Some(Profile::of(cve)),
            Collection::Threat(_) => None,
        };
        let place = |words: &[&str], word: Option<&str>| {
            let at = words.iter().position(|one| Some(*one) == word);
            at.map_or(0, |at| i64::try_from(at).unwrap_or(0) + 1)
        };
        let number = match self.key {
            "name" => return (0, collection.name()),
            "creation_date" => collection.created(),
            "last_modification_date" => collection.modified(now),
            "risk_rating" => {
                let risk = profile.as_ref().map(|profile| profile.risk);
                place(&["LOW", "MEDIUM", "HIGH", "CRITICAL"], risk)
            }
            "exploitation_state" => {
                let state = profile.as_ref().map(|profile| profile.state);
                place(
                    &["No Known", "Suspected", "Reported", "Confirmed", "Wide"],
                    state,
                )
            }
            key => collection.seed().between(key, 0, 1_000),
        };
        (number, collection.id())
    }
}
