//! Waiting for an analysis to be complete, and for its report to be there.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::found::Found;
use super::plan::{Plan, Waiting};
use super::polling::{self, Schedule, Step};
use super::record::{Record, Stage};
use crate::client::Client;
use crate::client::endpoints::analyses::{Analysis, Item};
use crate::model::error::{Error, ErrorKind};
use crate::model::indicator::Kind;

/// Asks once how a submission is getting on, and for the report if it is done.
pub(super) async fn look(client: &Client, plan: &Plan, mut record: Record) -> Record {
    let submitted = record.kind;
    let looked = match ask(client, plan, submitted, &mut record).await {
        Ok(Step::Done) => fetch(client, plan, &record).await,
        Ok(Step::Wait) => Ok(Stage::Submitted),
        Ok(Step::Broken) => Ok(broken()),
        Err(error) => Err(error),
    };
    record.with(looked.unwrap_or_else(Stage::failed))
}

/// Waits for the report on a submission. `at_once` asks before the first pause:
/// for an analysis that was begun earlier.
pub(super) async fn wait(
    client: &Client,
    plan: &Plan,
    waiting: Waiting,
    at_once: bool,
    mut record: Record,
) -> Record {
    let mut course = Course {
        begun: Instant::now(),
        schedule: Schedule::new(waiting.interval),
        limit: waiting.limit,
        troubles: 0,
    };
    if !at_once && !course.pause(client).await {
        return record.with(Stage::TimedOut);
    }
    // Without an id there is no analysis to ask about: the service has begun
    // one before and says only that. Its report is what there is to wait for,
    // and may be long in coming.
    let nameless = record.analysis_id.is_none();
    let mut done = nameless;
    let submitted = record.kind;
    // The soft minute begins anew with each thing that is asked for.
    let mut since = Instant::now();
    // Who has just submitted something has heard the service.
    let mut heard = !at_once;
    loop {
        let asked = if done {
            fetch(client, plan, &record).await.map(Some)
        } else {
            match ask(client, plan, submitted, &mut record).await {
                Ok(Step::Done) => {
                    (done, since, heard) = (true, Instant::now(), true);
                    continue;
                }
                Ok(Step::Broken) => Ok(Some(broken())),
                Ok(Step::Wait) => Ok(None),
                Err(error) => Err(error),
            }
        };
        match asked {
            Ok(Some(stage)) => return record.with(stage),
            Ok(None) => (course.troubles, heard) = (0, true),
            Err(error) if nameless && error.kind == ErrorKind::NotFound => course.troubles = 0,
            Err(error) if polling::bears(&error, since.elapsed(), course.troubles, heard) => {
                tracing::info!(%error, target = record.target, "asking again later");
                course.troubles += 1;
            }
            Err(error) => return record.with(Stage::failed(error)),
        }
        if !course.pause(client).await {
            return record.with(Stage::TimedOut);
        }
        // A wait outlasts an outage that a single request does not.
        if course.troubles > 0 && client.closed().is_some() {
            client.reopen();
        }
    }
}

/// Where a wait stands.
struct Course {
    begun: Instant,
    schedule: Schedule,
    limit: Duration,
    troubles: u32,
}

impl Course {
    /// Pauses before the next poll; false when the time is up. The last pause
    /// is cut short, so that the last poll is made at the very end; so is each once
    /// the key is refused.
    async fn pause(&mut self, client: &Client) -> bool {
        let left = self.limit.saturating_sub(self.begun.elapsed());
        if left.is_zero() {
            return false;
        }
        tokio::select! {
            () = sleep(self.schedule.pause().min(left)) => {}
            // The next poll says why.
            () = client.ended() => {}
        }
        true
    }
}

/// Asks how the analysis is getting on, and notes what it is about.
async fn ask(
    client: &Client,
    plan: &Plan,
    submitted: Option<Kind>,
    record: &mut Record,
) -> Result<Step, Error> {
    let id = record.analysis_id.clone().unwrap_or_default();
    let asked = client.analysis(plan.visibility, &id, submitted);
    let Analysis { status, item } = asked.await?;
    if let Some(Item { kind, id }) = item {
        record.kind = Some(kind);
        record.id = Some(id);
    }
    plan.watcher.status(&record.target, &status);
    tracing::debug!(target = record.target, status, "polled");
    Ok(polling::of_status(&status))
}

async fn fetch(client: &Client, plan: &Plan, record: &Record) -> Result<Stage, Error> {
    let (Some(kind), Some(id)) = (record.kind, record.id.clone()) else {
        return Err(Error::new(
            ErrorKind::Decode,
            "the analysis is complete, but does not say what it is about",
        ));
    };
    let found = Found::fetch(client, plan, &Item { kind, id }).await?;
    Ok(Stage::Completed(Box::new(found)))
}

fn broken() -> Stage {
    Stage::Failed(Error::new(
        ErrorKind::Invalid,
        "the service cannot analyse it: it is damaged or of an unsupported type",
    ))
}
