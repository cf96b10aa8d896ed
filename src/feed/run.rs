//! The loop: a feed's pages through the pipeline, once or for as long as one
//! follows.

use std::time::Duration;

use futures::FutureExt;
use futures::future::Shared;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::error::FeedError;
use super::page::{Batch, Feed};
use super::pipeline::{Pipeline, Taken};
use super::totals::Totals;
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

/// So long a page waits for the one after it to be committed together with it.
const LINGER: Duration = Duration::from_millis(10);

/// Runs a feed through a pipeline. The pipeline comes back to be closed and
/// counted, whatever happened.
///
/// The next page is on its way while the one in hand is written and committed.
pub(crate) async fn run<F: Feed>(
    feed: &mut F,
    mut pipeline: Pipeline,
    pace: Pace,
    stop: impl Future<Output = ()>,
    mut watch: impl FnMut(Moment<'_>),
) -> (Pipeline, Result<Ended, FeedError>) {
    let stop = Box::pin(stop).shared();
    let mut poll = 1;
    loop {
        let (back, swept) = sweep(feed, pipeline, &stop, &mut watch).await;
        pipeline = back;
        let last = pace.polls.is_some_and(|polls| poll >= polls);
        match swept {
            Ok(Swept::Synced) => watch(Moment::Synced(pipeline.totals())),
            Ok(Swept::Enough) => return (pipeline, Ok(Ended::Done)),
            Ok(Swept::Stopped) => return (pipeline, Ok(Ended::Stopped)),
            Err(error) if last || !error.passes() => {
                return (pipeline, Err(error));
            }
            Err(error) => {
                watch(Moment::Failed(&error));
                if let Err(error) = pipeline.take_back() {
                    return (pipeline, Err(error));
                }
            }
        }
        if last {
            return (pipeline, Ok(Ended::Done));
        }
        poll += 1;
        tokio::select! {
            biased;
            () = stop.clone() => return (pipeline, Ok(Ended::Stopped)),
            () = tokio::time::sleep(pace.interval) => {}
        }
    }
}

enum Swept {
    Synced,
    Enough,
    Stopped,
}

/// One poll: every page that there is.
async fn sweep<F: Feed, S: Future<Output = ()>>(
    feed: &mut F,
    mut pipeline: Pipeline,
    stop: &Shared<S>,
    watch: &mut impl FnMut(Moment<'_>),
) -> (Pipeline, Result<Swept, FeedError>) {
    let mut coming = Some(next(feed, stop).await);
    loop {
        let came = match coming.take() {
            Some(came) => came,
            None => next(feed, stop).await,
        };
        let first = match came {
            None => return (pipeline, Ok(Swept::Stopped)),
            Some(Err(error)) => return (pipeline, Err(error.into())),
            Some(Ok(None)) => {
                let (pipeline, followed) = work(pipeline, stop, Pipeline::follow_files).await;
                return (pipeline, followed.map(|()| Swept::Synced));
            }
            Some(Ok(Some(batch))) => batch,
        };
        let (batches, ahead) = gather(feed, first, pipeline.room());
        let (tell, told) = oneshot::channel();
        let work = take(pipeline, batches, stop, told);
        let (back, taken) = if ahead {
            let came = async {
                let came = next(feed, stop).await;
                let _ = tell.send(matches!(came, Some(Ok(Some(_)))));
                came
            };
            let (worked, came) = tokio::join!(work, came);
            coming = Some(came);
            worked
        } else {
            drop(tell);
            work.await
        };
        pipeline = back;
        match taken {
            Ok(Taken::Open) => {}
            Ok(Taken::Whole) => watch(Moment::Page(pipeline.totals())),
            Ok(Taken::Enough) => return (pipeline, Ok(Swept::Enough)),
            Err(FeedError::Halted) => return (pipeline, Ok(Swept::Stopped)),
            Err(error) => return (pipeline, Err(error)),
        }
    }
}

/// A page with those that are at hand already, and whether the page after them
/// may be asked for: one that may be too many is not.
fn gather(feed: &mut impl Feed, first: Batch, room: Option<u64>) -> (Vec<Batch>, bool) {
    let mut items = first.items.len();
    let mut batches = vec![first];
    while room.is_none_or(|room| room > items as u64) {
        let Some(batch) = feed.at_hand() else {
            return (batches, true);
        };
        items += batch.items.len();
        batches.push(batch);
    }
    (batches, false)
}

/// Takes pages, and commits them unless another one follows at once. `follows`
/// says whether there is another, as soon as that is known.
async fn take<S: Future<Output = ()>>(
    pipeline: Pipeline,
    batches: Vec<Batch>,
    stop: &Shared<S>,
    follows: oneshot::Receiver<bool>,
) -> (Pipeline, Result<Taken, FeedError>) {
    let (pipeline, taken) = work(pipeline, stop, |pipeline| pipeline.take_all(batches)).await;
    if !matches!(taken, Ok(Taken::Open)) {
        return (pipeline, taken);
    }
    if let Ok(Ok(true)) = timeout(LINGER, follows).await {
        return (pipeline, taken);
    }
    work(pipeline, stop, Pipeline::settle).await
}

/// Lets the pipeline work where blocking is no harm.
async fn work<S: Future<Output = ()>, T: Send + 'static>(
    mut pipeline: Pipeline,
    stop: &Shared<S>,
    task: impl FnOnce(&mut Pipeline) -> T + Send + 'static,
) -> (Pipeline, T) {
    let halt = pipeline.halt();
    let mut work = tokio::task::spawn_blocking(move || {
        let done = task(&mut pipeline);
        (pipeline, done)
    });
    let work = async {
        tokio::select! {
            biased;
            worked = &mut work => return worked,
            () = stop.clone() => halt.call(),
        }
        work.await
    };
    work.await.expect("taking a page does not panic")
}

/// The next page; none when the run is to stop.
async fn next<F: Feed>(
    feed: &mut F,
    stop: &Shared<impl Future<Output = ()>>,
) -> Option<Result<Option<Batch>, Error>> {
    tokio::select! {
        biased;
        () = stop.clone() => None,
        batch = feed.next() => Some(batch),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::future::pending;
    use std::sync::{Arc, Mutex};

    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;
    use crate::deliver::{
        Addressed, DeliverError, Emitted, Failures, Files, NotTaken, Outlet, Outlets,
    };
    use crate::feed::page::Item;
    use crate::feed::{Memory, Position, Sweep};

    /// Pages that are all at hand.
    struct Pages(VecDeque<Batch>);

    impl Feed for Pages {
        async fn next(&mut self) -> Result<Option<Batch>, Error> {
            Ok(self.0.pop_front())
        }
    }

    /// Writes down what was flushed together.
    #[derive(Default)]
    struct Diary {
        taken: usize,
        flushed: Arc<Mutex<Vec<usize>>>,
    }

    impl Outlet for Diary {
        fn take(&mut self, _: Emitted<'_>, _: &mut Failures) -> Result<(), NotTaken> {
            self.taken += 1;
            Ok(())
        }

        fn flush(&mut self, _: &mut Failures) -> Result<(), DeliverError> {
            let taken = std::mem::take(&mut self.taken);
            self.flushed.lock().expect("lock").push(taken);
            Ok(())
        }

        fn take_back(&mut self) -> Result<(), DeliverError> {
            Ok(())
        }

        fn finish(self: Box<Self>) -> Result<(), DeliverError> {
            Ok(())
        }

        fn abandon(self: Box<Self>) -> Result<(), DeliverError> {
            Ok(())
        }
    }

    /// The records of each flush, of so many pages with so many items each.
    async fn flushes(pages: usize, items: usize, joins: bool) -> Vec<usize> {
        let page = |number: usize| Batch {
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
            outside: 0,
            checked: true,
            at: None,
            after: Some(Position::Sweep(Sweep::starting_at(0))),
        };
        let diary = Diary::default();
        let flushed = Arc::clone(&diary.flushed);
        let outlets = Outlets::default().with(Box::new(diary), Addressed::default());
        let clock = || Timestamp::UNIX_EPOCH;
        let pipeline = Pipeline::new(
            outlets,
            Files::default(),
            None,
            None,
            Memory::Run(None),
            clock,
        )
        .joining_pages(joins);
        let mut feed = Pages((0..pages).map(page).collect());
        let (pipeline, ended) = run(&mut feed, pipeline, Pace::ONCE, pending(), |_| {}).await;
        assert_eq!(ended.expect("an end"), Ended::Done);
        assert_eq!(pipeline.totals().new, (pages * items) as u64);
        flushed.lock().expect("lock").clone()
    }

    #[tokio::test]
    async fn pages_at_hand_are_joined_up_to_a_limit_and_the_last_is_not_forgotten() {
        assert_eq!(flushes(3, 40, true).await, [120]);
        assert_eq!(flushes(60, 40, true).await, [1_000, 1_000, 400]);
        assert_eq!(flushes(2, 2_000, true).await, [2_000, 2_000]);
        assert_eq!(flushes(3, 40, false).await, [40, 40, 40]);
    }
}
