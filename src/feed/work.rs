//! What happens to the records of a page, as far as it blocks: repeats go, the
//! condition and the rules choose, the destinations take, and the checkpoint moves.
//!
//! A little longer than other files: whatever may not happen between a take and a commit
//! stands together.

use std::borrow::Cow;

use jiff::Timestamp;

use super::error::FeedError;
use super::escalation::{self, Escalation};
use super::memory::{Memory, Met};
use super::page::{Page, PageCount, Unreadable, readable};
use super::position::Position;
use super::selection::{Choice, Selection};
use super::totals::Totals;
#[cfg(feature = "postgres")]
use crate::deliver::DeliverError;
use crate::deliver::{Destinations, Emitted, Failures, Files, Letters, Step, Unprocessed, told};
use crate::model::error::Error;
#[cfg(feature = "postgres")]
use crate::model::error::ErrorKind;
use crate::output::row::View;
use crate::state::checkpoint::{Commit, KeptError, Remembered};

/// What is done with pages, and what came of it so far.
pub(crate) struct Work {
    parts: Parts,
    /// Statuses to be sent back before the next commit.
    pub(super) due: Vec<Escalation>,
    met: Met,
    /// Records emitted until the last commit.
    vouched: u64,
    /// Where to stand once what is there is committed; none within a page.
    stand: Option<Position>,
    totals: Totals,
    failures: Failures,
    /// How the page in hand fares, or the parts of it that came.
    page: PageCount,
}

/// What a run works with.
pub(crate) struct Parts {
    /// Where records go.
    pub destinations: Destinations,
    /// The files that the state keeps count of.
    pub files: Files,
    /// What chooses among the records.
    pub selection: Selection,
    /// The most records to emit.
    pub limit: Option<u64>,
    /// What was emitted before.
    pub memory: Memory,
    /// Where records go that can't be processed; none in a run that only prints, which
    /// keeps what it can and counts the rest.
    pub letters: Option<Letters>,
    /// Shows people a record.
    pub view: View,
    /// What time it is.
    pub clock: fn() -> Timestamp,
}

/// What a page came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was only a part of one.
    Part,
    /// It is whole, and may be committed.
    Page,
    /// The limit is reached, and what is there is to be committed.
    Enough,
}

impl Work {
    /// Work that begins.
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            parts,
            due: Vec::new(),
            met: Met::default(),
            vouched: 0,
            stand: None,
            totals: Totals::default(),
            failures: Failures::default(),
            page: PageCount::default(),
        }
    }

    /// Where records go.
    pub(super) fn destinations(&mut self) -> &mut Destinations {
        &mut self.parts.destinations
    }

    /// Whether a page waits to be committed.
    pub(super) fn holds_a_page(&self) -> bool {
        self.stand.is_some()
    }

    /// What the run came to so far.
    pub(super) fn totals(&self) -> Totals {
        Totals {
            failed: self.failures.total(),
            ..self.totals
        }
    }

    /// The time that the checkpoint stands at.
    pub(super) fn mark(&self) -> Option<Timestamp> {
        match &self.parts.memory {
            Memory::Checkpoint(kept) => kept.checkpoint().mark,
            Memory::Run(_) => None,
        }
    }

    /// All identities that are remembered.
    pub(super) fn remembered(&mut self) -> Result<Remembered, KeptError> {
        self.parts.memory.all()
    }

    /// How many more records may be emitted.
    pub(super) fn room(&self) -> Option<u64> {
        self.parts
            .limit
            .map(|limit| limit.saturating_sub(self.totals.new))
    }

    /// Takes the records of a page.
    pub(super) fn take(&mut self, page: Page) -> Result<Taken, FeedError> {
        let known = self.parts.memory.knows(&page.items)?;
        let mut cut = false;
        self.totals.outside += page.outside;
        self.totals.dropped += page.dropped;
        for Unreadable { range, reason } in page.unreadable {
            self.page.came();
            self.unreadable(&page.body[range], None, reason)?;
        }
        for (item, known) in page.items.into_iter().zip(known) {
            if self.room() == Some(0) {
                cut = true;
                break;
            }
            self.page.came();
            let bytes = &page.body[item.range];
            let Some(identity) = item.identity else {
                self.emit(bytes, None, page.checked)?;
                continue;
            };
            if self.met.again(&identity, item.time) {
                self.totals.repeats += 1;
                continue;
            }
            if known {
                self.totals.repeats += 1;
            } else {
                self.emit(bytes, Some(&identity), page.checked)?;
            }
            // What is met again is remembered for longer.
            self.met.insert(identity, item.time);
        }
        self.page.check()?;
        if let Some(why) = self.page.first() {
            self.failures.tell(&told(why, self.parts.letters.as_ref()));
        }
        if page.after.is_some() {
            self.page = PageCount::default();
        }
        let enough = cut || self.room() == Some(0);
        match page.after {
            Some(after) if !cut => self.stand = Some(after),
            _ if enough => self.stand = page.at.or(self.stand.take()),
            _ => {
                self.stage()?;
                return Ok(Taken::Part);
            }
        }
        Ok(if enough { Taken::Enough } else { Taken::Page })
    }

    /// Makes durable what was taken and delivered.
    pub(super) fn flush(&mut self) -> Result<(), FeedError> {
        self.parts.destinations.flush(&mut self.failures)?;
        #[cfg(feature = "postgres")]
        self.keep_refused()?;
        if let Some(letters) = &mut self.parts.letters {
            letters.settle()?;
        }
        Ok(())
    }

    /// Keeps the rows that a database did not take as dead letters.
    #[cfg(feature = "postgres")]
    fn keep_refused(&mut self) -> Result<(), FeedError> {
        for (row, addressed) in self.parts.destinations.refused() {
            let Some(letters) = &mut self.parts.letters else {
                let error = Error::new(ErrorKind::Invalid, row.why.reason);
                return Err(DeliverError::Failed(error).into());
            };
            let identity = Some(row.identity.as_str());
            letters.add(&row.why, row.json.as_bytes(), identity, &addressed)?;
            let reason = told(&row.why, Some(letters));
            self.failures.add(1, &reason);
        }
        Ok(())
    }

    /// Commits again without the rows that the database of the checkpoint does not take.
    #[cfg(feature = "postgres")]
    fn sift(&mut self) -> Result<bool, FeedError> {
        let found = self.parts.destinations.sift()? > 0;
        self.keep_refused()?;
        if let Some(letters) = &mut self.parts.letters {
            letters.settle()?;
        }
        Ok(found)
    }

    /// Counts no record of a page that was not delivered: all of it comes again.
    pub(super) fn discount(&mut self) {
        self.totals.new = self.vouched;
    }

    /// Takes note of what the service says of the statuses that were due.
    pub(super) fn told(
        &mut self,
        due: &[Escalation],
        answers: Vec<Result<(), Error>>,
    ) -> Result<(), FeedError> {
        escalation::judge(due, answers, &mut self.failures).map_err(FeedError::escalation)
    }

    /// Commits what is durable, up to the end of a page.
    pub(super) fn commit(&mut self) -> Result<(), FeedError> {
        let Some(position) = self.stand.take() else {
            return Ok(self.stage()?);
        };
        let forget = position.remembered_from();
        if let Memory::Run(_) = self.parts.memory {
            self.met.forget_before(forget);
        }
        let (text, mark) = (position.text(), position.mark());
        match self.record(&text, mark, Some(forget)) {
            #[cfg(feature = "postgres")]
            Err(KeptError::Refused(error)) => {
                if !self.sift()? {
                    return Err(KeptError::Refused(error).into());
                }
                self.record(&text, mark, Some(forget))?;
            }
            recorded => recorded?,
        }
        self.vouched = self.totals.new;
        self.follow_files()
    }

    /// Goes on in new files where old ones were rotated. Everything up to here must be
    /// committed, and nothing staged.
    pub(super) fn follow_files(&mut self) -> Result<(), FeedError> {
        if !self.parts.destinations.committed()? {
            return Ok(());
        }
        let (position, mark) = match &self.parts.memory {
            Memory::Checkpoint(kept) => {
                let checkpoint = kept.checkpoint();
                (checkpoint.position.clone(), checkpoint.mark)
            }
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
        let (json, sink) = match self.parts.selection.choose(json, (self.parts.clock)()) {
            Choice::Send { json, sink, status } => {
                let sink = sink.and_then(|name| self.parts.destinations.sink(name));
                self.send_back(status);
                (json, sink)
            }
            Choice::Drop => {
                self.totals.dropped += 1;
                return Ok(());
            }
            Choice::Failed(why) => {
                if self.set_aside(&why, item, identity)? {
                    return Ok(());
                }
                (Cow::Borrowed(json), None)
            }
        };
        let record = Emitted {
            json: &json,
            identity,
            view: self.parts.view,
        };
        let memory = &mut self.parts.memory;
        self.parts.files.say(|files| memory.keep_files(files))?;
        let (taken, untaken) = self.parts.destinations.take(sink, record)?;
        self.totals.new += u64::from(taken);
        if let Some((why, _)) = untaken.first() {
            if why.stopped {
                return Err(FeedError::stopped(why));
            }
            self.page.failed(why, taken);
            self.failures.count(1);
        }
        if let Some(letters) = &mut self.parts.letters {
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
            Some(Ok(escalation)) => self.due.push(escalation),
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

    /// Counts a record that failed before it came to a destination, and keeps it as a
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
        let Some(letters) = self.parts.letters.as_mut().filter(|it| it.take(why.step)) else {
            return Ok(false);
        };
        for addressed in self.parts.destinations.main() {
            letters.add(why, item, identity, addressed)?;
        }
        Ok(true)
    }

    /// Remembers the identities of a part of a page.
    fn stage(&mut self) -> Result<(), KeptError> {
        if let Memory::Checkpoint(kept) = &mut self.parts.memory
            && !self.met.times().is_empty()
        {
            kept.stage(self.met.times())?;
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
    ) -> Result<(), KeptError> {
        let files = self.parts.files.flushed();
        let kept = match &mut self.parts.memory {
            Memory::Checkpoint(kept) => kept,
            Memory::Run(_) => return self.parts.memory.keep_files(&files),
        };
        let commit = Commit {
            position,
            mark,
            files: &files,
            seen: self.met.times(),
            forget_before,
            emitted: self.totals.new - self.vouched,
            now: (self.parts.clock)(),
        };
        kept.commit(&commit)?;
        self.met.clear();
        Ok(())
    }

    /// Goes back to the last commit: what came after it will come again.
    pub(super) fn take_back(&mut self) -> Result<(), FeedError> {
        self.parts.destinations.take_back()?;
        self.due.clear();
        self.page = PageCount::default();
        if let Some(letters) = &mut self.parts.letters {
            letters.take_back();
        }
        if let Memory::Checkpoint(kept) = &mut self.parts.memory {
            self.met.clear();
            kept.drop_staged()?;
        }
        Ok(())
    }

    /// Ends the destinations. What is not complete is cut back to what was committed,
    /// where that can be.
    ///
    /// # Errors
    /// [`FeedError`].
    pub(super) fn close(mut self, complete: bool) -> Result<(), FeedError> {
        let closed = self.parts.destinations.close(complete);
        if closed.is_ok() {
            let memory = &mut self.parts.memory;
            self.parts.files.close(|files| memory.close_files(files));
        }
        if let Memory::Checkpoint(kept) = &mut self.parts.memory
            && let Err(error) = kept.dismiss()
        {
            tracing::debug!("the checkpoint is not marked as free: {error}");
        }
        Ok(closed?)
    }
}
