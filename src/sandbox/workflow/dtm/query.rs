//! What a list of alerts is asked for with.

use std::str::FromStr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::alert::{Alert, STATUSES, State};
use super::object::View;
use super::{document, object};
use crate::model::time::parse_duration;
use crate::sandbox::envelope::Refusal;

/// How long a token is good, where nothing was said, and at most.
const LIFE: Duration = Duration::from_mins(1);
const LONGEST_LIFE: Duration = Duration::from_mins(10);

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Created,
    Updated,
    Id,
    Monitor,
}

/// The list parameters, understood.
#[derive(Debug, Clone)]
pub(super) struct AlertQuery {
    pub(super) size: usize,
    pub(super) sort: Sort,
    pub(super) ascending: bool,
    pub(super) since: Timestamp,
    pub(super) until: Timestamp,
    pub(super) life: Duration,
    pub(super) view: View,
    monitors: Vec<String>,
    statuses: Vec<String>,
    types: Vec<String>,
    severities: Vec<String>,
    tags: Vec<String>,
    matches: Vec<String>,
    least_mscore: Option<i64>,
    words: Vec<String>,
    analysed: Option<bool>,
}

impl AlertQuery {
    /// Reads the parameters; empty ones mean nothing, as with the service.
    ///
    /// # Errors
    /// 400 that names the parameter.
    pub(super) fn parse(pairs: &[(String, String)]) -> Result<Self, Refusal> {
        let all = |name: &str| -> Vec<String> {
            let values = pairs
                .iter()
                .filter(|(key, value)| key == name && !value.is_empty());
            values.map(|(_, value)| value.clone()).collect()
        };
        let one = |name: &str| all(name).into_iter().next();
        let refs = one("refs")
            .map(|text| flag("refs", &text))
            .transpose()?
            .unwrap_or(true);
        let life = match one("life") {
            None => LIFE,
            Some(text) => parse_duration(&text)
                .ok()
                .filter(|life| *life <= LONGEST_LIFE)
                .ok_or_else(|| wrong("life", &text))?,
        };
        Ok(Self {
            size: size(one("size"), if refs { 25 } else { 100 })?,
            sort: match one("sort").as_deref() {
                None | Some("created_at") => Sort::Created,
                Some("updated_at") => Sort::Updated,
                Some("id") => Sort::Id,
                Some("monitor_id") => Sort::Monitor,
                Some(other) => return Err(wrong("sort", other)),
            },
            ascending: ascending(one("order").as_deref())?,
            since: time("since", one("since"))?.unwrap_or(Timestamp::MIN),
            until: time("until", one("until"))?.unwrap_or(Timestamp::MAX),
            life,
            view: View {
                refs,
                monitor_name: one("monitor_name").as_deref() == Some("true"),
                truncate: number("truncate", one("truncate"))?,
            },
            monitors: all("monitor_id"),
            statuses: known("status", all("status"), &STATUSES)?,
            types: all("alert_type"),
            severities: known("severity", all("severity"), &["high", "medium", "low"])?,
            tags: all("tags"),
            matches: all("match_value"),
            least_mscore: number("mscore_gte", one("mscore_gte"))?,
            words: words(one("search"), one("search_encoding").as_deref())?,
            analysed: one("has_analysis")
                .map(|text| flag("has_analysis", &text))
                .transpose()?,
        })
    }

    /// Whether an alert in its state belongs to the list.
    pub(super) fn passes(&self, alert: &Alert, state: &State) -> bool {
        let among = |wanted: &[String], value: &str| {
            wanted.is_empty() || wanted.iter().any(|one| one == value)
        };
        (self.since..=self.until).contains(&alert.created)
            && among(&self.monitors, alert.monitor().id)
            && among(&self.statuses, state.status)
            && among(&self.types, alert.kind().0)
            && among(&self.severities, alert.severity())
            && among(&self.matches, alert.monitor().matches)
            && (self.tags.is_empty() || self.tags.iter().any(|tag| state.tags.contains(tag)))
            && self
                .least_mscore
                .is_none_or(|least| alert.mscore() >= least)
            && self
                .analysed
                .is_none_or(|wanted| alert.is_analysed() == wanted)
            && self.finds(alert)
    }

    fn finds(&self, alert: &Alert) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let text = format!("{} {}", object::title(alert), document::body(alert)).to_lowercase();
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

/// `order`: descending where nothing was said.
pub(super) fn ascending(text: Option<&str>) -> Result<bool, Refusal> {
    match text {
        None | Some("desc") => Ok(false),
        Some("asc") => Ok(true),
        Some(other) => Err(wrong("order", other)),
    }
}

/// `size`: 10 where nothing was said.
pub(super) fn size(text: Option<String>, most: usize) -> Result<usize, Refusal> {
    match number("size", text)? {
        None => Ok(10),
        Some(size) if (1..=most).contains(&size) => Ok(size),
        Some(size) => Err(Refusal::bad_request(format!(
            "Invalid size {size}: it must be a number from 1 to {most}"
        ))),
    }
}

fn number<T: FromStr>(name: &str, text: Option<String>) -> Result<Option<T>, Refusal> {
    text.map(|text| text.parse().map_err(|_| wrong(name, &text)))
        .transpose()
}

fn time(name: &str, text: Option<String>) -> Result<Option<Timestamp>, Refusal> {
    number(name, text)
}

fn flag(name: &str, text: &str) -> Result<bool, Refusal> {
    text.parse().map_err(|_| wrong(name, text))
}

fn known(name: &str, values: Vec<String>, known: &[&str]) -> Result<Vec<String>, Refusal> {
    match values.iter().find(|value| !known.contains(&value.as_str())) {
        Some(other) => Err(wrong(name, other)),
        None => Ok(values),
    }
}

/// A search is the words that must all be there; operators are words like others.
fn words(text: Option<String>, encoding: Option<&str>) -> Result<Vec<String>, Refusal> {
    let text = text.unwrap_or_default();
    let text = match encoding {
        Some("base64") => STANDARD
            .decode(&text)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| wrong("search", &text))?,
        Some(other) => return Err(wrong("search_encoding", other)),
        None => text,
    };
    let words = text.split_whitespace().filter(|word| *word != "AND");
    Ok(words
        .map(|word| word.trim_matches('"').to_lowercase())
        .collect())
}

fn wrong(name: &str, value: &str) -> Refusal {
    Refusal::bad_request(format!("Invalid value \"{value}\" for {name}"))
}
