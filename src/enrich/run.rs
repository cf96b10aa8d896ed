//! The run: inputs in, records out, in order, as they are ready.

use std::cell::RefCell;
use std::task::Poll;

use futures::future::{Either, select};
use futures::stream::{Stream, StreamExt};
use futures::{future, pin_mut, poll};

use super::input::Line;
use super::lookup::{look_up, recognise};
use super::plan::Plan;
use super::record::{Outcome, Record, Status};
use crate::client::Client;
use crate::model::problem::Problem;

/// Look-ups beyond those in flight that may be done or waiting, so that a slow
/// one in front does not leave the connections idle at once.
const READ_ON: usize = 16;

/// What answers one input.
pub trait Answered {
    /// What went wrong, if anything did.
    fn problem(&self) -> Option<&Problem>;
}

/// Takes the records of a run.
pub trait Consumer<R = Record> {
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
    Input(std::io::Error),
    /// The consumer failed.
    Consumer(E),
}

/// Looks every input up and gives the records out in the order of the input.
///
/// As [`run_with`], with the reports that the plan asks for.
pub async fn run<C: Consumer>(
    client: &Client,
    plan: &Plan,
    inputs: impl Stream<Item = Line>,
    concurrency: usize,
    stop: impl Future<Output = ()>,
    consumer: &mut C,
) -> Ended<C::Error> {
    let answer = async |line: String, over: Option<Problem>| {
        let (ioc, indicator) = match recognise(line, plan) {
            Ok(recognised) => recognised,
            Err(record) => return record,
        };
        match over {
            None => look_up(client, plan, ioc, indicator).await,
            Some(problem) => Record {
                ioc,
                indicator: Some(indicator),
                outcome: Outcome::Failed(Status::NotAttempted, problem),
            },
        }
    };
    run_with(client, inputs, concurrency, stop, consumer, answer).await
}

/// Answers every input and gives the answers out in the order of the input.
///
/// Only a few more than `concurrency` answers are held, so memory does not grow
/// with the input; a slow one in front holds back only those. When the service
/// refuses the key or has no quota left, `answer` is told so for the inputs after
/// that, which nobody is to be asked about.
pub async fn run_with<R: Answered, C: Consumer<R>>(
    client: &Client,
    inputs: impl Stream<Item = Line>,
    concurrency: usize,
    stop: impl Future<Output = ()>,
    consumer: &mut C,
    answer: impl AsyncFn(String, Option<Problem>) -> R,
) -> Ended<C::Error> {
    let over: RefCell<Option<Problem>> = RefCell::new(None);
    let (over, answer) = (&over, &answer);
    let records = inputs
        .map(|line| async move {
            let met = over.borrow().clone();
            let record = answer(line?, met).await;
            if let Some(problem) = record.problem().filter(|problem| problem.kind.ends_run()) {
                over.borrow_mut().get_or_insert_with(|| problem.clone());
                // Those that wait for their turn would only meet it as well.
                client.close(problem.clone().into());
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
