//! One delivery that was refused.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A delivery that was refused. It holds records and no secret: what else the
/// delivery needs is only named.
#[derive(Debug, Serialize, Deserialize)]
pub struct DeadLetter {
    /// When it was refused, RFC 3339.
    pub at: String,
    /// The key that it was delivered under.
    pub key: String,
    /// Where it was to go.
    pub to: Addressee,
    /// How its records make one body.
    pub form: String,
    /// The HTTP status of the refusal; none where nothing was sent.
    pub status: Option<u16>,
    /// Why it was refused.
    pub error: String,
    /// How many records it holds.
    pub count: u64,
    /// The records, as the service sent them.
    pub records: Vec<Box<RawValue>>,
}

/// Where a delivery was to go, and what it needs besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
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
