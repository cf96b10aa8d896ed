//! `gti ingest asm`.

mod query;

use clap::Args;

use super::options::{IngestOptions, OVERLAP};
use super::session::{About, dry_run, open, run as run_feed};
use crate::client::endpoints::asm::Project;
use crate::client::endpoints::asm_issues::{Issues, MOST_ISSUES};
use crate::commands::context::Context;
use crate::feed::sources::asm::{Asm, Search};
use crate::feed::{Desk, Position};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::row;
use crate::output::{Columns, Layout};

/// Issues of attack surface management
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
    /// Also issues whose status, severity or time of last sight moved
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

const FEED: &str = "asm";

const LAYOUT: Layout = Layout {
    command: "ingest asm",
    columns: Columns(&[
        "id",
        "last_seen",
        "first_seen",
        "summary.severity",
        "summary.status",
        "name",
        "pretty_name",
        "entity_type",
        "entity_name",
        "collection",
        "summary.category",
        "summary.confidence",
        "cisa_known_exploited",
        "tags",
    ]),
    single: false,
    stix: false,
};

impl AsmArgs {
    fn search(&self) -> Result<Search, Error> {
        let typed = self.query.as_deref().unwrap_or_default().trim();
        let own_window = query::check(typed)?;
        let options = &self.options;
        let windowed =
            options.since.is_some() || options.until.is_some() || options.checkpoint.is_some();
        if own_window && windowed {
            return Err(Error::usage("the query says by itself from when to when issues were seen").hint("leave last_seen_after and last_seen_before out of it with --since, --until and --checkpoint, which add their own"));
        }
        let mut severities = self.severity.clone();
        severities.sort_unstable();
        severities.dedup();
        let severities = severities.iter().map(|number| format!("severity:{number}"));
        let typed = (!typed.is_empty()).then(|| typed.to_owned());
        let terms: Vec<String> = typed.into_iter().chain(severities).collect();
        Ok(Search {
            issues: Issues {
                project: self.project.clone(),
                page_size: self.page_size,
            },
            terms: terms.join(" "),
            own_window,
            updates: self.updates,
        })
    }

    fn filters(&self, search: &Search) -> String {
        let project = self.project.as_ref().map(|id| format!("project:{id}"));
        let updates = self.updates.then(|| "updates".to_owned());
        let terms = (!search.terms.is_empty()).then(|| search.terms.clone());
        let parts: Vec<String> = terms.into_iter().chain(project).chain(updates).collect();
        parts.join(" ")
    }
}

/// Runs the command.
pub(super) async fn run(args: AsmArgs, cx: &mut Context) -> Result<Exit, Error> {
    let options = &args.options;
    let search = args.search()?;
    let window = options.window((cx.clock)())?;
    let start = search.start(&window);
    let plan = About {
        feed: FEED,
        filters: args.filters(&search),
        layout: LAYOUT,
        view: row::issue,
        start: Position::Sweep(start.clone()),
    }
    .plan(cx, options)?;
    if options.dry_run {
        let position = plan.position(cx.own(), (cx.clock)())?;
        let sweep = position.sweep().unwrap_or(&start);
        let target = search.request(sweep)?.target();
        return dry_run(cx, &plan, &position, [target]);
    }
    let (session, client) = match open(cx, plan).await? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let desk = Desk::Asm(search.issues.project.clone());
    let sweep = session.position.sweep().cloned().unwrap_or(start);
    let overlap = options.overlap.unwrap_or(OVERLAP);
    let mut feed = Asm::new(&client, search, sweep, overlap, cx.clock);
    run_feed(cx, (session, client.clone()), &mut feed, Some(desk)).await
}
