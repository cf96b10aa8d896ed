//! The job of a scan: takes every target all the way.

use tokio::sync::{Semaphore, SemaphorePermit};

use super::flow;
use super::plan::Plan;
use super::record::{Record, Stage};
use super::target::Target;
use crate::bulk::{Job, Note, OnStop};
use crate::client::Client;

/// Targets under way for each request in flight: most of a target's time is
/// waiting for an analysis, which holds up no other.
const UNDER_WAY: usize = 8;

/// Takes every target all the way.
pub(crate) struct Scan {
    pub(super) plan: Plan,
    readers: Semaphore,
}

impl Scan {
    /// A scan that reads as many files at once.
    pub(crate) fn new(plan: Plan, readers: usize) -> Self {
        Self {
            plan,
            readers: Semaphore::new(readers),
        }
    }

    /// Waits for the turn to read a file outside of an upload.
    pub(super) async fn read(&self) -> SemaphorePermit<'_> {
        self.readers
            .acquire()
            .await
            .expect("the semaphore is never closed")
    }
}

impl Job for Scan {
    type Input = Target;
    type Record = Record;

    async fn answer(&self, client: &Client, target: Target, note: &Note<'_, Record>) -> Record {
        let record = Record::new(&target, self.plan.visibility);
        let subject = match (target.subject, client.closed()) {
            (Err(problem), _) => return record.with(Stage::Failed(problem)),
            (Ok(_), Some(reason)) => return record.with(Stage::not_sent(reason)),
            (Ok(subject), None) => subject,
        };
        let record = flow::take(client, self, subject, record, note).await;
        // Others may be in front of it: its turn can come after the end.
        note.write(record.clone());
        record
    }

    fn on_stop(&self) -> OnStop {
        OnStop::Report
    }

    fn width(&self, concurrency: usize) -> usize {
        concurrency.saturating_mul(UNDER_WAY)
    }
}
