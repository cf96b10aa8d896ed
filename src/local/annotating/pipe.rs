//! Lines in the order in which they came, each as soon as it is answered, or as late as
//! it may be.

use std::collections::{HashMap, VecDeque};
use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::future::LocalBoxFuture;
use futures::stream::FuturesUnordered;
use tokio::time::{Instant as Clock, sleep, sleep_until};

use super::line::{Batch, Form, Line, Origin, Status, Told, Unknown};
use super::member::Style;
use super::reader::{Came, Reading};
use crate::local::matching::Known;
use crate::model::indicator::Indicator;

/// Bytes of lines that wait, at most; then no more are read until some have left.
const MOST_WAITING: usize = 16 * 1024 * 1024;
/// Look-ups at once; a line that needs one more is deferred.
const MOST_ASKED: usize = 256;
/// How often it is looked whether all that was read has come, once no more is to be.
const PAUSE: Duration = Duration::from_millis(5);

/// Answers what the mirror does not know.
pub(crate) trait Answers {
    /// What is known of an indicator, and from where; nothing where nobody knows it.
    fn ask(&self, indicator: Indicator) -> LocalBoxFuture<'_, Asked>;
}

/// What came of a question; no answer where there was none.
pub(crate) type Asked = Result<Option<(Known, Origin)>, ()>;

/// What came of a pipe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Stats {
    /// Lines.
    pub lines: u64,
    /// Lines with a hit.
    pub hits: u64,
    /// Lines that could not wait for an answer.
    pub deferred: u64,
    /// Lines of which something could not be looked up.
    pub partial: u64,
}

/// A pipe, with all that is known of how to work it.
pub(crate) struct Pipe<'a, A> {
    /// Whoever is asked what the mirror does not know.
    pub answers: Option<&'a A>,
    /// How lines are written.
    pub style: Style,
    /// How long a line may wait.
    pub max_latency: Duration,
}

/// A line that waits, for an answer or for those before it.
struct Waiting {
    batch: Arc<Batch>,
    line: Line,
    /// Questions about it that are open.
    open: usize,
    failed: bool,
    deferred: bool,
}

enum Entry {
    Line(Box<Waiting>),
    /// A part of a line that passes as it is.
    Piece(Vec<u8>),
}

impl Entry {
    fn size(&self) -> usize {
        match self {
            Self::Line(waiting) => waiting.line.range.len(),
            Self::Piece(bytes) => bytes.len(),
        }
    }
}

impl<A: Answers> Pipe<'_, A> {
    /// Works it until the lines end, or `stop` completes: then what was read leaves at
    /// once.
    ///
    /// # Errors
    /// Lines that can't be read or written.
    pub(crate) async fn run(
        &self,
        mut reading: Reading,
        out: &mut dyn Write,
        stop: impl Future<Output = ()>,
    ) -> io::Result<Stats> {
        let mut queue = Queue::default();
        let mut asked = FuturesUnordered::new();
        let mut stop = std::pin::pin!(stop);
        let (mut ended, mut stopped) = (false, false);
        let mut failure = None;
        loop {
            let now = Instant::now();
            queue.release(self, now, stopped);
            if queue.written.len() >= 1 << 16 || reading.came.is_empty() {
                queue.flush(out)?;
            }
            if ended && queue.is_empty() {
                break;
            }
            let has_room = !ended && queue.size < MOST_WAITING;
            let deadline = queue.deadline(self.max_latency);
            tokio::select! {
                biased;
                () = &mut stop, if !stopped => {
                    stopped = true;
                    reading.reader.stop();
                }
                answered = asked.next(), if !asked.is_empty() => {
                    if let Some((indicator, answer)) = answered {
                        queue.answered(&indicator, &answer);
                    }
                }
                came = reading.came.recv(), if has_room => match came {
                    None => ended = true,
                    Some(Came::Failed(error)) => failure = Some(error),
                    Some(Came::Piece(bytes)) => queue.push(Entry::Piece(bytes)),
                    Some(Came::Batch(batch)) => {
                        for indicator in queue.take(batch, self.answers.is_some() && !stopped) {
                            if let Some(answers) = self.answers {
                                asked.push(async move {
                                    let answer = answers.ask(indicator.clone()).await;
                                    (indicator, answer)
                                });
                            }
                        }
                    }
                },
                () = sleep_until(deadline.map_or_else(Clock::now, Clock::from_std)),
                    if deadline.is_some() => {}
                () = sleep(PAUSE), if stopped && !ended => {
                    // The thread may hang in a read of what will never come.
                    ended = reading.reader.is_idle() && reading.came.is_empty();
                    if ended {
                        let held = reading.reader.take_held();
                        queue.push(Entry::Piece(held));
                    }
                }
            }
        }
        queue.flush(out)?;
        match failure {
            Some(error) => Err(error),
            None => Ok(queue.stats),
        }
    }
}

/// The lines that wait.
#[derive(Default)]
struct Queue {
    entries: VecDeque<Entry>,
    /// The number of the first of them.
    first: u64,
    /// Their bytes.
    size: usize,
    /// Which lines wait for an answer, and with which of their unknown indicators.
    open: HashMap<Indicator, Vec<(u64, usize)>>,
    written: Vec<u8>,
    stats: Stats,
}

impl Queue {
    fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn push(&mut self, entry: Entry) {
        self.size += entry.size();
        self.entries.push_back(entry);
    }

    /// Takes lines, and gives what is to be asked about.
    fn take(&mut self, mut batch: Batch, asks: bool) -> Vec<Indicator> {
        let lines = std::mem::take(&mut batch.lines);
        let batch = Arc::new(batch);
        let mut ask = Vec::new();
        for line in lines {
            let number = self.first + self.entries.len() as u64;
            let mut waiting = Waiting {
                batch: Arc::clone(&batch),
                open: 0,
                failed: false,
                deferred: false,
                line,
            };
            for (place, unknown) in waiting.line.unknown.iter().enumerate() {
                let known = self.open.get_mut(&unknown.indicator);
                if let Some(lines) = known {
                    lines.push((number, place));
                } else if asks && self.open.len() < MOST_ASKED {
                    ask.push(unknown.indicator.clone());
                    self.open
                        .insert(unknown.indicator.clone(), vec![(number, place)]);
                } else {
                    waiting.deferred = true;
                    continue;
                }
                waiting.open += 1;
            }
            self.push(Entry::Line(Box::new(waiting)));
        }
        ask
    }

    /// Takes an answer.
    fn answered(&mut self, indicator: &Indicator, answer: &Asked) {
        for (number, place) in self.open.remove(indicator).unwrap_or_default() {
            let index = number.checked_sub(self.first);
            let index = index.and_then(|index| usize::try_from(index).ok());
            // A line that could not wait any longer has left.
            let Some(Entry::Line(waiting)) = index.and_then(|index| self.entries.get_mut(index))
            else {
                continue;
            };
            waiting.open -= 1;
            match answer {
                Err(()) => waiting.failed = true,
                Ok(None) => {}
                Ok(Some((known, from))) => {
                    let Unknown { field, .. } = &waiting.line.unknown[place];
                    waiting.line.told.push(Told {
                        known: known.clone(),
                        field: field.clone(),
                        from: *from,
                    });
                }
            }
        }
    }

    /// When the first line can't wait any longer.
    fn deadline(&self, max_latency: Duration) -> Option<Instant> {
        match self.entries.front()? {
            Entry::Line(waiting) => Some(waiting.batch.read_at + max_latency),
            Entry::Piece(_) => Some(Instant::now()),
        }
    }

    /// Writes the lines that are answered, or can't wait, up to the first that can.
    fn release<A>(&mut self, pipe: &Pipe<'_, A>, now: Instant, stopped: bool) {
        while let Some(entry) = self.entries.front() {
            if let Entry::Line(waiting) = entry
                && waiting.open > 0
                && !stopped
                && now < waiting.batch.read_at + pipe.max_latency
            {
                return;
            }
            self.size -= entry.size();
            self.first += 1;
            match self.entries.pop_front() {
                Some(Entry::Line(waiting)) => self.write(*waiting, &pipe.style),
                Some(Entry::Piece(bytes)) => pipe.style.pass(&mut self.written, &bytes),
                None => {}
            }
        }
    }

    fn write(&mut self, waiting: Waiting, style: &Style) {
        let Waiting {
            batch,
            line,
            open,
            failed,
            deferred,
        } = waiting;
        let status = if open > 0 || deferred {
            Status::Deferred
        } else if failed {
            Status::Partial
        } else if line.told.is_empty() {
            Status::None
        } else {
            Status::Ok
        };
        self.stats.lines += 1;
        if line.form != Form::Other {
            self.stats.deferred += u64::from(status == Status::Deferred);
            self.stats.partial += u64::from(status == Status::Partial);
        }
        let bytes = &batch.bytes[line.range.clone()];
        let hit = style.write(&mut self.written, bytes, &line, status);
        self.stats.hits += u64::from(hit);
    }

    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.written.is_empty() {
            return Ok(());
        }
        out.write_all(&self.written)?;
        self.written.clear();
        out.flush()
    }
}
