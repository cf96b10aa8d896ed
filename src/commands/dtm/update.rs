//! `gti dtm update`: send statuses and tags back.

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::client::endpoints::dtm_alerts::ALERT_STATUSES;
use crate::commands::context::{Context, Whose};
use crate::commands::workflow::{CHANGED, ChangeArgs, IdArgs, Job, launch};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::Layout;
use crate::workflow::Desk;
use crate::workflow::Task;

/// Set the status and the tags of alerts
///
/// Each alert is read first, and only differences are written: one that needs no
/// change is answered `unchanged`. The service replaces tags as a whole, so they
/// are read, merged and written; other tags stay as they are.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct UpdateArgs {
    #[command(flatten)]
    ids: IdArgs,
    /// Set this status
    #[arg(long, value_name = "STATUS", ignore_case = true, value_parser = PossibleValuesParser::new(ALERT_STATUSES))]
    status: Option<String>,
    /// Change only alerts that still have this status; others are skipped
    #[arg(long, value_name = "STATUS", ignore_case = true, value_parser = PossibleValuesParser::new(ALERT_STATUSES))]
    if_status: Option<String>,
    #[command(flatten)]
    change: ChangeArgs,
}

const EXAMPLES: &str = "\
Examples:
  gti dtm update d2a7j39s70qdphllj1rg --status read
  gti dtm update - --status closed --if-status read --add-tag reviewed < ids
  gti ingest dtm --since 1h --severity high | gti dtm update - --status escalated
  gti dtm update - --status closed --dry-run < ids";

pub(super) async fn run(args: UpdateArgs, cx: &mut Context) -> Result<Exit, Error> {
    let (status, if_status) = (args.status.as_deref(), args.if_status.as_deref());
    let change = args.change.change(status, if_status)?;
    let job = Job {
        whose: Whose::Api,
        desk: Desk::Alerts,
        task: if args.change.dry_run {
            Task::DryRun(change)
        } else {
            Task::Update(change)
        },
        layout: Layout {
            command: "dtm update",
            ..CHANGED
        },
    };
    launch(job, args.ids, cx).await
}
