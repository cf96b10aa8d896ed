//! `gti asm show`: show issues.

use clap::Args;

use super::project::ProjectArgs;
use crate::commands::context::{Context, Whose};
use crate::commands::workflow::{IdArgs, Job, launch};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Members, Subject};
use crate::workflow::Task;

/// Show issues with their details
///
/// Machine formats print each issue as the service has it; an id without one
/// has a record that says why.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    ids: IdArgs,
    #[command(flatten)]
    project: ProjectArgs,
}

const EXAMPLES: &str = "\
Examples:
  gti asm show \"$ID\"
  gti asm show \"$ID\" --project 1001 -f json --jq '.[].details.proof'
  gti ingest asm --severity 1 | gti asm show - -f text";

/// The shape of its output.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "asm show",
    columns: Columns(&[
        "id",
        "first_seen",
        "last_seen",
        "summary.status",
        "summary.severity",
        "summary.category",
        "name",
        "pretty_name",
        "entity_name",
        "entity_type",
        "collection",
        "tags",
        "error.kind",
        "error.message",
    ]),
    members: Members::Object,
    single: false,
    subject: Subject::Issues,
};

pub(super) async fn run(args: ShowArgs, cx: &mut Context) -> Result<Exit, Error> {
    let job = Job {
        whose: Whose::Api,
        desk: args.project.desk(),
        task: Task::Show,
        layout: LAYOUT,
    };
    launch(job, args.ids, cx).await
}
