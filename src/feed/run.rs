//! The loop: a feed's pages through the pipeline, once or for as long as one
//! follows.

use std::pin::{Pin, pin};
use std::time::Duration;

use futures::future::{MaybeDone, maybe_done};
use tokio::time::timeout;

use super::error::FeedError;
use super::page::{Feed, Page};
use super::pipeline::{LINGER, Pipeline};
use super::totals::Totals;
use super::work::Taken;
use crate::deliver::Halt;
use crate::model::error::Error;

/// How often a feed is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    /// How many polls; none for as many as there is time for.
    pub polls: Option<u64>,
    /// The wait between two of them.
    pub interval: Duration,
}

impl Pace {
    /// A single poll.
    pub(crate) const ONCE: Self = Self {
        polls: Some(1),
        interval: Duration::ZERO,
    };
}

/// How a run ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// There is nothing more for now, or the limit is reached.
    Done,
    /// It was asked to stop.
    Stopped,
}

/// Something that a watcher may want to show.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment<'a> {
    /// A page is done.
    Page(Totals),
    /// A poll is over and everything is there.
    Synced(Totals),
    /// A poll failed, and the next one will try again.
    Failed(&'a FeedError),
}

/// What a feed came with; none when the run is to stop.
type Came = Option<Result<Option<Page>, Error>>;

/// Runs a feed through a pipeline, which is to be closed afterwards whatever
/// happened.
///
/// The next page is on its way while the one in hand is taken, delivered and
/// committed.
///
/// # Errors
/// [`FeedError`]: what ended the run.
pub(crate) async fn run<F: Feed>(
    feed: &mut F,
    pipeline: &mut Pipeline,
    pace: Pace,
    stop: impl Future<Output = ()>,
    watch: impl FnMut(Moment<'_>),
) -> Result<Ended, FeedError> {
    let halt = pipeline.halt();
    let mut polls = Box::pin(poll(feed, pipeline, pace, &halt, watch));
    tokio::select! {
        biased;
        () = stop => halt.call(),
        ended = &mut polls => return ended,
    }
    polls.await
}

/// Polls a feed, as often as the pace has it.
async fn poll<F: Feed>(
    feed: &mut F,
    pipeline: &mut Pipeline,
    pace: Pace,
    halt: &Halt,
    mut watch: impl FnMut(Moment<'_>),
) -> Result<Ended, FeedError> {
    let mut poll = 1;
    // Until the service has answered once, what answers in its place is no outage.
    let mut heard = false;
    loop {
        let last = pace.polls.is_some_and(|polls| poll >= polls);
        let mut seen = |moment: Moment<'_>| {
            heard |= matches!(moment, Moment::Page(_));
            watch(moment);
        };
        match sweep(feed, pipeline, halt, &mut seen).await {
            Ok(Swept::Synced) => {
                heard = true;
                watch(Moment::Synced(pipeline.totals()));
            }
            Ok(Swept::Enough) => return Ok(Ended::Done),
            Err(FeedError::Halted) => return Ok(Ended::Stopped),
            Err(error) if last || !error.passes(heard) => return Err(error),
            Err(error) => {
                watch(Moment::Failed(&error));
                pipeline.take_back().await?;
            }
        }
        if last {
            return Ok(Ended::Done);
        }
        poll += 1;
        if !halt.pause(pace.interval).await {
            return Ok(Ended::Stopped);
        }
    }
}

enum Swept {
    Synced,
    Enough,
}

/// One poll: every page that there is.
async fn sweep<F: Feed>(
    feed: &mut F,
    pipeline: &mut Pipeline,
    halt: &Halt,
    watch: &mut impl FnMut(Moment<'_>),
) -> Result<Swept, FeedError> {
    let mut came = halt.until(feed.next()).await;
    loop {
        let Some(page) = came.ok_or(FeedError::Halted)?? else {
            pipeline.follow_files().await?;
            return Ok(Swept::Synced);
        };
        // A page that may be too many is not asked for ahead.
        let ahead = pipeline.has_room_after(&page);
        came = {
            let next = async {
                if ahead {
                    halt.until(feed.next()).await
                } else {
                    Some(Ok(None))
                }
            };
            let mut next = pin!(maybe_done(next));
            let taken = beside(pipeline.take(page), next.as_mut()).await?;
            let joined =
                taken == Taken::Page && pipeline.may_wait() && follows(next.as_mut()).await;
            if taken != Taken::Part && !joined {
                beside(pipeline.settle(), next.as_mut()).await?;
            }
            match taken {
                Taken::Enough => return Ok(Swept::Enough),
                Taken::Page if joined => {}
                Taken::Page | Taken::Part => watch(Moment::Page(pipeline.totals())),
            }
            next.as_mut().await;
            next.take_output().flatten()
        };
        if !ahead {
            came = halt.until(feed.next()).await;
        }
    }
}

/// Does work while the next page is on its way.
async fn beside<T>(
    work: impl Future<Output = T>,
    mut next: Pin<&mut MaybeDone<impl Future<Output = Came>>>,
) -> T {
    let mut work = pin!(work);
    tokio::select! {
        biased;
        done = &mut work => return done,
        () = next.as_mut() => {}
    }
    work.await
}

/// Whether another page is there soon enough to be committed together with the one
/// before it.
async fn follows(mut next: Pin<&mut MaybeDone<impl Future<Output = Came>>>) -> bool {
    timeout(LINGER, next.as_mut()).await.is_ok()
        && matches!(next.output_mut(), Some(Some(Ok(Some(_)))))
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::future::pending;
    use std::sync::{Arc, Mutex};

    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;
    use crate::deliver::{Addressed, Destinations, Files, Taker};
    use crate::feed::memory::Memory;
    use crate::feed::page::Item;
    use crate::feed::selection::Selection;
    use crate::feed::work::{Parts, Work};
    use crate::feed::{Position, Sweep};
    use crate::output::sink::Sink;
    use crate::output::{Output, OutputError, Shape, row};

    /// Pages that are all at hand.
    struct Pages(VecDeque<Page>);

    impl Feed for Pages {
        async fn next(&mut self) -> Result<Option<Page>, Error> {
            Ok(self.0.pop_front())
        }
    }

    /// Writes down what was flushed together.
    #[derive(Default)]
    struct Diary {
        taken: usize,
        flushed: Arc<Mutex<Vec<usize>>>,
    }

    impl Sink for Diary {
        fn write(&mut self, piece: &[u8]) -> Result<(), OutputError> {
            self.taken += piece.split(|byte| *byte == b'\n').count() - 1;
            Ok(())
        }

        fn flush(&mut self) -> Result<(), OutputError> {
            let taken = std::mem::take(&mut self.taken);
            self.flushed.lock().expect("lock").push(taken);
            Ok(())
        }

        fn finish(self: Box<Self>) -> Result<(), OutputError> {
            Ok(())
        }

        fn abandon(self: Box<Self>) -> Result<(), OutputError> {
            Ok(())
        }
    }

    fn lines(diary: Diary) -> Taker {
        let output = Output::lines("ingest", Box::new(diary)).expect("an output");
        Taker::Output(Box::new(output))
    }

    /// The records of each flush, of so many pages with so many items each.
    async fn flushes(pages: usize, items: usize, joins: bool) -> Vec<usize> {
        let page = |number: usize| Page {
            body: Bytes::from_static(b"{}"),
            items: (0..items)
                .map(|item| Item {
                    range: 0..2,
                    identity: Some(format!("{number}.{item}")),
                    time: 0,
                })
                .collect(),
            unreadable: Vec::new(),
            repeats: 0,
            dropped: 0,
            outside: 0,
            checked: true,
            at: None,
            after: Some(Position::Sweep(Sweep::starting_at(0))),
        };
        let diary = Diary::default();
        let flushed = Arc::clone(&diary.flushed);
        let work = Work::new(Parts {
            destinations: Destinations::default().with(lines(diary), Addressed::default()),
            files: Files::default(),
            selection: Selection::new(None, Shape::Raw, None),
            limit: None,
            memory: Memory::Run(None),
            letters: None,
            view: row::object,
            clock: || Timestamp::UNIX_EPOCH,
        });
        let mut pipeline = Pipeline::new(work, joins, Halt::default());
        let mut feed = Pages((0..pages).map(page).collect());
        let ended = run(&mut feed, &mut pipeline, Pace::ONCE, pending(), |_| {}).await;
        assert_eq!(ended.expect("an end"), Ended::Done);
        assert_eq!(pipeline.totals().new, (pages * items) as u64);
        flushed.lock().expect("lock").clone()
    }

    #[tokio::test]
    async fn pages_at_hand_are_joined_up_to_a_limit_and_the_last_is_not_forgotten() {
        assert_eq!(flushes(3, 40, true).await, [120]);
        assert_eq!(flushes(300, 40, true).await, [5_000, 5_000, 2_000]);
        assert_eq!(flushes(2, 6_000, true).await, [6_000, 6_000]);
        assert_eq!(flushes(3, 40, false).await, [40, 40, 40]);
    }
}
