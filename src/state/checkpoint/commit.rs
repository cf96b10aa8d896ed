//! What one commit changes, all of it or nothing.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{TransactionBehavior, params};

use super::output_file::{self, OutputFile};
use super::row::Checkpoint;
use super::seen::insert;
use super::store::Checkpoints;
use crate::state::error::{StateError, StoreError};

/// What is true once a page's records are durable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Commit<'a> {
    /// Where the feed goes on.
    pub position: &'a str,
    /// The time that the checkpoint stands at.
    pub mark: Option<Timestamp>,
    /// How much of each output file is committed.
    pub files: &'a [OutputFile],
    /// Identities that must not be emitted again, with their times in seconds.
    pub seen: &'a HashMap<String, i64>,
    /// Identities older than this many seconds since the epoch are forgotten.
    pub forget_before: Option<i64>,
    /// Records that this commit vouches for.
    pub emitted: u64,
    /// The time of the commit.
    pub now: Timestamp,
}

impl Checkpoints {
    /// Commits, and makes it durable before it returns. What was staged since
    /// the last commit becomes part of it.
    ///
    /// # Errors
    /// [`StateError`]; the checkpoint is then as it was.
    pub(crate) fn commit(
        &mut self,
        checkpoint: &mut Checkpoint,
        commit: &Commit<'_>,
    ) -> Result<(), StateError> {
        let outcome = self.write(checkpoint, commit);
        self.named(outcome)?;
        checkpoint.advance(commit);
        Ok(())
    }

    fn write(&mut self, checkpoint: &Checkpoint, commit: &Commit<'_>) -> Result<(), StoreError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        insert(&transaction, checkpoint, commit.seen)?;
        if let Some(before) = commit.forget_before {
            transaction
                .prepare_cached("DELETE FROM seen WHERE checkpoint = ?1 AND time < ?2")?
                .execute(params![checkpoint.id, before])?;
        }
        let changed = transaction
            .prepare_cached(
                "UPDATE checkpoint SET position = ?2, mark = ?3, emitted = emitted + ?4,
                     updated_at = ?5, round = round + 1
                 WHERE id = ?1 AND round = ?6",
            )?
            .execute(params![
                checkpoint.id,
                commit.position,
                commit.mark.map(Timestamp::as_second),
                commit.emitted.cast_signed(),
                commit.now.as_second(),
                checkpoint.round,
            ])?;
        if changed == 0 {
            return Err(StoreError::Failed(format!(
                "checkpoint `{}` was reset or rewound while it was in use",
                checkpoint.name
            )));
        }
        for file in commit.files {
            output_file::write(&transaction, file)?;
        }
        transaction.commit()?;
        Ok(())
    }
}
