//! The loop: a feed's pages through the pipeline, once or for as long as one
//! follows.

use std::pin::{Pin, pin};
use std::time::Duration;

use super::error::IngestError;
use super::feed::{Batch, Feed};
use super::pipeline::{Pipeline, Taken};
use super::totals::Totals;
use crate::client::ClientError;

/// How often a feed is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How many polls; none for as many as there is time for.
    pub polls: Option<u64>,
    /// The wait between two of them.
    pub interval: Duration,
}

impl Pace {
    /// A single poll.
    pub const ONCE: Self = Self {
        polls: Some(1),
        interval: Duration::ZERO,
    };
}

/// How a run ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// There is nothing more for now, or the limit is reached.
    Done,
    /// It was asked to stop.
    Stopped,
}

/// Something that a watcher may want to show.
#[derive(Debug, Clone, Copy)]
pub enum Moment<'a> {
    /// A page is done.
    Page(Totals),
    /// A poll is over and everything is there.
    Synced(Totals),
    /// A poll failed, and the next one will try again.
    Failed(&'a IngestError),
}

/// Runs a feed through a pipeline. The pipeline comes back to be closed and
/// counted, whatever happened.
///
/// The next page is on its way while the one in hand is written and committed.
pub async fn run<F: Feed>(
    feed: &mut F,
    mut pipeline: Pipeline,
    pace: Pace,
    stop: impl Future<Output = ()>,
    mut watch: impl FnMut(Moment<'_>),
) -> (Pipeline, Result<Ended, IngestError>) {
    let mut stop = pin!(stop);
    let mut poll = 1;
    loop {
        let (back, swept) = sweep(feed, pipeline, stop.as_mut(), &mut watch).await;
        pipeline = back;
        let last = pace.polls.is_some_and(|polls| poll >= polls);
        match swept {
            Ok(Swept::Synced) => watch(Moment::Synced(pipeline.totals())),
            Ok(Swept::Enough) => return (pipeline, Ok(Ended::Done)),
            Ok(Swept::Stopped) => return (pipeline, Ok(Ended::Stopped)),
            Err(error) if last || !error.passes() => return (pipeline, Err(error)),
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
            () = stop.as_mut() => return (pipeline, Ok(Ended::Stopped)),
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
    mut stop: Pin<&mut S>,
    watch: &mut impl FnMut(Moment<'_>),
) -> (Pipeline, Result<Swept, IngestError>) {
    let mut coming = Some(next(feed, stop.as_mut()).await);
    loop {
        let came = match coming.take() {
            Some(came) => came,
            None => next(feed, stop.as_mut()).await,
        };
        let batch = match came {
            None => return (pipeline, Ok(Swept::Stopped)),
            Some(Err(error)) => return (pipeline, Err(error.into())),
            Some(Ok(None)) => return (pipeline, Ok(Swept::Synced)),
            Some(Ok(Some(batch))) => batch,
        };
        // A page that may be one too many is not asked for.
        let ahead = pipeline
            .room()
            .is_none_or(|room| room > batch.items.len() as u64);
        let work = tokio::task::spawn_blocking(move || {
            let taken = pipeline.take(&batch);
            (pipeline, taken)
        });
        let worked = if ahead {
            let (worked, came) = tokio::join!(work, next(feed, stop.as_mut()));
            coming = Some(came);
            worked
        } else {
            work.await
        };
        let (back, taken) = worked.expect("taking a page does not panic");
        pipeline = back;
        match taken {
            Ok(Taken::Whole) => watch(Moment::Page(pipeline.totals())),
            Ok(Taken::Enough) => return (pipeline, Ok(Swept::Enough)),
            Err(error) => return (pipeline, Err(error)),
        }
    }
}

/// The next page; none when the run is to stop.
async fn next<F: Feed>(
    feed: &mut F,
    stop: Pin<&mut impl Future<Output = ()>>,
) -> Option<Result<Option<Batch>, ClientError>> {
    tokio::select! {
        biased;
        () = stop => None,
        batch = feed.next() => Some(batch),
    }
}
