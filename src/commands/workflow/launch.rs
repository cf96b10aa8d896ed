//! Runs a task over ids, and tells how it ended.

use super::ids::IdArgs;
use super::output::{Done, Printer};
use crate::commands::context::Context;
use crate::commands::output_file::Contents;
use crate::error::{Exit, Failure};
use crate::model::problem::ProblemKind;
use crate::output::{Columns, Layout};
use crate::workflow::Desk;
use crate::workflow::run::{Ended, Task, run};

/// Changes in flight at most: the service takes them one by one.
const CHANGES: usize = 4;

/// The columns of changes.
const CHANGED: Columns = Columns(&[
    "id",
    "from",
    "to",
    "status",
    "tags",
    "reason",
    "error.kind",
    "error.message",
]);

/// What to do, with which items.
pub(crate) struct Job {
    /// The command as it is typed.
    pub(crate) command: &'static str,
    /// Alerts or issues.
    pub(crate) desk: Desk,
    /// What to do with each.
    pub(crate) task: Task,
    /// The columns of an item that is shown.
    pub(crate) columns: Columns,
}

/// Does it.
pub(crate) async fn launch(job: Job, ids: IdArgs, cx: &mut Context) -> Result<Exit, Failure> {
    let Job {
        command,
        desk,
        task,
        columns,
    } = job;
    let shows = matches!(task, Task::Show);
    let total = ids.count();
    let ids = ids.open(cx)?;
    let layout = Layout {
        command,
        columns: if shows { columns } else { CHANGED },
        single: false,
        stix: false,
    };
    if let Task::Update(_) = task {
        cx.records_are(Contents::Changes);
    }
    let output = cx.output(layout)?;
    let client = cx.client(None)?;
    let concurrency = cx.settings.concurrency.get();
    let (verb, concurrency) = match &task {
        Task::Show => ("shown", concurrency),
        Task::DryRun(_) => ("checked", concurrency),
        Task::Update(_) => ("updated", concurrency.min(CHANGES)),
    };
    let progress = cx.ui.progress(total, verb, cx.writes_file());
    let mut printer = Printer::new(output, desk.clone(), progress);
    let stop = cx.signals.wait();
    let ended = run(&client, &desk, &task, ids, concurrency, stop, &mut printer).await;
    match ended {
        Ended::Complete => {
            let stopped = cx.signals.seen();
            let done = printer.finish(stopped.is_none())?;
            if let Some(exit) = stopped {
                cx.ui
                    .note(&format!("stopped after {} records", done.tally.total()));
                return Ok(exit);
            }
            let exit = done.tally.exit(client.closed().map(|error| error.kind));
            report(cx, done);
            Ok(exit)
        }
        Ended::Input(error) => {
            printer.finish(false)?;
            let failure = Failure::new(ProblemKind::State, format!("the input broke off: {error}"));
            Err(failure.hinting("what was read before it has its record; run again with the rest"))
        }
        Ended::Consumer(failure) => {
            // What was written so far is still to be a document. A second
            // failure, like that of the same closed pipe, says nothing new.
            let _ = printer.finish(false);
            Err(failure)
        }
    }
}

/// Says on standard error what ended the run, or what failed when there was but
/// one thing to do; the records say the rest.
fn report(cx: &Context, done: Done) {
    if let Some(failure) = &done.unprinted {
        cx.tell(failure);
    }
    let tally = done.tally;
    let Some((kind, failure)) = done.first else {
        return;
    };
    if kind.ends_run() || kind == ProblemKind::Forbidden || tally.total() == 1 {
        cx.tell(&cx.explain(failure));
    } else if tally.failures() > 0 {
        cx.ui.note(&format!(
            "{} of {} failed; their records say why",
            tally.failures(),
            tally.total()
        ));
    }
}
