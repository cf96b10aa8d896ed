//! One record or delivery that could not go where it was to go.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What could not be processed or delivered. It holds records and no secret: what
/// else a delivery needs is only named.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DeadLetter {
    /// When it was set aside, RFC 3339.
    pub at: String,
    /// What tells it from other letters; of a delivery its idempotency key.
    pub key: String,
    /// The checkpoint of the run; none of a run without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
    /// The step that a record did not pass; none of a delivery that was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// The webhook that it was to go to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Addressee>,
    /// The file or stream that it was to go to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// How the records of a delivery make one body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The HTTP status of the refusal; none where nothing was sent.
    pub status: Option<u16>,
    /// Why it could not be processed, or was refused.
    pub error: String,
    /// How many records it holds.
    pub count: u64,
    /// The records, as the service sent them.
    pub records: Vec<Box<RawValue>>,
    /// What the service sent where that is no JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Unparsed>,
}

/// Bytes that are no JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unparsed {
    /// They are text, at least.
    Text(String),
    /// They are not even text.
    Base64(String),
}

impl DeadLetter {
    /// The records; bytes too, where somebody has mended them.
    ///
    /// # Errors
    /// Why the bytes are no record.
    pub(crate) fn records(&self) -> Result<Vec<&str>, String> {
        let mut records: Vec<&str> = self.records.iter().map(|one| one.get()).collect();
        match &self.bytes {
            None => {}
            Some(Unparsed::Base64(_)) => return Err("it is not text".to_owned()),
            Some(Unparsed::Text(text)) => {
                let value = serde_json::from_str::<&RawValue>(text);
                let json = value.map_err(|error| error.to_string())?.get();
                if !json.starts_with('{') {
                    return Err("it is not a JSON object".to_owned());
                }
                records.push(json);
            }
        }
        Ok(records)
    }
}

impl Unparsed {
    /// Keeps bytes.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Base64(STANDARD.encode(bytes)),
        }
    }
}

/// Where a delivery was to go, and what it needs besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Addressee {
    /// The named sink.
    pub sink: Option<String>,
    /// The URL, where there is no name for it and nothing in it is a secret.
    pub url: Option<String>,
    /// Whether records went through a program.
    pub mapped: bool,
    /// Whether the body was signed.
    pub signed: bool,
    /// The names of further headers.
    pub headers: Vec<String>,
}

impl Addressee {
    /// A named sink, whose section says all that it needs.
    pub(crate) fn sink(name: &str) -> Self {
        Self {
            sink: Some(name.to_owned()),
            url: None,
            mapped: false,
            signed: false,
            headers: Vec::new(),
        }
    }
}

/// What is counted without holding the records.
#[derive(Deserialize)]
pub(super) struct Counted {
    #[serde(default)]
    pub(super) count: u64,
}

/// What a letter is known by.
#[derive(Deserialize)]
pub(super) struct Keyed {
    pub(super) key: String,
}
