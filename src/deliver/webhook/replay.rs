//! Delivering once more what was refused.

use std::borrow::Cow;

use super::payload::Payload;
use super::receipt::Receipts;
use crate::client::hook::{Hook, Undelivered};
use crate::model::error::Error;
use crate::state::dead_letters::DeadLetter;

/// What became of a dead letter.
#[derive(Debug)]
pub(crate) enum Fate {
    /// It was taken.
    Delivered,
    /// It was refused again, or what is left of it.
    Refused(Option<u16>, String),
    /// It could not be delivered.
    Failed(Error),
}

/// A dead letter that was delivered again, and what became of it.
#[derive(Debug)]
pub(crate) struct Replayed {
    /// Its key.
    pub key: String,
    /// How many records it holds.
    pub records: u64,
    /// What became of it.
    pub fate: Fate,
}

/// Delivers a dead letter again, under its own key. Of one that is taken in part
/// only the rest is left.
pub(crate) async fn redeliver(
    letter: &mut DeadLetter,
    hook: &Hook,
    payload: &Payload,
    receipts: &Receipts,
) -> Replayed {
    let records = letter.count;
    let fate = match payloads(letter, payload) {
        Err(reason) => Fate::Refused(None, reason),
        // The program does not want it any more.
        Ok(payloads) if payloads.is_empty() => Fate::Delivered,
        Ok(payloads) => {
            let body = payload.body(&payloads);
            let among = letter.records.len();
            let judge = |answer: &[u8]| receipts.judge(answer, among);
            match hook.deliver(&letter.key, body, judge).await {
                Ok(refused) => rest(letter, &refused),
                Err(Undelivered::Refused(error)) => Fate::Refused(error.status, error.to_string()),
                Err(Undelivered::Failed(error) | Undelivered::Closed(error)) => Fate::Failed(error),
            }
        }
    };
    Replayed {
        key: letter.key.clone(),
        records,
        fate,
    }
}

/// Leaves in a letter what was refused of it.
fn rest(letter: &mut DeadLetter, refused: &[(usize, String)]) -> Fate {
    let Some((_, reason)) = refused.first() else {
        return Fate::Delivered;
    };
    let mut place = 0;
    letter.records.retain(|_| {
        place += 1;
        refused.iter().any(|(refused, _)| refused + 1 == place)
    });
    letter.count = letter.records.len() as u64;
    letter.error.clone_from(reason);
    Fate::Refused(None, reason.clone())
}

fn payloads(letter: &DeadLetter, payload: &Payload) -> Result<Vec<String>, String> {
    let mut payloads = Vec::new();
    for record in letter.records()? {
        let lines = payload.of(record).map_err(|why| why.reason)?;
        payloads.extend(lines.into_iter().map(Cow::into_owned));
    }
    Ok(payloads)
}
