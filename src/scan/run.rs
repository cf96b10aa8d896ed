//! The run: targets in, records out, in order, as they are ready.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::task::Poll;

use futures::future::{Either, select};
use futures::stream::{Stream, StreamExt};
use futures::{pin_mut, poll};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::flow;
use super::plan::Plan;
use super::record::{Outcome, Record};
use super::target::Target;
use crate::client::Client;
use crate::model::problem::Problem;

/// Takes the records of a run.
pub trait Consumer {
    /// What can go wrong with taking them.
    type Error;

    /// Takes the next record.
    fn record(&mut self, record: Record) -> Result<(), Self::Error>;

    /// The run is about to wait: what was taken should be seen now.
    fn idle(&mut self) -> Result<(), Self::Error>;
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended<E> {
    /// Every target has its record.
    Complete,
    /// `stop` came first. What was submitted by then has its record.
    Stopped,
    /// The list of targets can't be read any further.
    Input(io::Error),
    /// The consumer failed.
    Consumer(E),
}

/// Targets under way for each request in flight: most of a target's time is
/// waiting for an analysis, which holds up no other.
const UNDER_WAY: usize = 8;

/// What is known of the targets under way, so that an interrupted run can still
/// say what it has submitted.
pub(super) struct Board {
    submitted: RefCell<BTreeMap<usize, Record>>,
    reading: Semaphore,
}

/// A target's place on the board.
pub(super) struct Desk<'a> {
    board: &'a Board,
    number: usize,
}

impl Desk<'_> {
    /// Notes what is known of the target.
    pub(super) fn lay_down(&self, record: &Record) {
        let mut submitted = self.board.submitted.borrow_mut();
        submitted.insert(self.number, record.clone());
    }

    /// Waits for the turn to read a file outside of an upload.
    pub(super) async fn read(&self) -> SemaphorePermit<'_> {
        self.board
            .reading
            .acquire()
            .await
            .expect("the semaphore is never closed")
    }
}

/// Takes every target all the way and gives the records out in the order of the
/// targets.
///
/// When the service refuses the key or has no quota left, the targets after
/// that are not sent. When `stop` completes, the records of what was submitted
/// by then are given out as they stand.
pub async fn run<C: Consumer>(
    client: &Client,
    plan: &Plan,
    targets: impl Stream<Item = io::Result<Target>>,
    concurrency: usize,
    stop: impl Future<Output = ()>,
    consumer: &mut C,
) -> Ended<C::Error> {
    let board = Board {
        submitted: RefCell::default(),
        reading: Semaphore::new(concurrency),
    };
    let over: RefCell<Option<Problem>> = RefCell::new(None);
    let (board, over) = (&board, &over);
    let records = targets
        .enumerate()
        .map(|(number, target)| async move {
            let record = one(client, plan, target?, &Desk { board, number }, over).await;
            Ok((number, record))
        })
        .buffered(concurrency.saturating_mul(UNDER_WAY));
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
                    Either::Right(((), _)) => return stopped(board, consumer),
                }
            }
        };
        match next {
            None => return Ended::Complete,
            Some(Err(error)) => return Ended::Input(error),
            Some(Ok((number, record))) => {
                board.submitted.borrow_mut().remove(&number);
                if let Err(error) = consumer.record(record) {
                    return Ended::Consumer(error);
                }
            }
        }
    }
}

async fn one(
    client: &Client,
    plan: &Plan,
    target: Target,
    desk: &Desk<'_>,
    over: &RefCell<Option<Problem>>,
) -> Record {
    if let Some(problem) = over.borrow().clone()
        && target.subject.is_ok()
    {
        return Record {
            kind: target.kind(),
            target: target.given,
            visibility: plan.visibility,
            analysis_id: None,
            id: None,
            outcome: Outcome::Failed(Problem {
                message: format!("not sent, for the run was over: {}", problem.message),
                ..problem
            }),
        };
    }
    let record = flow::take(client, plan, target, desk).await;
    // Others may be in front of it: its turn can come after the end.
    desk.lay_down(&record);
    if let Some(problem) = record.problem().filter(|problem| problem.kind.ends_run()) {
        over.borrow_mut().get_or_insert_with(|| problem.clone());
    }
    record
}

/// Gives out what is known: the ids would be lost otherwise.
fn stopped<C: Consumer>(board: &Board, consumer: &mut C) -> Ended<C::Error> {
    for (_, record) in board.submitted.take() {
        if let Err(error) = consumer.record(record) {
            return Ended::Consumer(error);
        }
    }
    Ended::Stopped
}
