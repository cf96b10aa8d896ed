//! `gti ingest alerts`.

use clap::Args;

use super::options::IngestOptions;
use super::session::{About, by_time};
use crate::client::Client;
use crate::commands::alerts::which::{COLUMNS, ProjectArgs, WhichArgs};
use crate::commands::context::{Context, Whose};
use crate::feed::SendBack;
use crate::feed::sources::alerts::Changed;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Layout, Members, Subject, row};

/// GTI Alerts
///
/// Each record is an alert as the service sends it, in the order of their last
/// change. Without --updates an alert is a record once, however often it changes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AlertsArgs {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    which: WhichArgs,
    /// Alerts a page [default: 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    page_size: Option<u16>,
    /// Also alerts that changed: each version of an alert, by its etag, is a record
    #[arg(long)]
    updates: bool,
    #[command(flatten)]
    options: IngestOptions,
}

const EXAMPLES: &str = "\
Examples:
  gti ingest alerts --project gti-12345 --since 7d --min-priority high
  gti ingest alerts --checkpoint soc -o alerts.jsonl                (from cron)
  gti ingest alerts --checkpoint sync --updates | jq -c '{name, state, etag}'
  gti ingest alerts --filter 'detail.detail_type = \"data_leak\"' --follow
  gti --sandbox ingest alerts --project demo --since 24h";

/// The shape of its output.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "ingest alerts",
    columns: COLUMNS,
    members: Members::Object,
    single: false,
    subject: Subject::Alerts,
};

/// Runs the command.
pub(super) async fn run(args: AlertsArgs, cx: &mut Context) -> Result<Exit, Error> {
    let options = &args.options;
    let (whose, project) = Whose::alerts(args.project.project.as_ref(), cx)?;
    let which = args.which.which(&project, args.page_size)?;
    let changed = Changed::new(which, args.updates);
    let start = changed.start(&options.window((cx.clock)())?);
    let about = About {
        feed: "alerts",
        whose,
        filters: changed.filters(),
        layout: LAYOUT,
        view: row::gti_alert,
    };
    let back = |changed: &Changed, client: &Client| {
        SendBack::of_gti_alerts(client, changed.project().clone())
    };
    by_time(cx, about, start, options, changed, Some(back)).await
}
