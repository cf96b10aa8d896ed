//! `gti alerts list`.

use clap::Args;

use super::which::{COLUMNS, ProjectArgs, WhichArgs};
use crate::client::endpoints::gti_alerts::LARGEST_PAGE;
use crate::commands::context::{Context, Whose};
use crate::commands::found::print_pages;
use crate::commands::limit::Limit;
use crate::deliver::Emitted;
use crate::feed::When;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Layout, Members, Subject, row};

/// List GTI Alerts, the last changed first
///
/// Records are the alerts as the service sends them. `gti ingest alerts` reads each
/// once and remembers where it was.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    which: WhichArgs,
    /// Changed since: a time ago (24h, 7d), a day, or RFC 3339
    #[arg(long, value_name = "WHEN")]
    since: Option<When>,
    /// Changed until
    #[arg(long, value_name = "WHEN")]
    until: Option<When>,
    #[command(flatten)]
    limit: Limit,
}

const EXAMPLES: &str = "\
Examples:
  gti alerts list --state NEW --min-priority high
  gti alerts list --filter 'detail.detail_type = \"data_leak\"' --since 7d --all -f csv
  gti alerts list --state NEW --jq .name | gti alerts show -
  gti --sandbox alerts list --project demo   (simulated data, no key needed)";

/// The shape of its output.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "alerts list",
    columns: COLUMNS,
    members: Members::Object,
    single: false,
    subject: Subject::Alerts,
};

/// Runs the command.
pub(super) async fn run(args: ListArgs, cx: &mut Context) -> Result<Exit, Error> {
    let limit = args.limit.most();
    // As few alerts as are asked for, where one page holds them.
    let size = limit.and_then(|limit| u16::try_from(limit).ok());
    let size = size.filter(|size| *size <= LARGEST_PAGE);
    let (whose, project) = Whose::alerts(args.project.project.as_ref(), cx)?;
    let which = args.which.which(&project, size)?;
    let now = (cx.clock)();
    let [since, until] = [args.since, args.until].map(|when| when.map(|it| it.seen_from(now)));
    let alerts = which.within(since, until, "audit.update_time desc");
    let output = cx.output(LAYOUT)?;
    let client = cx.client_of(&whose)?;
    let pages = client.pages(alerts.pages(), None);
    print_pages(cx, output, pages, limit, |output, item, _| {
        output.record(&Emitted {
            json: item,
            identity: None,
            view: row::gti_alert,
        })
    })
    .await
}
