//! The job of alerts and issues: shows each, or changes it.

use super::change::{Change, Decision, State};
use super::desk::Desk;
use super::input::NoId;
use super::record::{Asked, Done, Effect, Record, Settled};
use super::turn::Turns;
use crate::bulk::{self, Note, OnStop, Outcome, Status};
use crate::client::Client;
use crate::model::error::{Error, ErrorKind};

/// Changes under way at most: the service takes them one by one.
const CHANGES: usize = 4;

/// What a run does with each id.
#[derive(Debug, Clone)]
pub(crate) enum Task {
    /// Shows the item.
    Show,
    /// Changes it.
    Update(Change),
    /// Says what a change would come to.
    DryRun(Change),
}

/// A task, and where it is done.
pub(crate) struct Work {
    desk: Desk,
    task: Task,
    turns: Turns,
}

impl Work {
    /// A task at a desk.
    pub(crate) fn new(desk: Desk, task: Task) -> Self {
        Self {
            desk,
            task,
            turns: Turns::default(),
        }
    }

    async fn perform(
        &self,
        client: &Client,
        id: &str,
        note: &Note<'_, Record>,
    ) -> (Asked, Outcome<Done>) {
        let desk = &self.desk;
        match &self.task {
            Task::Show => (Asked::Show, desk.item(client, id).await.into()),
            Task::Update(change) => update(client, desk, id, change, Some(note)).await,
            Task::DryRun(change) => update(client, desk, id, change, None).await,
        }
    }
}

impl bulk::Job for Work {
    type Input = Result<String, NoId>;
    type Record = Record;

    async fn answer(
        &self,
        client: &Client,
        input: Result<String, NoId>,
        note: &Note<'_, Record>,
    ) -> Record {
        match input {
            Ok(id) => {
                let work = self.perform(client, &id, note);
                let (asked, outcome) = self.turns.take(&id, work).await;
                let record = Record {
                    id: Some(id),
                    asked,
                    outcome,
                };
                if matches!(self.task, Task::Update(_)) {
                    // Others may be in front of it: its turn can come after the end.
                    note.write(record.clone());
                }
                record
            }
            Err(NoId { given, reason }) => Record {
                id: given,
                asked: match &self.task {
                    Task::Show => Asked::Show,
                    Task::Update(_) | Task::DryRun(_) => Asked::Change(None),
                },
                outcome: Outcome::Failed(Status::Error, Error::new(ErrorKind::Invalid, reason)),
            },
        }
    }

    fn on_stop(&self) -> OnStop {
        match self.task {
            Task::Show | Task::DryRun(_) => OnStop::Drop,
            Task::Update(_) => OnStop::Finish,
        }
    }

    fn width(&self, concurrency: usize) -> usize {
        match self.task {
            Task::Show | Task::DryRun(_) => bulk::look_ups(concurrency),
            Task::Update(_) => concurrency.min(CHANGES),
        }
    }
}

/// Reads an item, decides, and writes what differs, which is noted before it is
/// begun; with what the item was like before, where that is known. Without a note it
/// is a dry run.
async fn update(
    client: &Client,
    desk: &Desk,
    id: &str,
    change: &Change,
    note: Option<&Note<'_, Record>>,
) -> (Asked, Outcome<Done>) {
    let tags = change.concerns_tags();
    let from = match desk.state(client, id, change.needs()).await {
        Ok(state) => state,
        Err(error) => return (Asked::Change(None), unread(error)),
    };
    let settled = |effect, to: State, reason| {
        Outcome::Done(Done::Settled(Settled {
            effect,
            to,
            tags,
            reason,
        }))
    };
    let outcome = match change.decide(&from) {
        Decision::Skip => settled(Effect::Skipped, from.clone(), Some(reason(change, &from))),
        Decision::Unchanged => settled(Effect::Unchanged, from.clone(), None),
        Decision::Write(write) => match note {
            None => settled(Effect::WouldUpdate, from.after(&write), None),
            Some(note) => {
                note.write(Record {
                    id: Some(id.to_owned()),
                    asked: Asked::Change(from.status.clone()),
                    outcome: failed(Error::cut_off()),
                });
                match desk.write(client, id, &from, &write).await {
                    Ok(to) => settled(Effect::Updated, to, None),
                    Err(error) => failed(error),
                }
            }
        },
    };
    (Asked::Change(from.status), outcome)
}

/// An item that could not be read, to be changed. That there is none is then a
/// failure, and no answer.
fn unread(error: Error) -> Outcome<Done> {
    let status = match Status::of(&error) {
        Status::NotFound => Status::Error,
        other => other,
    };
    Outcome::Failed(status, error)
}

fn reason(change: &Change, from: &State) -> String {
    let [expected, status] =
        [&change.if_status, &from.status].map(|status| status.as_deref().unwrap_or_default());
    format!("the status is `{status}`, not `{expected}`")
}

/// A change that failed. One whose answer was lost may have been made.
fn failed(error: Error) -> Outcome<Done> {
    let error = if error.unconfirmed {
        Error {
            message: format!(
                "{}; the change may have been made, and making it again is safe",
                error.message
            ),
            ..error
        }
    } else {
        error
    };
    Outcome::Failed(Status::Error, error)
}
