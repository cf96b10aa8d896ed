//! A run over many inputs that a checkpoint keeps: what was looked up is durable, and
//! the next run goes on behind it.

mod progress;

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;

pub(crate) use self::progress::{JOB, Progress, fingerprint};
use super::record::Record;
use crate::bulk::{Answer, Consumer, Ended, Fate, Printed, Printer};
use crate::client::Client;
use crate::deliver::{Files, MainOutput, Opener, Own};
use crate::model::error::{Error, ErrorKind};
use crate::output::Output;
use crate::state::StateError;
use crate::state::checkpoint::{
    Belongings, Checkpoint, CheckpointName, Checkpoints, Commit, FileOwner, Hold, compare,
};

/// Records are committed this often, or so many at once: a commit waits for the disk.
const PAUSE: Duration = Duration::from_millis(250);
const MOST: u64 = 2_000;

/// So many records wait at most until it is known whether the service is there.
const MOST_HELD: usize = 64;

/// A checkpoint that is taken, and its output.
pub(crate) struct Opened {
    store: Checkpoints,
    checkpoint: Checkpoint,
    files: Files,
    hold: Hold,
    progress: Progress,
}

/// What a run with a checkpoint is.
pub(crate) struct Wish<'a> {
    /// The checkpoint.
    pub name: &'a CheckpointName,
    /// What it belongs to.
    pub belongings: Belongings,
    /// The fingerprint of the input.
    pub input: String,
    /// Where the records go.
    pub output: &'a MainOutput,
    /// What time it is.
    pub now: Timestamp,
}

impl Opened {
    /// Takes the checkpoint, and opens its output where the last commit ends.
    ///
    /// # Errors
    /// A checkpoint of another run or another input, one that another run holds, a file
    /// that is not as it was left, or state that can't be used.
    pub(crate) async fn take(
        own: Own<'_>,
        wish: Wish<'_>,
        stdout: Box<dyn Write + Send>,
    ) -> Result<(Self, Output), Error> {
        let directory = own.settings.directories.state()?;
        let mut store = Checkpoints::open(directory)?;
        let locked = store.lock(directory, wish.name, None).await?;
        let progress = match &locked.found {
            Some(found) => going_on(&wish, store.path(), found)?,
            None => Progress::new(wish.input),
        };
        let mut opener = Opener::new(own, &store, locked.found.is_some(), None)?;
        let owner = FileOwner::Checkpoint(wish.name.clone());
        let output = wish.output.open(own, Some((owner, &mut opener)), stdout)?;
        let (files, unknown) = opener.finish();
        let checkpoint = store.take_up(
            wish.name.as_str(),
            &wish.belongings,
            &progress.text(),
            &unknown,
            wish.now,
        )?;
        if locked.found.is_none() {
            // Nobody else can hold what was not there.
            let _ = store.admit(&checkpoint, &locked.hold)?;
        }
        let journal = Self {
            store,
            checkpoint,
            files,
            hold: locked.hold,
            progress,
        };
        Ok((journal, output))
    }

    /// How far it has come.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }
}

/// How far a checkpoint has come that a run wants to continue.
fn going_on(wish: &Wish<'_>, path: &Path, found: &Checkpoint) -> Result<Progress, Error> {
    compare(wish.name, &found.belongings, &wish.belongings)?;
    let progress = Progress::of(path, found)?;
    progress.check_input(wish.name, &wish.input)?;
    Ok(progress)
}

/// How far a run with this checkpoint has come; nothing is created or locked.
///
/// # Errors
/// As [`Opened::take`].
pub(crate) fn peek(own: Own<'_>, wish: &Wish<'_>) -> Result<Option<Progress>, Error> {
    let Some(store) = Checkpoints::open_existing(own.settings.directories.state()?)? else {
        return Ok(None);
    };
    let found = store.load(wish.name.as_str())?;
    found
        .map(|found| going_on(wish, store.path(), &found))
        .transpose()
}

/// Prints the records of a run, and commits what is durable.
pub(crate) struct Journal<'a> {
    client: &'a Client,
    printer: Printer<Record>,
    opened: Opened,
    /// Records that wait until it is known whether the service is there: the first of
    /// them failed, and may not have to if it isn't.
    held: Vec<Record>,
    /// Records that are printed and not committed.
    uncommitted: u64,
    committed_at: Instant,
    clock: fn() -> Timestamp,
}

/// Why no more records are taken.
pub(crate) enum Broken {
    /// The service isn't asked any more: what is left is for the next run.
    Closed,
    /// The output or the state fails.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Broken {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// What a run with a checkpoint has come to.
pub(crate) struct Journaled {
    /// What was printed, by earlier runs too.
    pub printed: Printed,
    /// How far it has come.
    pub progress: Progress,
}

impl<'a> Journal<'a> {
    /// Goes on where the checkpoint stands.
    pub(crate) fn new(
        client: &'a Client,
        opened: Opened,
        printer: Printer<Record>,
        clock: fn() -> Timestamp,
    ) -> Self {
        let printer = printer.counting_on(opened.progress.tally.clone());
        Self {
            client,
            printer,
            opened,
            held: Vec::new(),
            uncommitted: 0,
            committed_at: Instant::now(),
            clock,
        }
    }

    /// Ends the run: commits what is durable, and closes the output.
    ///
    /// # Errors
    /// The output or the state.
    pub(crate) fn close(mut self, ended: &Ended<Broken>) -> Result<Journaled, Error> {
        let closed = self.client.closed().is_some();
        let complete = match ended {
            // The service was not away: what failed, failed.
            Ended::Complete if !closed || self.held.is_empty() => {
                self.release()?;
                true
            }
            _ => false,
        };
        let broken = matches!(ended, Ended::Consumer(Broken::Failed(_)));
        if !broken {
            self.opened.progress.complete = complete;
            self.commit()?;
        }
        let Opened {
            mut store,
            checkpoint,
            files,
            hold,
            progress,
        } = self.opened;
        let printed = self.printer.close(!broken)?;
        files.close(|files| store.close_files(files));
        if let Err(error) = store.dismiss(&checkpoint) {
            tracing::debug!("the checkpoint is not marked as free: {error}");
        }
        drop(hold);
        Ok(Journaled { printed, progress })
    }

    /// Prints what was held back, as it is.
    fn release(&mut self) -> Result<(), Error> {
        for record in std::mem::take(&mut self.held) {
            self.print(record)?;
        }
        Ok(())
    }

    fn print(&mut self, record: Record) -> Result<(), Error> {
        let store = &mut self.opened.store;
        self.opened.files.say(|files| store.commit_files(files))?;
        self.printer.record(record)?;
        self.opened.progress.done += 1;
        self.uncommitted += 1;
        if self.uncommitted >= MOST {
            self.commit()?;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Error> {
        self.printer.flush()?;
        self.opened.progress.tally = self.printer.tally().clone();
        self.write(self.uncommitted)?;
        self.uncommitted = 0;
        if self.printer.committed()? {
            self.write(0)?;
        }
        self.committed_at = Instant::now();
        Ok(())
    }

    fn write(&mut self, emitted: u64) -> Result<(), StateError> {
        let opened = &mut self.opened;
        let commit = Commit {
            position: &opened.progress.text(),
            mark: None,
            files: &opened.files.flushed(),
            seen: &HashMap::new(),
            forget_before: None,
            emitted,
            now: (self.clock)(),
        };
        opened.store.commit(&mut opened.checkpoint, &commit)
    }
}

impl Consumer<Record> for Journal<'_> {
    type Error = Broken;

    fn record(&mut self, record: Record) -> Result<(), Broken> {
        let standing = Standing::of(&record);
        match standing {
            Standing::Open if self.client.closed().is_some() => return Err(Broken::Closed),
            Standing::Answered => {
                self.release()?;
                self.print(record)?;
            }
            Standing::Settled if self.held.is_empty() => self.print(record)?,
            Standing::Open | Standing::Settled => self.held.push(record),
        }
        if self.held.len() > MOST_HELD {
            self.release()?;
        }
        Ok(())
    }

    fn idle(&mut self) -> Result<(), Broken> {
        if self.uncommitted > 0 && self.committed_at.elapsed() >= PAUSE {
            self.commit()?;
        }
        Ok(())
    }
}

/// What a record says of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It may be another one another time.
    Open,
    /// The service has answered: it is there, and what failed before, failed.
    Answered,
    /// It says nothing of the service.
    Settled,
}

impl Standing {
    fn of(record: &Record) -> Self {
        let passes = |kind: ErrorKind| kind.retryable() || kind == ErrorKind::Auth;
        match record.fate() {
            Fate::Failed(problem) if passes(problem.kind) => return Self::Open,
            Fate::Failed(problem) if problem.tries == 0 => return Self::Settled,
            Fate::Failed(_) | Fate::NotFound => return Self::Answered,
            Fate::Ok | Fate::Skipped | Fate::TimedOut => {}
        }
        let Some(found) = record.found() else {
            return Self::Settled;
        };
        if found.errors.iter().any(|(_, error)| passes(error.kind)) {
            Self::Open
        } else if found.report.cached {
            Self::Settled
        } else {
            Self::Answered
        }
    }
}
