//! The engine: inputs in, records out, in order, as they are ready.

use std::io;
use std::task::Poll;

use futures::future::{Shared, pending, poll_fn};
use futures::stream::{Stream, StreamExt};
use futures::{FutureExt, pin_mut, poll};

use super::job::{Job, Note, Notes, OnStop};
use crate::client::Client;

/// Takes the records of a run.
pub trait Consumer<R> {
    /// What can go wrong with taking them.
    type Error;

    /// Takes the next record.
    fn record(&mut self, record: R) -> Result<(), Self::Error>;

    /// The run is about to wait: what was taken should be seen now.
    fn idle(&mut self) -> Result<(), Self::Error>;
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended<E> {
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
pub async fn run<J: Job, C: Consumer<J::Record>>(
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
    let records = inputs
        .take_until(heard(stop.clone(), finishes))
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
    pin_mut!(records, hurry, stopped);
    let mut hurried = false;
    loop {
        let next = match poll!(records.next()) {
            Poll::Ready(next) => next,
            Poll::Pending => {
                if let Err(error) = consumer.idle() {
                    return Ended::Consumer(error);
                }
                tokio::select! {
                    biased;
                    next = records.next() => next,
                    () = &mut stopped => return give_out(notes, consumer),
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
                    return Ended::Consumer(error);
                }
            }
        }
        // A run of ready records (all cached, say) must still hear a signal.
        if poll_fn(|context| Poll::Ready(stopped.as_mut().poll(context).is_ready())).await {
            return give_out(notes, consumer);
        }
    }
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
