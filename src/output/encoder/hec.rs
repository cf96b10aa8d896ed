//! Events for Splunk's HTTP Event Collector.

use serde::Serialize;

use super::lines::Line;
use crate::model::common::Common;
use crate::output::export::json::line;
use crate::output::export::{Choice, Export, Matter};

/// How long a text of an event may be: Splunk cuts events at 10,000 bytes.
const LONGEST: usize = 1024;

/// How many items of a list an event has.
const MOST: usize = 20;

/// One envelope a line. The event is the common record: the object would be cut.
pub(in crate::output) struct Hec {
    index: Option<String>,
}

impl Hec {
    pub(in crate::output) fn new(choice: &Choice) -> Self {
        Self {
            index: choice.index.clone(),
        }
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    time: f64,
    source: String,
    sourcetype: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<&'a str>,
    event: Event<'a>,
    fields: Fields<'a>,
}

#[derive(Serialize)]
struct Event<'a> {
    gti_id: String,
    #[serde(flatten)]
    common: Common,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha1: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    md5: Option<&'a str>,
}

#[derive(Serialize)]
struct Fields<'a> {
    kind: &'a str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    object_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<String>,
}

impl Line for Hec {
    fn write(&mut self, export: &Export, out: &mut Vec<u8>) {
        let common = short(&export.common);
        let hashes = match &export.matter {
            Matter::File(hashes) => Some(hashes),
            _ => None,
        };
        let hash = |hash: fn(&crate::output::export::Hashes) -> Option<&str>| hashes.and_then(hash);
        let envelope = Envelope {
            time: seconds(export.at.as_second()),
            source: format!("gti:{}", export.dataset()),
            sourcetype: format!("gti:{}", common.kind),
            index: self.index.as_deref(),
            fields: Fields {
                kind: common.kind,
                object_type: common.object_type.clone(),
                verdict: common.verdict,
                severity: common.severity.clone(),
            },
            event: Event {
                gti_id: export.id(),
                common,
                sha256: hash(|hashes| hashes.sha256.as_deref()),
                sha1: hash(|hashes| hashes.sha1.as_deref()),
                md5: hash(|hashes| hashes.md5.as_deref()),
            },
        };
        line(&envelope, out);
        out.push(b'\n');
    }
}

/// The record without what is too long for an event.
fn short(common: &Common) -> Common {
    let mut common = common.clone();
    let texts = [
        &mut common.object_type,
        &mut common.id,
        &mut common.value,
        &mut common.title,
        &mut common.status,
        &mut common.severity,
        &mut common.link,
    ];
    for text in texts.into_iter().flatten() {
        crate::output::export::cut(text, LONGEST);
    }
    for list in [&mut common.actors, &mut common.malware, &mut common.tags] {
        list.truncate(MOST);
        for text in list {
            crate::output::export::cut(text, 64);
        }
    }
    common.sources.truncate(MOST);
    for source in &mut common.sources {
        for text in [&mut source.source_type, &mut source.id, &mut source.name]
            .into_iter()
            .flatten()
        {
            crate::output::export::cut(text, 64);
        }
    }
    common
}

/// The time of an event, which Splunk takes up to ten digits of.
#[expect(
    clippy::cast_precision_loss,
    reason = "ten digits are exact in 52 bits"
)]
fn seconds(at: i64) -> f64 {
    at.clamp(1, 9_999_999_999) as f64
}
