//! What a test of a destination finds.

use super::delivery::Receiver;
use super::key;
use crate::model::error::{Error, ErrorKind};

/// One thing that was tried, and what came of it.
#[derive(Debug)]
pub(crate) struct Trial {
    /// What was tried: `connection`.
    pub check: &'static str,
    /// What was found.
    pub detail: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// What a failure is a failure of.
    pub kind: Option<ErrorKind>,
}

impl Trial {
    /// The trial with this outcome.
    pub(super) fn of(check: &'static str, outcome: Result<String, impl Into<Error>>) -> Self {
        match outcome {
            Ok(detail) => Self {
                check,
                detail,
                hint: None,
                kind: None,
            },
            Err(error) => {
                let error: Error = error.into();
                Self {
                    check,
                    detail: error.to_string(),
                    hint: error.hint.as_deref().map(str::to_owned),
                    kind: Some(error.kind),
                }
            }
        }
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_good(&self) -> bool {
        self.kind.is_none()
    }
}

/// The record that a test delivers: an address that nobody has, from a feed that is none.
const RECORD: &str = r#"{"type":"ip_address","id":"192.0.2.1","attributes":{"tags":["gti-sink-test"],"gti_assessment":{"verdict":{"value":"VERDICT_SUSPICIOUS"},"threat_score":{"value":1}}},"context_attributes":{"notification_id":"gti-sink-test"}}"#;

/// Delivers one record, which says that it is a test.
pub(super) async fn deliver(receiver: Result<Box<dyn Receiver>, Error>) -> Trial {
    let receiver = match receiver {
        Ok(receiver) => receiver,
        Err(error) => return Trial::of("delivery", Err(error)),
    };
    let parts = match receiver.parts(RECORD) {
        Ok(parts) => parts,
        Err(why) => return Trial::of("delivery", Err(Error::usage(why.reason))),
    };
    let key = key::key("sink:test", ["gti-sink-test"]);
    let outcome = match receiver.deliver(&key, &[parts]).await {
        Ok(refused) => match refused.into_iter().next() {
            None => Ok(format!("{} took a test record", receiver.to())),
            Some((_, reason)) => Err(Error::new(ErrorKind::Invalid, reason)),
        },
        Err(undelivered) => Err(undelivered.into_error().context(receiver.to())),
    };
    Trial::of("delivery", outcome)
}
