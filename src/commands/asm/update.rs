//! `gti asm update`: send statuses and tags back.

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::project::ProjectArgs;
use crate::client::endpoints::asm::ISSUE_STATUSES;
use crate::commands::context::{Context, Whose};
use crate::commands::workflow::{CHANGED, ChangeArgs, IdArgs, Job, launch};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::Layout;
use crate::workflow::Task;

/// Set the status and the tags of issues
///
/// Each issue is read first, and only differences are written: one that needs no
/// change is answered `unchanged`. Tags are added and removed one by one; other
/// tags stay as they are.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct UpdateArgs {
    #[command(flatten)]
    ids: IdArgs,
    /// Set this status
    #[arg(long, value_name = "STATUS", ignore_case = true, value_parser = PossibleValuesParser::new(ISSUE_STATUSES))]
    status: Option<String>,
    /// Change only issues that still have this status; others are skipped
    #[arg(long, value_name = "STATUS", ignore_case = true, value_parser = PossibleValuesParser::new(ISSUE_STATUSES))]
    if_status: Option<String>,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    project: ProjectArgs,
}

const EXAMPLES: &str = "\
Examples:
  gti asm update \"$ID\" --status closed_mitigated
  gti asm update - --status open_triaged --if-status open_new --project 1001 < ids
  gti ingest asm --severity 1 | gti asm update - --status open_in_progress --dry-run";

pub(super) async fn run(args: UpdateArgs, cx: &mut Context) -> Result<Exit, Error> {
    let (status, if_status) = (args.status.as_deref(), args.if_status.as_deref());
    let change = args.change.change(status, if_status)?;
    let job = Job {
        whose: Whose::Api,
        desk: args.project.desk(),
        task: if args.change.dry_run {
            Task::DryRun(change)
        } else {
            Task::Update(change)
        },
        layout: Layout {
            command: "asm update",
            ..CHANGED
        },
    };
    launch(job, args.ids, cx).await
}
