//! Delivering once more what was refused.

use super::delivery::Receiver;
use crate::client::hook::Undelivered;
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
pub(crate) async fn redeliver(letter: &mut DeadLetter, receiver: &dyn Receiver) -> Replayed {
    let records = letter.count;
    let fate = match parts(letter, receiver) {
        Err(reason) => Fate::Refused(None, reason),
        // The program does not want it any more.
        Ok(parts) if parts.iter().all(Vec::is_empty) => Fate::Delivered,
        Ok(parts) => match receiver.deliver(&letter.key, &parts).await {
            Ok(refused) => rest(letter, &refused),
            Err(Undelivered::Refused(error)) => Fate::Refused(error.status, error.to_string()),
            Err(Undelivered::Failed(error) | Undelivered::Closed(error)) => Fate::Failed(error),
        },
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

fn parts(letter: &DeadLetter, receiver: &dyn Receiver) -> Result<Vec<Vec<String>>, String> {
    let records = letter.records()?;
    let parts = records.into_iter().map(|record| receiver.parts(record));
    parts.collect::<Result<_, _>>().map_err(|why| why.reason)
}
