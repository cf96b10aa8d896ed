//! The engine: inputs in, records out, in order, as they are ready.

use std::io;
use std::task::Poll;
use std::time::Duration;

use futures::future::{Shared, pending, poll_fn};
use futures::stream::{Stream, StreamExt};
use futures::{FutureExt, pin_mut, poll};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::job::{Job, Note, Notes, OnStop};
use super::record::{Answer, Fate};
use crate::client::Client;

/// So long what was begun may take to be known, when nobody takes records any more.
const GRACE: Duration = Duration::from_secs(5);

/// So long after a signal what was begun may take to be answered. What is left of the
/// time that a signal gives the process is for saying what was not.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// Takes the records of a run.
pub(crate) trait Consumer<R> {
    /// What can go wrong with taking them.
    type Error;

    /// Takes the next record.
    fn record(&mut self, record: R) -> Result<(), Self::Error>;

    /// A record that it can't take any more, as an earlier one has failed.
    fn lost(&mut self, record: &R) {
        let _ = record;
    }

    /// The run is about to wait: what was taken should be seen now.
    fn idle(&mut self) -> Result<(), Self::Error>;
}

/// How a run ended.
#[derive(Debug)]
pub(crate) enum Ended<E> {
    /// Every input has its record.
    Complete,
    /// `stop` came first. What was given out is complete, as far as it goes.
    Stopped,
    /// The input can't be read any further.
    Input(io::Error),
    /// The consumer failed.
    Consumer(E),
}

/// Does a job for every input and gives the records out in the order of the
/// input.
///
/// Only as many inputs as the job is wide are held, so memory does not grow with
/// the input; a slow one in front holds back only those. A signal is heard
/// between any two records, also when all of them are ready at once.
pub(crate) async fn run<J: Job, C: Consumer<J::Record>>(
    client: &Client,
    job: &J,
    inputs: impl Stream<Item = io::Result<J::Input>>,
    concurrency: usize,
    stop: impl Future<Output = ()>,
    consumer: &mut C,
) -> Ended<C::Error> {
    let notes = Notes::default();
    let notes = &notes;
    let stop = stop.shared();
    let finishes = job.on_stop() == OnStop::Finish;
    let (break_off, broken) = oneshot::channel::<()>();
    let over = heard(stop.clone(), finishes);
    let records = inputs
        .take_until(async {
            tokio::select! {
                () = over => {}
                _ = broken => {}
            }
        })
        .enumerate()
        .map(|(number, input)| async move {
            let note = Note { notes, number };
            let record = job.answer(client, input?, &note).await;
            Ok((number, record))
        })
        .buffered(job.width(concurrency).max(1));
    // Those that are finished must not wait for a service that is away.
    let hurry = heard(stop.clone(), finishes).map(|()| client.hurry());
    let stopped = heard(stop.clone(), !finishes);
    let over = heard(stop.clone(), true).then(|()| sleep(LAST_ANSWERS));
    pin_mut!(records, hurry, stopped, over);
    let mut hurried = false;
    let error = loop {
        let next = match poll!(records.next()) {
            Poll::Ready(next) => next,
            Poll::Pending => {
                if let Err(error) = consumer.idle() {
                    break error;
                }
                tokio::select! {
                    biased;
                    next = records.next() => next,
                    () = &mut stopped => {
                        if is_open(notes) {
                            client.hurry();
                            tokio::select! {
                                () = settle(notes, &mut records) => {}
                                () = &mut over => {}
                            }
                        }
                        return give_out(notes, consumer);
                    }
                    () = &mut over => return give_out(notes, consumer),
                    () = &mut hurry, if !hurried => {
                        hurried = true;
                        continue;
                    }
                }
            }
        };
        match next {
            None if finishes && stop.peek().is_some() => return Ended::Stopped,
            None => return Ended::Complete,
            Some(Err(error)) => return Ended::Input(error),
            Some(Ok((number, record))) => {
                notes.borrow_mut().remove(&number);
                if let Err(error) = consumer.record(record) {
                    break error;
                }
            }
        }
        // A run of ready records (all cached, say) must still hear a signal.
        if poll_fn(|context| Poll::Ready(stopped.as_mut().poll(context).is_ready())).await {
            return give_out(notes, consumer);
        }
    };
    // Nobody takes records any more, and what lasts must be known all the same.
    let _ = break_off.send(());
    if job.on_stop().lasts() {
        client.hurry();
        let rest = async {
            while let Some(Ok((number, record))) = records.next().await {
                notes.borrow_mut().remove(&number);
                consumer.lost(&record);
            }
        };
        if finishes {
            tokio::select! {
                () = rest => {}
                () = &mut over => {}
            }
        } else {
            // What was sent is answered soon; the waits for it are noted.
            let _ = timeout(GRACE, rest).await;
        }
    }
    for (_, record) in notes.take() {
        consumer.lost(&record);
    }
    Ended::Consumer(error)
}

/// Whether something was begun of which it is not known yet what came of it.
fn is_open<R: Answer>(notes: &Notes<R>) -> bool {
    let open = |record: &R| matches!(record.fate(), Fate::Failed(it) if it.unconfirmed);
    notes.borrow().values().any(open)
}

/// Takes the answers to what was begun, until nothing of it is open. They are noted.
async fn settle<R: Answer>(
    notes: &Notes<R>,
    records: &mut (impl Stream<Item = io::Result<(usize, R)>> + Unpin),
) {
    poll_fn(|context| {
        while is_open(notes) {
            match records.poll_next_unpin(context) {
                Poll::Ready(Some(Ok((number, record)))) => {
                    notes.borrow_mut().insert(number, record);
                }
                Poll::Pending if is_open(notes) => return Poll::Pending,
                Poll::Ready(_) | Poll::Pending => break,
            }
        }
        Poll::Ready(())
    })
    .await;
}

/// Completes with `stop`, where that is what is listened to.
async fn heard(stop: Shared<impl Future<Output = ()>>, listens: bool) {
    if listens {
        stop.await;
    } else {
        pending::<()>().await;
    }
}

/// Gives out what is noted, and only that.
fn give_out<R, C: Consumer<R>>(notes: &Notes<R>, consumer: &mut C) -> Ended<C::Error> {
    for (_, record) in notes.take() {
        if let Err(error) = consumer.record(record) {
            return Ended::Consumer(error);
        }
    }
    Ended::Stopped
}
