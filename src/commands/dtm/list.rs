//! `gti dtm list`.

use clap::Args;

use super::filter::{AlertArgs, COLUMNS};
use crate::client::endpoints::dtm_alerts::{AlertOrder, MOST_WITH_REFS, MOST_WITHOUT_REFS};
use crate::commands::context::Context;
use crate::commands::found::print_pages;
use crate::commands::limit::Limit;
use crate::deliver::Emitted;
use crate::feed::When;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Layout, Members, Subject, row};

/// List alerts of Digital Threat Monitoring, newest first
///
/// Records are the alerts as the service sends them. `gti ingest dtm` reads each once
/// and remembers where it was.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    which: AlertArgs,
    /// Created since: a time ago (24h, 7d), a day, or RFC 3339
    #[arg(long, value_name = "WHEN")]
    since: Option<When>,
    /// Created until
    #[arg(long, value_name = "WHEN")]
    until: Option<When>,
    #[command(flatten)]
    limit: Limit,
}

const EXAMPLES: &str = "\
Examples:
  gti dtm list --severity high --status new
  gti dtm list --since 7d --all -f csv -o alerts.csv
  gti dtm list --search 'example.com' --jq .id | gti dtm show -
  gti --sandbox dtm list               (simulated data, no key needed)";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "dtm list",
    columns: COLUMNS,
    members: Members::Object,
    single: false,
    subject: Subject::Alerts,
};

pub(super) async fn run(args: ListArgs, cx: &mut Context) -> Result<Exit, Error> {
    let limit = args.limit.most();
    let most = if args.which.refs() {
        MOST_WITH_REFS
    } else {
        MOST_WITHOUT_REFS
    };
    // As few alerts as are asked for, where one page holds them.
    let size = limit.and_then(|limit| u8::try_from(limit).ok());
    let alerts = args.which.alerts(size.map(|size| size.min(most)))?;
    let now = (cx.clock)();
    let [since, until] = [args.since, args.until].map(|when| when.map(|it| it.seen_from(now)));
    let output = cx.output(LAYOUT)?;
    let client = cx.client(None)?;
    let pages = client.pages(alerts.pages(AlertOrder::NewestFirst, since, until), None);
    print_pages(cx, output, pages, limit, |output, item, _| {
        output.record(&Emitted {
            json: item,
            identity: None,
            view: row::alert,
        })
    })
    .await
}
