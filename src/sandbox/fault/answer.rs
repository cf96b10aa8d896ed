//! Answers that stand in place of the real one, as the fixture has them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The answers of a kind of fault.
#[derive(Debug, Deserialize)]
pub(in crate::sandbox) struct Stand {
    /// What happens between client and service strikes requests that the
    /// service itself never fails, too.
    #[serde(default)]
    pub(super) everywhere: bool,
    /// They take turns.
    pub(super) answers: Vec<Answer>,
}

/// One answer: a status, and a body of JSON, of HTML, or of something that only
/// pretends to be JSON.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    status: u16,
    json: Option<Box<RawValue>>,
    html: Option<String>,
    text: Option<String>,
}

/// All kinds, by name.
pub(super) static ANSWERS: LazyLock<BTreeMap<String, Stand>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../fixtures/faults.json")).expect("the fixture is valid")
});

impl Answer {
    pub(super) fn response(&self) -> Response {
        let (kind, body) = match (&self.html, &self.json) {
            (Some(html), _) => ("text/html; charset=utf-8", html.as_str()),
            (None, Some(json)) => ("application/json; charset=utf-8", json.get()),
            (None, None) => (
                "application/json; charset=utf-8",
                self.text.as_deref().unwrap_or(""),
            ),
        };
        let status = StatusCode::from_u16(self.status).unwrap_or_default();
        (status, [(header::CONTENT_TYPE, kind)], body.to_owned()).into_response()
    }
}
