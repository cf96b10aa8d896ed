//! The job of alerts and issues: shows each, or changes it.

use super::change::{Change, Decision, State};
use super::desk::Desk;
use super::input::{Item, NoId};
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
        item: &Item,
        note: &Note<'_, Record>,
    ) -> (Asked, Outcome<Done>) {
        let desk = &self.desk;
        match &self.task {
            Task::Show => (Asked::Show, desk.item(client, &item.id).await.into()),
            Task::Update(change) => update(client, desk, item, change, Some(note)).await,
            Task::DryRun(change) => update(client, desk, item, change, None).await,
        }
    }

    /// The record of what cannot be an item here.
    fn refused(&self, id: Option<String>, error: Error) -> Record {
        Record {
            id,
            asked: match &self.task {
                Task::Show => Asked::Show,
                Task::Update(_) | Task::DryRun(_) => Asked::Change(None),
            },
            outcome: Outcome::Failed(Status::Error, error),
        }
    }
}

impl bulk::Job for Work {
    type Input = Result<Item, NoId>;
    type Record = Record;

    async fn answer(
        &self,
        client: &Client,
        input: Result<Item, NoId>,
        note: &Note<'_, Record>,
    ) -> Record {
        match input {
            Ok(item) => {
                let item = match self.desk.id(&item.id) {
                    Ok(id) => Item { id, ..item },
                    Err(error) => return self.refused(Some(item.id), error),
                };
                let work = self.perform(client, &item, note);
                let id = item.id.clone();
                let (asked, outcome) = Box::pin(self.turns.take(&id, work)).await;
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
            Err(NoId { given, reason }) => {
                self.refused(given, Error::new(ErrorKind::Invalid, reason))
            }
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
    Item { id, etag }: &Item,
    change: &Change,
    note: Option<&Note<'_, Record>>,
) -> (Asked, Outcome<Done>) {
    let tags = change.concerns_tags();
    let seen = etag.as_deref().filter(|_| desk.has_versions());
    let from = match desk.state(client, id, change.needs(seen)).await {
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
    let outcome = match change.decide(&from, seen) {
        Decision::Skip => {
            let reason = reason(desk, change, &from);
            settled(Effect::Skipped, from.clone(), Some(reason))
        }
        Decision::Overtaken => settled(Effect::Skipped, from.clone(), Some(overtaken(&from))),
        Decision::Unchanged => settled(Effect::Unchanged, from.clone(), None),
        Decision::Write(write) => match note {
            None => settled(Effect::WouldUpdate, from.after(&write), None),
            Some(note) => {
                note.write(Record {
                    id: Some(id.clone()),
                    asked: Asked::Change(from.status.clone()),
                    outcome: failed(Error::cut_off()),
                });
                match desk.write(client, id, &from, &write).await {
                    Ok(to) => settled(Effect::Updated, to, None),
                    Err(error) if is_overtaken(&error) => {
                        // The change was not made; who was faster is worth a look.
                        let now = desk.state(client, id, change.needs(None)).await;
                        let now = now.unwrap_or_else(|_| from.clone());
                        let reason = overtaken(&now);
                        settled(Effect::Skipped, now, Some(reason))
                    }
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

/// Whether the service says that somebody else was faster.
fn is_overtaken(error: &Error) -> bool {
    error.code.as_deref() == Some("ABORTED")
}

/// Says who was faster, as far as that is known.
fn overtaken(now: &State) -> String {
    let by = now.version.by.as_deref().unwrap_or("somebody else");
    let since = now.version.since.as_ref();
    let since = since.map_or_else(String::new, |since| format!(" at {since}"));
    let state = now.status.as_deref().unwrap_or("not told");
    format!("it was changed by {by}{since}: its state is now `{state}`")
}

fn reason(desk: &Desk, change: &Change, from: &State) -> String {
    let [expected, status] =
        [&change.if_status, &from.status].map(|status| status.as_deref().unwrap_or_default());
    format!("the {} is `{status}`, not `{expected}`", desk.status())
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
