//! `gti ingest asm`.

use clap::Args;

use super::options::IngestOptions;
use super::session::{About, by_time};
use crate::client::Client;
use crate::client::endpoints::asm::Project;
use crate::client::endpoints::asm_issues::{Issues, MOST_ISSUES};
use crate::commands::context::{Context, Whose};
use crate::feed::SendBack;
use crate::feed::sources::asm::{COLUMNS, Search};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Layout, Members, Subject, row};

/// Issues of Attack Surface Management
///
/// Each record is an issue as the service sends it. Without --updates an issue is
/// a record once, however often scans see it again.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AsmArgs {
    /// Terms of the service's search, `key:value` joined by blanks; a key that is
    /// repeated means either value, and `!` before it means not
    #[arg(value_name = "QUERY")]
    query: Option<String>,
    /// Exactly this severity: 1 (critical), 2 (high), 3 (medium), 4 (low) or 5
    /// (informational); may be repeated. `severity_lte:2` in the query means at
    /// least high
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=5))]
    severity: Vec<u8>,
    /// Id of the project [default: that of the account]
    #[arg(long, value_name = "ID")]
    project: Option<Project>,
    /// Issues a page
    #[arg(long, value_name = "N", default_value_t = MOST_ISSUES, value_parser = clap::value_parser!(u16).range(1..=i64::from(MOST_ISSUES)))]
    page_size: u16,
    /// Also issues whose status, severity or last-seen time changed
    #[arg(long)]
    updates: bool,
    #[command(flatten)]
    options: IngestOptions,
}

const EXAMPLES: &str = "\
Examples:
  gti ingest asm --since 7d --severity 1 --severity 2
  gti ingest asm 'severity_lte:3 status_new:open' --checkpoint soc -o issues.jsonl
  gti ingest asm 'collection:my_perimeter !entity_type:Uri' --project 4711
  gti ingest asm 'last_seen_after:last_refresh status_new:open' -f csv
  gti --sandbox ingest asm --since 7d   (simulated data, no key needed)";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "ingest asm",
    columns: COLUMNS,
    members: Members::Object,
    single: false,
    subject: Subject::Issues,
};

pub(super) async fn run(args: AsmArgs, cx: &mut Context) -> Result<Exit, Error> {
    let options = &args.options;
    let issues = Issues {
        project: args.project,
        page_size: args.page_size,
    };
    let typed = args.query.as_deref().unwrap_or_default();
    let has_window =
        options.since.is_some() || options.until.is_some() || options.checkpoint.is_some();
    let search = Search::new(issues, typed, &args.severity, args.updates, has_window)?;
    let start = search.start(&options.window((cx.clock)())?);
    let about = About {
        feed: "asm",
        whose: Whose::Api,
        filters: search.filters(),
        layout: LAYOUT,
        view: row::issue,
    };
    let back = |search: &Search, client: &Client| {
        SendBack::of_issues(client, search.issues.project.clone())
    };
    by_time(cx, about, start, options, search, Some(back)).await
}
