//! What happens to a page: repeats go, the condition and the rules choose, the
//! outlets take, and when all is durable and told the checkpoint moves.

use std::borrow::Cow;

use jiff::Timestamp;

use super::error::FeedError;
use super::escalation::{Escalation, Escalations, SendBack};
use super::memory::{Memory, Met};
use super::page::{Batch, PageCount, Unreadable, readable};
use super::position::Position;
use super::rules::Rules;
use super::selection::{Choice, Selection};
use super::totals::Totals;
use crate::deliver::webhook::Halt;
use crate::deliver::{
    Destination, Emitted, Failures, Files, Letters, Outlets, Step, Unprocessed, told,
};
use crate::output::jq::Filter;
use crate::output::row::{self, View};
use crate::state::StateError;
use crate::state::checkpoint::{Checkpoint, Checkpoints, Commit};

/// Everything that a page passes through.
pub(crate) struct Pipeline {
    outlets: Outlets,
    files: Files,
    selection: Selection,
    escalations: Escalations,
    limit: Option<u64>,
    memory: Memory,
    met: Met,
    /// Items taken since the last commit.
    joined: usize,
    /// Records emitted until the last commit.
    vouched: u64,
    /// Where to stand once what is there is committed; none within a page.
    stand: Option<Position>,
    joins_pages: bool,
    totals: Totals,
    failures: Failures,
    /// How the page in hand fares, or the parts of it that came.
    page: PageCount,
    /// Where records go that can't be processed; none in a run without a
    /// checkpoint, which keeps what it can and counts the rest.
    letters: Option<Letters>,
    halt: Halt,
    view: View,
    clock: fn() -> Timestamp,
}

/// Pages are joined in one commit until they come to so many items.
const MOST_JOINED: usize = 1_000;

/// The checkpoint of a run, and the database that it is in.
pub(crate) struct Held {
    /// The database.
    pub store: Checkpoints,
    /// The checkpoint, which this run alone uses.
    pub checkpoint: Checkpoint,
}

/// Whether the run goes on after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It does, and all is committed that can be.
    Whole,
    /// It does, and the next page may join this one before they are committed.
    Open,
    /// The limit is reached.
    Enough,
}

impl Pipeline {
    /// Joins the parts. `files` are those that the state keeps count of.
    pub(crate) fn new(
        outlets: Outlets,
        files: Files,
        condition: Option<Filter>,
        limit: Option<u64>,
        memory: Memory,
        clock: fn() -> Timestamp,
    ) -> Self {
        Self {
            outlets,
            files,
            selection: Selection::new(condition),
            escalations: Escalations::default(),
            limit,
            memory,
            met: Met::default(),
            joined: 0,
            vouched: 0,
            stand: None,
            joins_pages: false,
            totals: Totals::default(),
            failures: Failures::default(),
            page: PageCount::default(),
            letters: None,
            halt: Halt::default(),
            view: row::object,
            clock,
        }
    }

    /// Lets rules decide what becomes of each record.
    #[must_use]
    pub(crate) fn with_rules(mut self, rules: Rules) -> Self {
        self.selection = self.selection.with(rules);
        self
    }

    /// Keeps what can't be processed as dead letters.
    #[must_use]
    pub(crate) fn keeping(mut self, letters: Option<Letters>) -> Self {
        self.letters = letters;
        self
    }

    /// Sends back the statuses that rules give.
    #[must_use]
    pub(crate) fn sending_back(mut self, way: Box<dyn SendBack>) -> Self {
        self.escalations = Escalations::by(way);
        self
    }

    /// Commits several pages at once where they come faster than they can be made
    /// durable one by one: for outlets from which uncommitted records can be taken
    /// back, so that no page comes twice.
    #[must_use]
    pub(crate) fn joining_pages(mut self, joins: bool) -> Self {
        self.joins_pages = joins;
        self
    }

    /// A pipeline whose outlets hear this call to end.
    #[must_use]
    pub(crate) fn heeding(mut self, halt: Halt) -> Self {
        self.halt = halt;
        self
    }

    /// What calls its outlets to end.
    pub(super) fn halt(&self) -> Halt {
        self.halt.clone()
    }

    /// Shows people the records in another way.
    #[must_use]
    pub(crate) fn shown_as(mut self, view: View) -> Self {
        self.view = view;
        self
    }

    /// What the run came to so far.
    pub(crate) fn totals(&self) -> Totals {
        Totals {
            failed: self.failures.total(),
            ..self.totals
        }
    }

    /// The time that the checkpoint stands at.
    pub(crate) fn mark(&self) -> Option<Timestamp> {
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

    /// Takes pages, as far as there is room for their records.
    pub(super) fn take_all(&mut self, batches: Vec<Batch>) -> Result<Taken, FeedError> {
        let mut taken = Taken::Whole;
        for batch in batches {
            taken = self.take(batch)?;
            if taken == Taken::Enough {
                break;
            }
        }
        Ok(taken)
    }

    /// Takes a page. Unless it is only a part, or others may still join it, all of
    /// it is durable and committed when this returns.
    fn take(&mut self, batch: Batch) -> Result<Taken, FeedError> {
        // What is known of a part counts only together with the parts after it.
        if batch.after.is_none() && self.stand.is_some() {
            self.settle()?;
        }
        let known = self.memory.knows(&batch.items)?;
        let mut cut = false;
        self.joined += known.len();
        self.totals.outside += batch.outside;
        for Unreadable { range, reason } in batch.unreadable {
            self.page.came();
            self.unreadable(&batch.body[range], None, reason)?;
        }
        for (item, known) in batch.items.into_iter().zip(known) {
            if self.room() == Some(0) {
                cut = true;
                break;
            }
            self.page.came();
            let bytes = &batch.body[item.range];
            let Some(identity) = item.identity else {
                self.emit(bytes, None, batch.checked)?;
                continue;
            };
            if self.met.again(&identity, item.time) {
                self.totals.repeats += 1;
                continue;
            }
            if known {
                self.totals.repeats += 1;
            } else {
                self.emit(bytes, Some(&identity), batch.checked)?;
            }
            // What is met again is remembered for longer.
            self.met.insert(identity, item.time);
        }
        self.page.check()?;
        if let Some(why) = self.page.first() {
            self.failures.tell(&told(why, self.letters.as_ref()));
        }
        if batch.after.is_some() {
            self.page = PageCount::default();
        }
        let enough = cut || self.room() == Some(0);
        match batch.after {
            Some(after) if !cut => self.stand = Some(after),
            _ if enough => self.stand = batch.at.or(self.stand.take()),
            _ => {
                self.stage()?;
                return Ok(Taken::Whole);
            }
        }
        if enough {
            self.settle()?;
            return Ok(Taken::Enough);
        }
        if self.joins_pages && self.joined < MOST_JOINED {
            return Ok(Taken::Open);
        }
        self.settle()
    }

    /// Makes durable and commits what is there, up to the end of a page.
    pub(super) fn settle(&mut self) -> Result<Taken, FeedError> {
        self.outlets.flush(&mut self.failures)?;
        if let Some(letters) = &mut self.letters {
            letters.settle()?;
        }
        self.escalations
            .send(&mut self.failures)
            .map_err(FeedError::escalation)?;
        self.joined = 0;
        match self.stand.take() {
            Some(position) => {
                self.commit(&position)?;
                self.follow_files()?;
            }
            None => self.stage()?,
        }
        Ok(Taken::Whole)
    }

    /// Goes on in new files where old ones were rotated. Everything up to here must be
    /// committed, and nothing staged.
    pub(super) fn follow_files(&mut self) -> Result<(), FeedError> {
        if !self.outlets.committed()? {
            return Ok(());
        }
        let (position, mark) = match &self.memory {
            Memory::Checkpoint(held) => (held.checkpoint.position.clone(), held.checkpoint.mark),
            Memory::Run(_) => (String::new(), None),
        };
        Ok(self.record(&position, mark, None)?)
    }

    fn emit(
        &mut self,
        item: &[u8],
        identity: Option<&str>,
        checked: bool,
    ) -> Result<(), FeedError> {
        let json = match readable(item, checked) {
            Ok(json) => json,
            Err(reason) => return self.unreadable(item, identity, reason),
        };
        let (json, destination) = match self.selection.choose(json, (self.clock)()) {
            Choice::Send { json, sink, status } => {
                let sink = sink.and_then(|name| self.outlets.destination(name));
                self.send_back(status);
                (json, sink.unwrap_or(Destination::Main))
            }
            Choice::Drop => {
                self.totals.dropped += 1;
                return Ok(());
            }
            Choice::Failed(why) => {
                if self.set_aside(&why, item, identity)? {
                    return Ok(());
                }
                (Cow::Borrowed(json), Destination::Main)
            }
        };
        let record = Emitted {
            json: &json,
            identity,
            view: self.view,
        };
        if let Some(store) = self.memory.store() {
            self.files.say(store)?;
        }
        let (taken, untaken) = self.outlets.take(destination, record, &mut self.failures)?;
        self.totals.new += u64::from(taken);
        if let Some((why, _)) = untaken.first() {
            if why.stopped {
                return Err(FeedError::stopped(why));
            }
            self.page.failed(why, taken);
            self.failures.count(1);
        }
        if let Some(letters) = &mut self.letters {
            for (why, addressed) in untaken {
                letters.add(&why, json.as_bytes(), identity, addressed)?;
            }
        }
        Ok(())
    }

    /// Remembers the status that a rule gives a record.
    fn send_back(&mut self, status: Option<Result<Escalation, &'static str>>) {
        match status {
            None => {}
            Some(Ok(escalation)) => self.escalations.add(escalation),
            Some(Err(reason)) => self.failures.add(1, reason),
        }
    }

    /// What stands among the items and is no record.
    fn unreadable(
        &mut self,
        item: &[u8],
        identity: Option<&str>,
        reason: String,
    ) -> Result<(), FeedError> {
        let why = Unprocessed::new(Step::Read, reason);
        self.set_aside(&why, item, identity).map(|_| ())
    }

    /// Counts a record that failed before it came to an outlet, and keeps it as a
    /// dead letter; whether it is kept there.
    fn set_aside(
        &mut self,
        why: &Unprocessed,
        item: &[u8],
        identity: Option<&str>,
    ) -> Result<bool, FeedError> {
        if why.stopped {
            return Err(FeedError::stopped(why));
        }
        self.page.failed(why, false);
        self.failures.count(1);
        let Some(letters) = self.letters.as_mut().filter(|it| it.take(why.step)) else {
            return Ok(false);
        };
        for addressed in self.outlets.main() {
            letters.add(why, item, identity, addressed)?;
        }
        Ok(true)
    }

    fn commit(&mut self, position: &Position) -> Result<(), StateError> {
        let forget = position.remembered_from();
        if let Memory::Run(_) = self.memory {
            self.met.forget_before(forget);
        }
        self.record(&position.text(), position.mark(), Some(forget))
    }

    /// Remembers the identities of a part of a page.
    fn stage(&mut self) -> Result<(), StateError> {
        if let Memory::Checkpoint(held) = &mut self.memory
            && !self.met.times().is_empty()
        {
            held.store.stage(&held.checkpoint, self.met.times())?;
            self.met.clear();
        }
        Ok(())
    }

    /// Commits to the checkpoint, if there is one, and the files of sinks.
    fn record(
        &mut self,
        position: &str,
        mark: Option<Timestamp>,
        forget_before: Option<i64>,
    ) -> Result<(), StateError> {
        let files = self.files.flushed();
        let held = match &mut self.memory {
            Memory::Checkpoint(held) => held,
            Memory::Run(Some(store)) => return store.commit_files(&files),
            Memory::Run(None) => return Ok(()),
        };
        let commit = Commit {
            position,
            mark,
            files: &files,
            seen: self.met.times(),
            forget_before,
            emitted: self.totals.new - self.vouched,
            now: (self.clock)(),
        };
        held.store.commit(&mut held.checkpoint, &commit)?;
        self.met.clear();
        self.vouched = self.totals.new;
        Ok(())
    }

    /// Goes back to the last commit: what came after it will come again.
    pub(super) fn take_back(&mut self) -> Result<(), FeedError> {
        self.outlets.take_back()?;
        self.escalations.take_back();
        self.page = PageCount::default();
        if let Some(letters) = &mut self.letters {
            letters.take_back();
        }
        if let Memory::Checkpoint(held) = &mut self.memory {
            self.met.clear();
            held.store.drop_staged(&held.checkpoint)?;
        }
        Ok(())
    }

    /// Ends the outlets. What is not complete is cut back to what was committed,
    /// where that can be.
    ///
    /// # Errors
    /// [`FeedError`].
    pub(crate) fn close(mut self, complete: bool) -> Result<(), FeedError> {
        let closed = self.outlets.close(complete);
        if closed.is_ok()
            && let Some(store) = self.memory.store()
        {
            self.files.close(store);
        }
        if let Memory::Checkpoint(held) = &mut self.memory
            && let Err(error) = held.store.dismiss(&held.checkpoint)
        {
            tracing::debug!("the checkpoint is not marked as free: {error}");
        }
        Ok(closed?)
    }
}
