//! The run: inputs in, records out, in order, as they are ready.

use std::cell::RefCell;
use std::io;
use std::task::Poll;

use futures::future::{Either, select};
use futures::stream::{Stream, StreamExt};
use futures::{future, pin_mut, poll};

use crate::client::Client;
use crate::model::problem::Problem;

/// Look-ups beyond those in flight that may be done or waiting, so that a slow
/// one in front does not leave the connections idle at once.
const READ_ON: usize = 16;

/// What a run does with each of its inputs.
pub trait Job {
    /// One input.
    type Input;
    /// What answers it.
    type Record;

    /// Answers an input; `over` is the trouble that ended the run before its turn.
    fn answer(
        &self,
        client: &Client,
        input: Self::Input,
        over: Option<Problem>,
    ) -> impl Future<Output = Self::Record>;

    /// What failed, if the record tells of a failure.
    fn problem(record: &Self::Record) -> Option<&Problem>;
}

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
    /// `stop` came first; records given out so far are complete.
    Stopped,
    /// The input can't be read any further.
    Input(io::Error),
    /// The consumer failed.
    Consumer(E),
}

/// Looks every input up and gives the records out in the order of the input.
///
/// Only a few more than `concurrency` records are held, so memory does not grow
/// with the input; a slow one in front holds back only those. When the service
/// refuses the key or has no quota left, the inputs after that are answered
/// `not_attempted`.
pub async fn run<J: Job, C: Consumer<J::Record>>(
    client: &Client,
    job: &J,
    inputs: impl Stream<Item = io::Result<J::Input>>,
    concurrency: usize,
    stop: impl Future<Output = ()>,
    consumer: &mut C,
) -> Ended<C::Error> {
    let over: RefCell<Option<Problem>> = RefCell::new(None);
    let over = &over;
    let records = inputs
        .map(|input| async move {
            let input = input?;
            let met = over.borrow().clone();
            let record = job.answer(client, input, met).await;
            if let Some(problem) = J::problem(&record).filter(|problem| problem.kind.ends_run()) {
                over.borrow_mut().get_or_insert_with(|| problem.clone());
            }
            Ok(record)
        })
        .buffered(concurrency.saturating_add(READ_ON));
    pin_mut!(records);
    pin_mut!(stop);
    loop {
        let next = match poll!(records.next()) {
            Poll::Ready(next) => next,
            Poll::Pending => {
                if let Err(error) = consumer.idle() {
                    return Ended::Consumer(error);
                }
                match select(records.next(), &mut stop).await {
                    Either::Left((next, _)) => next,
                    Either::Right(((), _)) => return Ended::Stopped,
                }
            }
        };
        match next {
            None => return Ended::Complete,
            Some(Err(error)) => return Ended::Input(error),
            Some(Ok(record)) => {
                if let Err(error) = consumer.record(record) {
                    return Ended::Consumer(error);
                }
            }
        }
        // A run of ready records (all cached, say) must still hear a signal.
        if future::poll_fn(|context| Poll::Ready(stop.as_mut().poll(context).is_ready())).await {
            return Ended::Stopped;
        }
    }
}
