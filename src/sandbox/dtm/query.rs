//! What a list of alerts is asked for with.

use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};

use super::STATUSES;
use super::alert::Alert;
use crate::model::time::parse_duration;
use crate::sandbox::call::value;
use crate::sandbox::filter::among;
use crate::sandbox::reply::ApiError;
use crate::sandbox::states::State;

/// How long a token is good at most.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// Parameters that ask for alerts with just this fact; repeated, with one of them.
const EQUAL: [&str; 5] = [
    "monitor_id",
    "alert_type",
    "severity",
    "match_value",
    "has_analysis",
];

/// Parameters that have but these values.
const KNOWN: [(&str, &str); 7] = [
    ("status", STATUSES),
    ("severity", "high medium low"),
    ("has_analysis", "true false"),
    ("refs", "true false"),
    ("sort", "created_at updated_at id monitor_id"),
    ("order", "asc desc"),
    ("search_encoding", "base64"),
];

/// The parameters of a list, of which empty ones mean nothing.
pub(super) type Pairs = Vec<(String, String)>;

/// How much of an alert is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    /// `doc`, `labels` and `topics` too.
    pub(super) refs: bool,
    /// `monitor_name` too.
    pub(super) names: bool,
    /// Most characters of a document's text.
    pub(super) truncate: usize,
}

/// The list parameters, understood.
#[derive(Debug)]
pub(super) struct AlertQuery<'a> {
    pairs: &'a Pairs,
    pub(super) size: usize,
    pub(super) sort: &'a str,
    pub(super) ascending: bool,
    pub(super) since: Timestamp,
    pub(super) until: Timestamp,
    pub(super) life: SignedDuration,
    pub(super) view: View,
    least_mscore: i64,
    words: Vec<String>,
}

impl<'a> AlertQuery<'a> {
    /// Reads the parameters.
    ///
    /// # Errors
    /// 400 that names the parameter.
    pub(super) fn parse(pairs: &'a Pairs) -> Result<Self, ApiError> {
        for (name, known) in KNOWN {
            if let Some(other) = all(pairs, name).find(|value| !among(known, value)) {
                return Err(wrong(name, other));
            }
        }
        let refs = value(pairs, "refs") != Some("false");
        let life = value(pairs, "life").unwrap_or("1m");
        let parsed = parse_duration(life)
            .ok()
            .and_then(|life| SignedDuration::try_from(life).ok());
        let parsed = parsed.filter(|life| *life <= LONGEST_LIFE);
        Ok(Self {
            pairs,
            size: size(pairs, if refs { 25 } else { 100 })?,
            sort: value(pairs, "sort").unwrap_or("created_at"),
            ascending: value(pairs, "order") == Some("asc"),
            since: read(pairs, "since", Timestamp::MIN)?,
            until: read(pairs, "until", Timestamp::MAX)?,
            life: parsed.ok_or_else(|| wrong("life", life))?,
            view: View {
                refs,
                names: value(pairs, "monitor_name") == Some("true"),
                truncate: read(pairs, "truncate", usize::MAX)?,
            },
            least_mscore: read(pairs, "mscore_gte", 0)?,
            words: words(pairs)?,
        })
    }

    /// Whether an alert in its state, which is asked for where it matters, belongs to
    /// the list.
    pub(super) fn passes(&self, alert: &Alert, state: &dyn Fn(&Alert) -> State) -> bool {
        let any = |name: &str, is: &dyn Fn(&str) -> bool| {
            all(self.pairs, name).next().is_none() || all(self.pairs, name).any(is)
        };
        let finds = |word: &String| {
            let texts = ["title", "content"].map(|name| alert.thing.text(name).to_lowercase());
            texts.iter().any(|text| text.contains(word))
        };
        EQUAL
            .iter()
            .all(|name| any(name, &|value| alert.thing.text(name) == value))
            && any("status", &|value| state(alert).status == value)
            && any("tags", &|value| {
                state(alert).tags.iter().any(|tag| tag == value)
            })
            && (self.least_mscore == 0 || alert.thing.number("mscore") >= self.least_mscore)
            && self.words.iter().all(finds)
    }
}

/// All values of a parameter.
fn all<'a>(pairs: &'a Pairs, name: &str) -> impl Iterator<Item = &'a str> {
    let own = pairs
        .iter()
        .filter(move |(key, value)| key == name && !value.is_empty());
    own.map(|(_, value)| value.as_str())
}

/// `size`: 10 where nothing was said.
pub(super) fn size(pairs: &Pairs, most: usize) -> Result<usize, ApiError> {
    let size = read(pairs, "size", 10)?;
    if (1..=most).contains(&size) {
        return Ok(size);
    }
    let message = format!("Invalid size {size}: it must be a number from 1 to {most}");
    Err(ApiError::bad_request(message))
}

/// A parameter of a type that can be read, or what holds where it is not there.
fn read<T: FromStr>(pairs: &Pairs, name: &str, default: T) -> Result<T, ApiError> {
    match value(pairs, name) {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| wrong(name, text)),
    }
}

/// A search is the words that must all be there; operators are words like others.
fn words(pairs: &Pairs) -> Result<Vec<String>, ApiError> {
    let text = value(pairs, "search").unwrap_or("");
    let decoded = match value(pairs, "search_encoding") {
        None => Some(text.to_owned()),
        Some(_) => STANDARD
            .decode(text)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok()),
    };
    let text = decoded.ok_or_else(|| wrong("search", text))?;
    let words = text.split_whitespace().filter(|word| *word != "AND");
    Ok(words
        .map(|word| word.trim_matches('"').to_lowercase())
        .collect())
}

fn wrong(name: &str, value: &str) -> ApiError {
    ApiError::bad_request(format!("Invalid value \"{value}\" for {name}"))
}
