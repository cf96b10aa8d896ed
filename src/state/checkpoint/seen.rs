//! The identities that a checkpoint has emitted already.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, TransactionBehavior, params};

use super::row::Checkpoint;
use super::store::Checkpoints;
use crate::state::error::{StateError, StoreError};

impl Checkpoints {
    /// Which of the identities were emitted or staged, one answer for each in the
    /// order given; what has no identity was not.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn have_seen<'a>(
        &self,
        checkpoint: &Checkpoint,
        identities: impl Iterator<Item = Option<&'a str>>,
    ) -> Result<Vec<bool>, StateError> {
        let look = || -> Result<Vec<bool>, StoreError> {
            // One transaction: on its own each look would take and leave a lock.
            let transaction = self.connection.unchecked_transaction()?;
            let mut statement = transaction
                .prepare_cached("SELECT 1 FROM seen WHERE checkpoint = ?1 AND identity = ?2")?;
            let seen = identities.map(|identity| match identity {
                Some(identity) => Ok(statement.exists(params![checkpoint.id, identity])?),
                None => Ok(false),
            });
            seen.collect()
        };
        self.named(look())
    }

    /// All identities that are remembered.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn seen(&self, checkpoint: &Checkpoint) -> Result<HashSet<String>, StateError> {
        let look = || -> Result<HashSet<String>, StoreError> {
            let mut statement = self
                .connection
                .prepare("SELECT identity FROM seen WHERE checkpoint = ?1")?;
            let identities = statement.query_map([checkpoint.id], |row| row.get(0))?;
            Ok(identities.collect::<Result<_, _>>()?)
        };
        self.named(look())
    }

    /// Remembers identities of a part of a page. They count within this run, and
    /// for good with the next commit; a run that dies before it leaves none.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn stage(
        &mut self,
        checkpoint: &Checkpoint,
        seen: &HashMap<String, i64>,
    ) -> Result<(), StateError> {
        let outcome = self.stage_all(checkpoint, seen);
        self.named(outcome)
    }

    fn stage_all(
        &mut self,
        checkpoint: &Checkpoint,
        seen: &HashMap<String, i64>,
    ) -> Result<(), StoreError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        insert(&transaction, checkpoint, seen)?;
        Ok(transaction.commit()?)
    }

    /// How many identities are remembered.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn seen_count(&self, checkpoint: &Checkpoint) -> Result<u64, StateError> {
        let count = self.connection.query_row(
            "SELECT count(*) FROM seen WHERE checkpoint = ?1",
            [checkpoint.id],
            |row| row.get::<_, i64>(0),
        );
        self.named(count.map(i64::cast_unsigned).map_err(StoreError::from))
    }
}

/// Inserts under the number of the next commit. One that is there already stays
/// with the commit that it came with, and is only remembered longer.
pub(super) fn insert(
    connection: &Connection,
    checkpoint: &Checkpoint,
    seen: &HashMap<String, i64>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO seen (checkpoint, identity, time, round) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET time = max(time, excluded.time)",
    )?;
    for (identity, time) in seen {
        statement.execute(params![checkpoint.id, identity, time, checkpoint.round + 1])?;
    }
    Ok(())
}
