//! Findings of several files, found by a thread of their own so that no look-up and
//! no signal waits for a slow pipe.

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::thread;

use futures::Stream;
use futures::stream;
use tokio::sync::mpsc;

use super::finding::{Finding, ValueType};
use super::form::{ExtractError, Findings, Form, extract};
use super::seen::Seen;

/// Findings that travel together.
const BATCH: usize = 256;

/// Batches that are found ahead of who takes them.
const AHEAD: usize = 4;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// The types; all of them where none is named.
    pub types: Vec<ValueType>,
    /// Every place of a value, not its first alone.
    pub all: bool,
    /// What means something in its own network alone, too.
    pub private: bool,
    /// Lines around a finding that are kept with it.
    pub context: Option<usize>,
}

/// A file, or what comes through a pipe.
pub(crate) enum Source {
    File(PathBuf),
    Stream(Box<dyn Read + Send>),
}

impl Source {
    /// Its name in records: `-` for a pipe.
    pub(in crate::local) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stream(_) => "-".to_owned(),
        }
    }
}

/// A finding and the file that it stood in.
pub(crate) struct Located {
    pub source: String,
    pub form: Form,
    pub finding: Finding,
}

/// What comes of the files.
pub(crate) enum Found {
    /// Findings, in the order of their places.
    Batch(Vec<Located>),
    /// A file that was not read to its end, and why.
    Unread(String, ExtractError),
    /// So many findings that mean something in their own network alone, left out.
    Private(u64),
}

/// Everything wanted that stands in the files, one after the other.
pub(crate) fn find(sources: Vec<Source>, wanted: Wanted) -> impl Stream<Item = Found> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    thread::spawn(move || {
        let mut finder = Finder {
            wanted,
            seen: Seen::new(),
            source: String::new(),
            batch: vec![],
            left_out: 0,
            sender,
        };
        for source in sources {
            if finder.read(source).is_break() {
                return;
            }
        }
        let left_out = finder.left_out;
        let _ = finder.send(Found::Private(left_out));
    });
    stream::unfold(receiver, |mut receiver| async move {
        let found = receiver.recv().await?;
        Some((found, receiver))
    })
}

struct Finder {
    wanted: Wanted,
    seen: Seen,
    source: String,
    batch: Vec<Located>,
    left_out: u64,
    sender: mpsc::Sender<Found>,
}

impl Finder {
    fn read(&mut self, source: Source) -> ControlFlow<()> {
        self.source = source.name();
        let (path, reader): (_, Box<dyn Read>) = match source {
            Source::Stream(reader) => (None, reader),
            Source::File(path) => match File::open(&path) {
                Ok(file) => (Some(path), Box::new(file)),
                Err(error) => {
                    return self.send(Found::Unread(self.source.clone(), error.into()));
                }
            },
        };
        let context = self.wanted.context;
        let read = extract(reader, path.as_deref(), context, self);
        self.pause()?;
        match read {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => self.send(Found::Unread(self.source.clone(), error)),
        }
    }

    fn send(&self, found: Found) -> ControlFlow<()> {
        match self.sender.blocking_send(found) {
            Ok(()) => ControlFlow::Continue(()),
            // Nobody listens any more.
            Err(_) => ControlFlow::Break(()),
        }
    }
}

impl Findings for Finder {
    fn once(&self) -> bool {
        !self.wanted.all
    }

    fn take(&mut self, finding: Finding, form: Form) -> ControlFlow<()> {
        let types = &self.wanted.types;
        if !types.is_empty() && !types.contains(&finding.kind) {
            return ControlFlow::Continue(());
        }
        if !self.wanted.all && !self.seen.is_first(finding.kind, &finding.value) {
            return ControlFlow::Continue(());
        }
        if finding.private && !self.wanted.private {
            self.left_out += 1;
            return ControlFlow::Continue(());
        }
        self.batch.push(Located {
            source: self.source.clone(),
            form,
            finding,
        });
        if self.batch.len() < BATCH {
            return ControlFlow::Continue(());
        }
        self.pause()
    }

    fn pause(&mut self) -> ControlFlow<()> {
        if self.batch.is_empty() {
            return ControlFlow::Continue(());
        }
        let batch = std::mem::take(&mut self.batch);
        self.send(Found::Batch(batch))
    }
}
