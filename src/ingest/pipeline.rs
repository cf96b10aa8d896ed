//! What happens to a page: repeats go, the condition chooses, the output takes,
//! and when all is durable the checkpoint moves.

use std::collections::HashSet;

use jiff::Timestamp;

use super::error::IngestError;
use super::feed::{Batch, Item};
use super::memory::Memory;
use super::position::Position;
use super::row::{self, View};
use super::totals::Totals;
use crate::output::jq::Filter;
use crate::output::sink::Written;
use crate::output::{Output, OutputError, Record};
use crate::state::StateError;
use crate::state::checkpoint::{Checkpoint, Checkpoints, Commit, FileMark};

/// Everything that a page passes through.
pub struct Pipeline {
    output: Output,
    written: Option<Written>,
    condition: Option<Filter>,
    limit: Option<u64>,
    memory: Memory,
    totals: Totals,
    warned: bool,
    view: View,
    clock: fn() -> Timestamp,
}

/// The checkpoint of a run, and the database that it is in.
pub struct Held {
    /// The database.
    pub store: Checkpoints,
    /// The checkpoint, which this run alone uses.
    pub checkpoint: Checkpoint,
}

/// Whether the run goes on after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It does.
    Whole,
    /// The limit is reached.
    Enough,
}

impl Pipeline {
    /// Joins the parts. `written` is the output's file, where there is one.
    pub fn new(
        output: Output,
        written: Option<Written>,
        condition: Option<Filter>,
        limit: Option<u64>,
        memory: Memory,
        clock: fn() -> Timestamp,
    ) -> Self {
        Self {
            output,
            written,
            condition,
            limit,
            memory,
            totals: Totals::default(),
            warned: false,
            view: row::object,
            clock,
        }
    }

    /// Shows people the records in another way.
    #[must_use]
    pub fn shown_as(mut self, view: View) -> Self {
        self.view = view;
        self
    }

    /// What the run came to so far.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// The time that the checkpoint stands at.
    pub fn mark(&self) -> Option<Timestamp> {
        match &self.memory {
            Memory::Checkpoint(held) => held.checkpoint.mark,
            Memory::Run(_) => None,
        }
    }

    /// How many more records may be emitted.
    pub(super) fn room(&self) -> Option<u64> {
        self.limit
            .map(|limit| limit.saturating_sub(self.totals.new))
    }

    /// Remembers where the output's file begins, before anything is written to it:
    /// a run that is killed before its first commit leaves nothing behind.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn begin(&mut self) -> Result<(), StateError> {
        let Memory::Checkpoint(held) = &self.memory else {
            return Ok(());
        };
        if self.written.is_none() || held.checkpoint.file.is_some() {
            return Ok(());
        }
        let (position, mark) = (held.checkpoint.position.clone(), held.checkpoint.mark);
        self.record(&position, mark, None, &[], 0)
    }

    /// Takes a page. Unless it is only a part, all of it is durable and committed
    /// when this returns.
    pub(super) fn take(&mut self, batch: &Batch) -> Result<Taken, IngestError> {
        let mut seen: Vec<(String, i64)> = Vec::new();
        let mut repeated: Vec<(String, i64)> = Vec::new();
        let mut here: HashSet<&str> = HashSet::new();
        let before = self.totals.new;
        let mut cut = false;
        self.totals.failed += batch.failed;
        for item in &batch.items {
            if self.room() == Some(0) {
                cut = true;
                break;
            }
            if let Some(identity) = &item.identity {
                let known = !here.insert(identity) || self.memory.has_seen(identity)?;
                if known {
                    self.totals.repeats += 1;
                    repeated.push((identity.clone(), item.time));
                    continue;
                }
            }
            self.emit(batch, item)?;
            if let Some(identity) = &item.identity {
                seen.push((identity.clone(), item.time));
            }
        }
        // What is met again is remembered for longer.
        seen.append(&mut repeated);
        let enough = cut || self.room() == Some(0);
        let stand = match &batch.after {
            Some(after) if !cut => Some(after),
            _ if enough => batch.at.as_ref(),
            _ => None,
        };
        let emitted = self.totals.new - before;
        match stand {
            Some(position) => {
                self.output.flush()?;
                self.commit(position, seen, emitted)?;
            }
            None => self.stage(seen)?,
        }
        Ok(if enough { Taken::Enough } else { Taken::Whole })
    }

    fn emit(&mut self, batch: &Batch, item: &Item) -> Result<(), IngestError> {
        let Some(json) = batch.text(item) else {
            self.fail("a record is not UTF-8");
            return Ok(());
        };
        if let Some(condition) = &self.condition {
            match condition.truthy(json) {
                Ok(true) => {}
                Ok(false) => {
                    self.totals.dropped += 1;
                    return Ok(());
                }
                // Kept: what a condition can't judge must not get lost by it.
                Err(error) => self.fail(&format!(
                    "--where failed on a record, which is kept: {error}"
                )),
            }
        }
        match self.output.record(&Raw {
            json,
            view: self.view,
        }) {
            Ok(()) => {}
            // These concern the one record alone.
            Err(error @ (OutputError::Jq { .. } | OutputError::TooManyCells { .. })) => {
                self.fail(&error.to_string());
            }
            Err(error) => return Err(error.into()),
        }
        self.totals.new += 1;
        Ok(())
    }

    /// Counts a record that failed; the first one is told.
    fn fail(&mut self, what: &str) {
        self.totals.failed += 1;
        if !self.warned {
            self.warned = true;
            tracing::warn!("{what}");
        }
    }

    fn commit(
        &mut self,
        position: &Position,
        seen: Vec<(String, i64)>,
        emitted: u64,
    ) -> Result<(), StateError> {
        if let Memory::Run(run) = &mut self.memory {
            run.add(seen);
            run.settle(position);
            return Ok(());
        }
        let forget = Some(position.remembered_from());
        self.record(&position.text(), position.mark(), forget, &seen, emitted)
    }

    /// Remembers the identities of a part of a page.
    fn stage(&mut self, seen: Vec<(String, i64)>) -> Result<(), StateError> {
        match &mut self.memory {
            Memory::Run(run) => run.add(seen),
            Memory::Checkpoint(_) if seen.is_empty() => {}
            Memory::Checkpoint(held) => held.store.stage(&held.checkpoint, &seen)?,
        }
        Ok(())
    }

    /// Commits to the checkpoint, if there is one.
    fn record(
        &mut self,
        position: &str,
        mark: Option<Timestamp>,
        forget_before: Option<i64>,
        seen: &[(String, i64)],
        emitted: u64,
    ) -> Result<(), StateError> {
        let Memory::Checkpoint(held) = &mut self.memory else {
            return Ok(());
        };
        let commit = Commit {
            position,
            mark,
            file: self.written.as_ref().map(|written| FileMark {
                length: written.length(),
                inode: written.inode(),
            }),
            seen,
            forget_before,
            emitted,
            now: (self.clock)(),
        };
        held.store.commit(&mut held.checkpoint, &commit)
    }

    /// Goes back to the last commit: what came after it will come again.
    pub(super) fn take_back(&mut self) -> Result<(), IngestError> {
        self.output.take_back()?;
        if let Memory::Checkpoint(held) = &mut self.memory {
            held.store.drop_staged(&held.checkpoint)?;
        }
        Ok(())
    }

    /// Ends the output. What is not complete is cut back to what was committed,
    /// where that can be.
    ///
    /// # Errors
    /// [`OutputError`].
    pub fn close(self, complete: bool) -> Result<(), OutputError> {
        if complete {
            self.output.finish()
        } else {
            self.output.abandon()
        }
    }
}

/// The API's own object, and how people see it.
struct Raw<'a> {
    json: &'a str,
    view: View,
}

impl Record for Raw<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.json.as_bytes());
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        Some((self.view)(self.json).cells)
    }

    fn rank(&self) -> u32 {
        (self.view)(self.json).rank
    }
}
