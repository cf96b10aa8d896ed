//! `gti ingest dtm`.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::options::IngestOptions;
use super::session::{About, dry_run, open, run as run_feed};
use crate::client::endpoints::dtm_alerts::{MOST_WITH_REFS, MOST_WITHOUT_REFS};
use crate::client::request::Request;
use crate::commands::context::{Context, Whose};
use crate::commands::dtm::filter::{AlertArgs, COLUMNS};
use crate::feed::sources::dtm::{Dtm, Selection, requests};
use crate::feed::{Changes, Position, SendBack, Sweep, Window};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::Layout;
use crate::output::Members;
use crate::output::Subject;
use crate::output::row;

/// Alerts of Digital Threat Monitoring
///
/// Each record is an alert as the service sends it, oldest first. An option that
/// is given several times takes alerts with any of its values.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DtmArgs {
    #[command(flatten)]
    which: AlertArgs,
    /// Order of creation; with a checkpoint only `asc` [default: asc]
    #[arg(long, value_name = "ORDER")]
    order: Option<Order>,
    /// Alerts a page [default: 100; 25 with --refs]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    page_size: Option<u8>,
    /// Also alerts that changed: each version of an alert is a record
    #[arg(long)]
    updates: bool,
    #[command(flatten)]
    options: IngestOptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    Asc,
    Desc,
}

const EXAMPLES: &str = "\
Examples:
  gti ingest dtm --since 7d --severity high --status new --status read
  gti ingest dtm --checkpoint soc -o alerts.jsonl                   (from cron)
  gti ingest dtm --checkpoint sync --updates | jq -c '{id, status, updated_at}'
  gti ingest dtm --alert-type 'Compromised Credentials' --refs --follow
  gti --sandbox ingest dtm --since 24h   (simulated data, no key needed)";

/// How far it looks back: alerts are raised long after the fact.
const OVERLAP: Duration = Duration::from_hours(2);

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "ingest dtm",
    columns: COLUMNS,
    members: Members::Object,
    single: false,
    subject: Subject::Alerts,
};

impl DtmArgs {
    /// What is wrong between options.
    fn check(&self) -> Result<(), Error> {
        if self.order == Some(Order::Desc) && self.options.checkpoint.is_some() {
            return Err(
                Error::usage("--order desc cannot be used with --checkpoint").hint(
                    "leave --order out: a checkpoint advances from the oldest alert to the newest",
                ),
            );
        }
        if self.which.refs() && self.page_size.is_some_and(|size| size > MOST_WITH_REFS) {
            return Err(Error::usage(format!("with --refs a page has at most {MOST_WITH_REFS} alerts")).hint(format!(
                    "leave --refs out for a --page-size of up to {MOST_WITHOUT_REFS}; `gti dtm show` fetches single documents"
                )));
        }
        Ok(())
    }

    fn selection(&self) -> Result<Selection, Error> {
        Ok(Selection {
            alerts: self.which.alerts(self.page_size)?,
            newest_first: self.order == Some(Order::Desc),
        })
    }

    fn start(&self, window: &Window) -> Position {
        let created = Sweep::over(window);
        if self.updates {
            Position::Changes(Changes {
                updated: created.clone(),
                created,
            })
        } else {
            Position::Sweep(created)
        }
    }
}

pub(super) async fn run(args: DtmArgs, cx: &mut Context) -> Result<Exit, Error> {
    args.check()?;
    let options = &args.options;
    let selection = args.selection()?;
    let plan = About {
        feed: "dtm",
        whose: Whose::Api,
        filters: selection.filters(args.updates),
        layout: LAYOUT,
        view: row::alert,
    }
    .plan(cx, options, args.start(&options.window((cx.clock)())?))?;
    if options.dry_run {
        let position = plan.position(cx.own(), &cx.network()?).await?;
        let requests = requests(&selection, &position);
        let targets = requests.iter().map(Request::target);
        return dry_run(cx, &Whose::Api, &plan, &position, targets);
    }
    let (session, client) = match open(cx, plan, &Whose::Api).await? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let session = session.sending_back(SendBack::of_alerts(&client));
    let overlap = options.overlap.unwrap_or(OVERLAP);
    let mut feed = Dtm::new(
        &client,
        selection,
        session.position.clone(),
        overlap,
        cx.clock,
    );
    run_feed(cx, session, &mut feed).await
}
