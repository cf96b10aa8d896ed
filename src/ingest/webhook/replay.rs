//! Delivering once more what was refused.

use super::payload::Payload;
use crate::client::ClientError;
use crate::client::hook::{Hook, Undelivered};
use crate::state::dead_letters::DeadLetter;

/// What became of a dead letter.
#[derive(Debug)]
pub enum Fate {
    /// It was taken.
    Delivered,
    /// It was refused again.
    Refused(Option<u16>, String),
    /// It could not be delivered.
    Failed(ClientError),
}

/// A dead letter that was delivered again, and what became of it.
#[derive(Debug)]
pub struct Replayed {
    /// Its key.
    pub key: String,
    /// How many records it holds.
    pub records: u64,
    /// What became of it.
    pub fate: Fate,
}

/// Delivers a dead letter again, under its own key.
pub async fn redeliver(letter: &DeadLetter, hook: &Hook, payload: &Payload) -> Replayed {
    let fate = match payloads(letter, payload) {
        Err(reason) => Fate::Refused(None, reason),
        // The program does not want it any more.
        Ok(payloads) if payloads.is_empty() => Fate::Delivered,
        Ok(payloads) => match hook.deliver(&letter.key, payload.body(&payloads)).await {
            Ok(()) => Fate::Delivered,
            Err(Undelivered::Refused(error)) => Fate::Refused(error.status, error.to_string()),
            Err(Undelivered::Failed(error) | Undelivered::Closed(error)) => Fate::Failed(error),
        },
    };
    Replayed {
        key: letter.key.clone(),
        records: letter.count,
        fate,
    }
}

fn payloads(letter: &DeadLetter, payload: &Payload) -> Result<Vec<String>, String> {
    letter
        .records()?
        .into_iter()
        .filter_map(|record| payload.of(record).transpose())
        .map(|sent| {
            sent.map(std::borrow::Cow::into_owned)
                .map_err(|why| why.reason)
        })
        .collect()
}
