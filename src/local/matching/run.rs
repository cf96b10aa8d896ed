//! Files matched by threads, their lines in order.

use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use futures::Stream;
use futures::stream;
use tokio::sync::{mpsc, oneshot};

use super::against::Against;
use super::block::{Line, lines};
use super::source::{Block, Blocks};
use crate::local::extract::{ExtractError, Source};

/// Blocks in hand for each thread: one is matched while the next is read.
const AHEAD: usize = 2;

/// How files are matched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct How {
    /// Threads that match.
    pub threads: NonZeroUsize,
    /// Whether domains match their parents.
    pub parents: bool,
    /// Whether to go on at the end of a file, with what others write to it.
    pub follow: bool,
}

/// What comes of the files, in their order.
pub(crate) enum Found {
    /// A file begins, by its name in records.
    File(String),
    /// Lines of it, in their order.
    Lines(Vec<Line>),
    /// It was not read to its end, and why.
    Unread(ExtractError),
}

/// A place in the order of what is found.
enum Place {
    Found(Found),
    /// Lines that a thread is at work on.
    Awaited(oneshot::Receiver<Vec<Line>>),
}

/// All lines of the files that name a known value.
pub(crate) fn find(
    sources: Vec<Source>,
    against: Arc<Against>,
    how: How,
) -> impl Stream<Item = Found> {
    let threads = how.threads.get();
    let (sender, receiver) = mpsc::channel(AHEAD * threads);
    // Files that are followed have a thread each.
    let matcher = if threads == 1 || how.follow {
        Matcher::Here(against, how.parents)
    } else {
        Matcher::Threads(start(threads, &against, how.parents))
    };
    if how.follow && sources.len() > 1 {
        let speaks = Arc::new(Mutex::new(String::new()));
        for source in sources {
            let mut reader = Reader {
                matcher: matcher.clone(),
                places: sender.clone(),
                aside: Some((source.name(), Arc::clone(&speaks))),
            };
            thread::spawn(move || reader.read(source, true));
        }
        return taken(receiver);
    }
    thread::spawn(move || {
        let mut reader = Reader {
            matcher,
            places: sender,
            aside: None,
        };
        for source in sources {
            if reader.read(source, how.follow).is_none() {
                break;
            }
        }
    });
    taken(receiver)
}

/// What comes of the threads, in the order of its places.
fn taken(receiver: mpsc::Receiver<Place>) -> impl Stream<Item = Found> {
    stream::unfold(receiver, |mut receiver| async move {
        let found = match receiver.recv().await? {
            Place::Found(found) => found,
            // A thread that is gone has failed, and its failure is on its way.
            Place::Awaited(lines) => Found::Lines(lines.await.ok()?),
        };
        Some((found, receiver))
    })
}

/// A block and where its lines go.
type Job = (Block, oneshot::Sender<Vec<Line>>);

/// Who matches a block.
#[derive(Clone)]
enum Matcher {
    /// The thread that reads.
    Here(Arc<Against>, bool),
    /// Whichever thread is free.
    Threads(SyncSender<Job>),
}

fn start(threads: usize, against: &Arc<Against>, parents: bool) -> SyncSender<Job> {
    let (sender, receiver) = sync_channel::<Job>(threads);
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..threads {
        let (receiver, against) = (Arc::clone(&receiver), Arc::clone(against));
        thread::spawn(move || {
            while let Some((block, lines)) = next(&receiver) {
                // Nobody may wait any more.
                let _ = lines.send(self::lines(&block.bytes, block.first, &against, parents));
            }
        });
    }
    sender
}

fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().ok()?.recv().ok()
}

struct Reader {
    matcher: Matcher,
    places: mpsc::Sender<Place>,
    /// The name of the file, where others are read at the same time, and of the file
    /// that something was found in last.
    aside: Option<(String, Arc<Mutex<String>>)>,
}

impl Reader {
    /// Reads a file; `None` when nobody wants more.
    fn read(&mut self, source: Source, follow: bool) -> Option<()> {
        self.found(Found::File(source.name()))?;
        let mut blocks = match Blocks::open(source, follow) {
            Ok(blocks) => blocks,
            Err(error) => return self.found(Found::Unread(error.into())),
        };
        let places = self.places.clone();
        loop {
            match blocks.next(&|| !places.is_closed()) {
                Ok(Some(block)) => self.block(block)?,
                Ok(None) => return Some(()),
                Err(error) => return self.found(Found::Unread(error)),
            }
        }
    }

    fn block(&self, block: Block) -> Option<()> {
        match &self.matcher {
            Matcher::Here(against, parents) => {
                let lines = lines(&block.bytes, block.first, against, *parents);
                if lines.is_empty() && !self.places.is_closed() {
                    return Some(());
                }
                self.found(Found::Lines(lines))
            }
            Matcher::Threads(jobs) => {
                let (sender, receiver) = oneshot::channel();
                self.places.blocking_send(Place::Awaited(receiver)).ok()?;
                jobs.send((block, sender)).ok()
            }
        }
    }

    fn found(&self, found: Found) -> Option<()> {
        let Some((name, speaks)) = &self.aside else {
            return self.places.blocking_send(Place::Found(found)).ok();
        };
        let mut last = speaks.lock().ok()?;
        if last.as_str() != name {
            let begins = Place::Found(Found::File(name.clone()));
            self.places.blocking_send(begins).ok()?;
            last.clone_from(name);
        }
        match found {
            Found::File(_) => Some(()),
            found => self.places.blocking_send(Place::Found(found)).ok(),
        }
    }
}
