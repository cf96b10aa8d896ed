//! The query of a search: terms of different keys must all hold, of those with
//! the same key one; a negated term must not.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::issue::Issue;
use crate::sandbox::filter::{among, words};
use crate::sandbox::states::time;

/// Keys whose value must be the fact of that name.
const EQUAL: &str = "collection entity_name entity_type entity_uid id name scoped severity \
    status_detailed status_new uid";
/// Keys whose value is a bound of a fact.
const BOUNDS: &str = "severity_lte severity_gte first_seen_after first_seen_before \
    last_seen_after last_seen_before";

/// A query, understood: key, value, and whether it must not be so.
#[derive(Debug)]
pub(super) struct Query(Vec<(String, String, bool)>);

impl Query {
    /// Reads a query; an empty one asks for everything.
    ///
    /// # Errors
    /// A sentence about the first term that is wrong.
    pub(super) fn parse(text: &str, now: Timestamp) -> Result<Self, String> {
        let words = words(text).ok_or_else(|| format!("Invalid query \"{text}\""))?;
        let terms = words.into_iter().map(|word| {
            let key = word.key().trim_start_matches('!');
            let value = word.value.trim_start_matches('!');
            let negated = key != word.key() || value != word.value;
            let wrong = || {
                format!(
                    "Invalid term \"{}:{}\" in the query",
                    word.key(),
                    word.value
                )
            };
            if key != "tag" && !among(EQUAL, key) && !among(BOUNDS, key) {
                return Err(format!("Unknown key \"{key}\" in the query"));
            }
            let value = match key.split_once('_') {
                Some(("first" | "last", _)) => moment(value, now),
                _ if key.starts_with("severity") => {
                    value.parse::<u8>().ok().map(|_| value.to_owned())
                }
                _ => Some(value.to_owned()).filter(|value| !value.is_empty()),
            };
            Ok((key.to_owned(), value.ok_or_else(wrong)?, negated))
        });
        Ok(Self(terms.collect::<Result<_, _>>()?))
    }

    /// Whether an issue in its state is asked for.
    pub(super) fn passes(&self, issue: &Issue) -> bool {
        self.0.iter().all(|(key, value, negated)| {
            if *negated {
                return !holds(issue, key, value);
            }
            let mut same = self
                .0
                .iter()
                .filter(|(other, _, negated)| other == key && !negated);
            same.any(|(key, value, _)| holds(issue, key, value))
        })
    }
}

/// Whether an issue is what a term says. Severities are of one digit, and times are
/// written alike: both are in the order of their texts.
fn holds(issue: &Issue, key: &str, value: &str) -> bool {
    let (fact, bound) = key.rsplit_once('_').unwrap_or((key, ""));
    let own = || match fact {
        "first_seen" => time(issue.first_seen).text().into_owned(),
        "last_seen" => time(issue.last_seen).text().into_owned(),
        fact => issue.thing.text(fact),
    };
    match bound {
        "lte" => own().as_str() <= value,
        "gte" => own().as_str() >= value,
        "after" => own().as_str() > value,
        "before" => own().as_str() < value,
        _ if key == "tag" => issue.thing.texts("tags").iter().any(|tag| tag == value),
        _ => issue.thing.text(key) == value,
    }
}

/// A time, a date, or the latest scan, as issues write times.
fn moment(text: &str, now: Timestamp) -> Option<String> {
    let date = || {
        let date: Date = text.parse().ok()?;
        Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    let at = match text {
        // A moment before it, so that "after" means the scan itself.
        "last_refresh" => last_refresh(now)
            .checked_sub(SignedDuration::from_millis(1))
            .ok(),
        text => text.parse().ok().or_else(date),
    };
    Some(time(at?).text().into_owned())
}

/// The beginning of the latest scan.
fn last_refresh(now: Timestamp) -> Timestamp {
    let hours = now.as_second().div_euclid(3_600);
    Timestamp::from_second(hours.div_euclid(6) * 6 * 3_600).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::issue::PROJECTS;
    use super::*;
    use crate::sandbox::states::States;

    #[test]
    fn keys_join_values_choose_and_a_mark_negates() {
        let now: Timestamp = "2026-01-20T03:00:00Z".parse().expect("a time");
        let states = States::default();
        let in_state = |issue: Issue| {
            let state = issue.state(&states, now);
            issue.in_state(&state)
        };
        let all: Vec<Issue> = PROJECTS[0].visible(now).map(in_state).collect();
        let found = |text: &str| {
            let query = Query::parse(text, now).expect("a query");
            all.iter().filter(|issue| query.passes(issue)).count()
        };
        let whole = found("");
        assert_eq!(whole, all.len());
        let (one, two) = (found("severity:1"), found("severity:2"));
        assert!(one > 0 && two > 0);
        assert_eq!(found("severity:1 severity:2"), one + two);
        assert_eq!(found("severity_lte:2"), one + two);
        assert_eq!(found("severity:1 severity_gte:2"), 0);
        assert_eq!(found("!severity:1"), whole - one);
        assert_eq!(found("severity:!1 !severity:2"), whole - one - two);
        assert_eq!(found("status_new:open  status_new:closed"), whole);
        assert_eq!(found("name:\"no such name\""), 0);
        let scanned = found("last_seen_after:last_refresh");
        assert_eq!(found("last_seen_after:2026-01-20"), scanned);
        assert!(scanned > 0 && scanned < whole);
    }

    #[test]
    fn what_is_no_query_is_refused() {
        let now = Timestamp::UNIX_EPOCH;
        for text in [
            "word",
            "severity:high",
            "nonesuch:1",
            "last_seen_after:soon",
            "tag:",
        ] {
            assert!(Query::parse(text, now).is_err(), "{text}");
        }
    }
}
