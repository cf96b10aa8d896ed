//! `gti alerts show`: show alerts.

use clap::Args;

use super::which::ProjectArgs;
use crate::commands::context::{Context, Whose};
use crate::commands::workflow::{IdArgs, Job, launch};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Members, Subject};
use crate::workflow::Desk;
use crate::workflow::Task;

/// Show alerts: priority, relevance and severity, with the reasons for each
///
/// Machine formats print each alert as the service has it; an id without one
/// has a record that says why.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    ids: IdArgs,
}

const EXAMPLES: &str = "\
Examples:
  gti alerts show 3f8c1c52-6f0e-4b7e-9d2b-5a3c9f0e1d42 --project gti-12345
  gti alerts list --state NEW | gti alerts show - -f text
  gti --sandbox alerts show alert-new --project demo";

/// The shape of its output.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "alerts show",
    columns: Columns(&[
        "name",
        "audit.createTime",
        "audit.updateTime",
        "state",
        "detail.detailType",
        "priorityAnalysis.priorityLevel",
        "relevanceAnalysis.relevanceLevel",
        "severityAnalysis.severityLevel",
        "displayName",
        "aiSummary",
        "findingCount",
        "etag",
        "error.kind",
        "error.message",
    ]),
    members: Members::Object,
    single: false,
    subject: Subject::Alerts,
};

/// Runs the command.
pub(super) async fn run(args: ShowArgs, cx: &mut Context) -> Result<Exit, Error> {
    let (whose, project) = Whose::alerts(args.project.project.as_ref(), cx)?;
    let job = Job {
        whose,
        desk: Desk::GtiAlerts(project),
        task: Task::Show,
        layout: LAYOUT,
    };
    launch(job, args.ids, cx).await
}
