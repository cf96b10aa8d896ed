//! `gti dtm show`: show alerts.

use clap::Args;

use crate::commands::context::{Context, Whose};
use crate::commands::workflow::{IdArgs, Job, launch};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Members, Subject};
use crate::workflow::Desk;
use crate::workflow::Task;

/// Show alerts, with the documents that raised them
///
/// Machine formats print each alert as the service has it; an id without one
/// has a record that says why.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    ids: IdArgs,
}

const EXAMPLES: &str = "\
Examples:
  gti dtm show d2a7j39s70qdphllj1rg
  gti dtm show d2a7j39s70qdphllj1rg -f json --jq '.[].doc.body'
  gti ingest dtm --since 1h --severity high | gti dtm show - -f text";

/// The shape of its output.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "dtm show",
    columns: Columns(&[
        "id",
        "created_at",
        "updated_at",
        "status",
        "alert_type",
        "severity",
        "indicator_mscore",
        "confidence",
        "monitor_id",
        "title",
        "alert_summary",
        "tags",
        "error.kind",
        "error.message",
    ]),
    members: Members::Object,
    single: false,
    subject: Subject::Alerts,
};

pub(super) async fn run(args: ShowArgs, cx: &mut Context) -> Result<Exit, Error> {
    let job = Job {
        whose: Whose::Api,
        desk: Desk::Alerts,
        task: Task::Show,
        layout: LAYOUT,
    };
    launch(job, args.ids, cx).await
}
