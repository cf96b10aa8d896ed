//! Runs a task over ids, and tells how it ended.

use super::ids::IdArgs;
use crate::bulk::Printer;
use crate::commands::bulk;
use crate::commands::context::{Context, Whose};
use crate::commands::members;
use crate::commands::output_file::Contents;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Subject};
use crate::workflow::{Desk, Task, Work};

/// The shape of what a change has to say.
pub(in crate::commands) const CHANGED: Layout = Layout {
    command: "update",
    columns: Columns(&[
        "id",
        "from",
        "to",
        "status",
        "tags",
        "reason",
        "error.kind",
        "error.message",
    ]),
    members: members::runs::CHANGED,
    single: false,
    subject: Subject::Program,
};

/// What to do, with which items.
pub(crate) struct Job {
    /// Alerts or issues.
    pub(crate) desk: Desk,
    /// What to do with each.
    pub(crate) task: Task,
    /// The service that is asked.
    pub(crate) whose: Whose,
    /// The shape of its output.
    pub(crate) layout: Layout,
}

/// Does it.
pub(crate) async fn launch(job: Job, ids: IdArgs, cx: &mut Context) -> Result<Exit, Error> {
    let Job {
        desk,
        task,
        whose,
        layout,
    } = job;
    let total = ids.count();
    let ids = ids.open(cx)?;
    if let Task::Update(_) = task {
        cx.records_are(Contents::Changes);
    }
    let output = cx.output(layout)?;
    let client = cx.client_of(&whose)?;
    let verb = match &task {
        Task::Show => "shown",
        Task::DryRun(_) => "checked",
        Task::Update(_) => "updated",
    };
    let progress = cx.ui.progress(total, verb, cx.writes_file());
    let printer = Printer::new(output, progress).telling(cx.teller());
    let work = Work::new(desk, task);
    bulk::run(cx, &client, &work, ids, printer).await
}
