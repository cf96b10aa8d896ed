//! The run: ids in, records out, in order, as they are ready.

use std::cell::RefCell;
use std::io;
use std::task::Poll;

use futures::stream::{Stream, StreamExt};
use futures::{pin_mut, poll};

use super::change::{Change, Decision, State};
use super::desk::Desk;
use super::input::{Line, NoId};
use super::record::{Fate, Outcome, Record, Settled};
use super::turn::Turns;
use crate::client::{Client, ClientError};
use crate::model::problem::{Problem, ProblemKind};

/// What a run does with each id.
#[derive(Debug, Clone)]
pub enum Task {
    /// Shows the item.
    Show,
    /// Changes it.
    Update(Change),
    /// Says what a change would come to.
    DryRun(Change),
}

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
    /// Every id that was begun has its record.
    Complete,
    /// The list of ids can't be read any further.
    Input(io::Error),
    /// The consumer failed.
    Consumer(E),
}

/// Does the task for each id and gives the records out in the order of the
/// input. When `stop` comes no further id is begun; those that are under way
/// are finished, so that no change is made without a record of it.
///
/// When the service refuses the key or has no quota left, the ids after that are
/// answered `not_attempted`.
pub async fn run<C: Consumer>(
    client: &Client,
    desk: &Desk,
    task: &Task,
    ids: impl Stream<Item = Line>,
    concurrency: usize,
    stop: impl Future<Output = ()>,
    consumer: &mut C,
) -> Ended<C::Error> {
    let over: RefCell<Option<Problem>> = RefCell::new(None);
    let (over, turns) = (&over, &Turns::default());
    let records = ids
        .take_until(stop)
        .map(|line| async move {
            let id = match line? {
                Ok(id) => id,
                Err(NoId { given, reason }) => {
                    let problem = Problem::new(ProblemKind::Invalid, reason);
                    return Ok(task.failed(given, "error", problem));
                }
            };
            if let Some(problem) = over.borrow().clone() {
                return Ok(task.failed(Some(id), "not_attempted", problem));
            }
            let outcome = turns.take(&id, task.perform(client, desk, &id)).await;
            let record = Record {
                id: Some(id),
                outcome,
            };
            if let Some(problem) = record.problem().filter(|problem| ends_run(problem.kind)) {
                over.borrow_mut().get_or_insert_with(|| problem.clone());
            }
            Ok(record)
        })
        .buffered(concurrency);
    pin_mut!(records);
    loop {
        let next = match poll!(records.next()) {
            Poll::Ready(next) => next,
            Poll::Pending => {
                if let Err(error) = consumer.idle() {
                    return Ended::Consumer(error);
                }
                records.next().await
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
    }
}

/// Here the licence covers all items or none of them.
fn ends_run(kind: ProblemKind) -> bool {
    kind.ends_run() || kind == ProblemKind::Forbidden
}

impl Task {
    fn failed(&self, id: Option<String>, status: &'static str, problem: Problem) -> Record {
        let outcome = match self {
            Self::Show => Outcome::Missed(status, problem),
            Self::Update(_) | Self::DryRun(_) => Outcome::Failed {
                status,
                problem,
                from: None,
            },
        };
        Record { id, outcome }
    }

    async fn perform(&self, client: &Client, desk: &Desk, id: &str) -> Outcome {
        match self {
            Self::Show => match desk.item(client, id).await {
                Ok(item) => Outcome::Shown(item),
                Err(error) => {
                    let status = match error.kind {
                        ProblemKind::NotFound => "not_found",
                        _ => "error",
                    };
                    Outcome::Missed(status, error.into())
                }
            },
            Self::Update(change) => update(client, desk, id, change, false).await,
            Self::DryRun(change) => update(client, desk, id, change, true).await,
        }
    }
}

async fn update(client: &Client, desk: &Desk, id: &str, change: &Change, dry: bool) -> Outcome {
    let tags = change.concerns_tags();
    let failed = |problem: ClientError, from| Outcome::Failed {
        status: "error",
        problem: problem.into(),
        from,
    };
    let from = match desk.state(client, id, tags).await {
        Ok(state) => state,
        Err(error) => return failed(error, None),
    };
    let settled = |fate, to: State, reason| {
        Outcome::Settled(Settled {
            fate,
            from: from.clone(),
            to,
            tags,
            reason,
        })
    };
    match change.decide(&from) {
        Decision::Skip => settled(Fate::Skipped, from.clone(), Some(reason(change, &from))),
        Decision::Unchanged => settled(Fate::Unchanged, from.clone(), None),
        Decision::Write(write) if dry => settled(Fate::WouldUpdate, from.after(&write), None),
        Decision::Write(write) => match desk.write(client, id, &from, &write).await {
            Ok(to) => settled(Fate::Updated, to, None),
            Err(error) => failed(uncertain(error), from.status.clone()),
        },
    }
}

fn reason(change: &Change, from: &State) -> String {
    let expected = change.if_status.as_deref().unwrap_or_default();
    match &from.status {
        Some(status) => format!("the status is `{status}`, not `{expected}`"),
        None => format!("there is no status, so it is not `{expected}`"),
    }
}

/// A change whose answer was lost may have been made.
fn uncertain(error: ClientError) -> ClientError {
    let lost = matches!(
        error.kind,
        ProblemKind::Network | ProblemKind::Timeout | ProblemKind::Server | ProblemKind::Decode
    );
    if !lost {
        return error;
    }
    ClientError {
        message: format!(
            "{}; the change may have been made, and making it again is safe",
            error.message
        ),
        ..error
    }
}
