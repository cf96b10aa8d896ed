//! An alert as the conditions see it: each part is looked at when a rule first
//! asks for it, and once.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::severity::Severity;
use crate::model::lenient;
use crate::output::jq::{Document, FilterError};

/// An alert, an issue or an indicator: the keys mean the nearest that each has.
pub(super) struct Alert<'a> {
    json: &'a str,
    now: Timestamp,
    root: Root<'a>,
    severity: OnceCell<Option<Severity>>,
    tags: OnceCell<Vec<Cow<'a, str>>>,
    age: OnceCell<Option<Duration>>,
    document: OnceCell<Document>,
}

/// The members that any key looks at, in their own text.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Root<'a> {
    id: Raw<'a>,
    uid: Raw<'a>,
    #[serde(rename = "type")]
    kind: Raw<'a>,
    alert_type: Raw<'a>,
    severity: Raw<'a>,
    monitor_id: Raw<'a>,
    tags: Raw<'a>,
    indicator_mscore: Raw<'a>,
    created_at: Raw<'a>,
    first_seen: Raw<'a>,
    summary: Raw<'a>,
    attributes: Raw<'a>,
    context_attributes: Raw<'a>,
}

/// Of an attack surface issue.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Summary<'a> {
    category: Raw<'a>,
    severity: Raw<'a>,
}

/// Of an indicator.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Attributes<'a> {
    tags: Raw<'a>,
    last_modification_date: Raw<'a>,
    gti_assessment: Raw<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Assessment<'a> {
    severity: Raw<'a>,
    threat_score: Raw<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Valued<'a> {
    value: Raw<'a>,
}

/// Of an indicator in a feed.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Context<'a> {
    tags: Raw<'a>,
    notification_date: Raw<'a>,
}

type Raw<'a> = Option<&'a RawValue>;

impl<'a> Alert<'a> {
    /// Finds the members of an alert.
    ///
    /// # Errors
    /// What is no JSON object, in words.
    pub(super) fn read(json: &'a str, now: Timestamp) -> Result<Self, String> {
        let root = serde_json::from_str(json)
            .map_err(|error| format!("the record is not a JSON object: {error}"))?;
        Ok(Self {
            json,
            now,
            root,
            severity: OnceCell::new(),
            tags: OnceCell::new(),
            age: OnceCell::new(),
            document: OnceCell::new(),
        })
    }

    /// Its id; that of an issue may go by another name.
    pub(super) fn id(&self) -> Option<Cow<'a, str>> {
        text(self.root.id).or_else(|| text(self.root.uid))
    }

    /// The type of an alert, the category of an issue, the kind of an indicator.
    pub(super) fn alert_type(&self) -> Option<Cow<'a, str>> {
        text(self.root.alert_type)
            .or_else(|| text(object::<Summary>(self.root.summary).category))
            .or_else(|| text(self.root.kind))
    }

    pub(super) fn severity(&self) -> Option<Severity> {
        let read = |raw| text(raw).and_then(|text| text.parse().ok());
        *self.severity.get_or_init(|| {
            read(self.root.severity)
                .or_else(|| read(object::<Summary>(self.root.summary).severity))
                .or_else(|| read(object::<Valued>(self.assessment().severity).value))
        })
    }

    /// The monitor that an alert comes from.
    pub(super) fn monitor_id(&self) -> Option<Cow<'a, str>> {
        text(self.root.monitor_id)
    }

    pub(super) fn tags(&self) -> &[Cow<'a, str>] {
        self.tags.get_or_init(|| {
            let attributes = object::<Attributes>(self.root.attributes).tags;
            let context = object::<Context>(self.root.context_attributes).tags;
            let mut tags = vec![];
            for raw in [self.root.tags, attributes, context].into_iter().flatten() {
                let items: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
                tags.extend(items.into_iter().filter_map(|tag| text(Some(tag))));
            }
            tags
        })
    }

    /// The maliciousness score of an alert, the threat score of an indicator.
    pub(super) fn mscore(&self) -> Option<i64> {
        integer(self.root.indicator_mscore)
            .or_else(|| integer(object::<Valued>(self.assessment().threat_score).value))
    }

    /// How long ago an alert was made, an issue first seen, or an indicator told
    /// of or else changed. What lies in the future is new.
    pub(super) fn age(&self) -> Option<Duration> {
        *self.age.get_or_init(|| {
            let time = time(self.root.created_at)
                .or_else(|| time(self.root.first_seen))
                .or_else(|| time(object::<Context>(self.root.context_attributes).notification_date))
                .or_else(|| {
                    time(object::<Attributes>(self.root.attributes).last_modification_date)
                })?;
            Some(Duration::try_from(self.now.duration_since(time)).unwrap_or_default())
        })
    }

    /// All of it, for jq.
    pub(super) fn document(&self) -> Result<&Document, FilterError> {
        if let Some(document) = self.document.get() {
            return Ok(document);
        }
        let read = Document::read(self.json)?;
        Ok(self.document.get_or_init(|| read))
    }

    fn assessment(&self) -> Assessment<'a> {
        object(object::<Attributes>(self.root.attributes).gti_assessment)
    }
}

/// The members of an object; what is none has none.
fn object<'a, T: Deserialize<'a> + Default>(raw: Raw<'a>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
        .unwrap_or_default()
}

/// A text, or the digits of a number.
fn text(raw: Raw<'_>) -> Option<Cow<'_, str>> {
    let raw = raw?.get();
    match raw.as_bytes().first()? {
        b'"' => {
            let inner = raw.get(1..raw.len() - 1)?;
            if inner.is_empty() {
                return None;
            }
            if inner.contains('\\') {
                return serde_json::from_str(raw).ok().map(Cow::Owned);
            }
            Some(Cow::Borrowed(inner))
        }
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(raw)),
        _ => None,
    }
}

fn integer(raw: Raw<'_>) -> Option<i64> {
    let mut json = serde_json::Deserializer::from_str(raw?.get());
    lenient::integer(&mut json).ok().flatten()
}

/// A time in RFC 3339, or in seconds since the epoch.
fn time(raw: Raw<'_>) -> Option<Timestamp> {
    let text = text(raw)?;
    let seconds = || Timestamp::from_second(integer(raw)?).ok();
    text.parse().ok().or_else(seconds)
}
