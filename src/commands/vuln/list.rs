//! `gti vuln list`.

use std::cell::Cell;

use clap::Args;

use super::filter::FilterArgs;
use super::output::{COLUMNS, Listed};
use crate::client::endpoints::collections::modified_since;
use crate::client::endpoints::search::Search;
use crate::commands::context::Context;
use crate::commands::found::print;
use crate::commands::limit::Limit;
use crate::commands::members::vulnerability::VULNERABILITY;
use crate::enrich::vulnerability::VulnerabilityRecord;
use crate::feed::When;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::Layout;
use crate::output::Subject;

/// List vulnerabilities by rating, exploitation, vendor, product and time
///
/// All conditions have to hold. The records are those of `gti vuln get`, but for
/// the attribute `aggregations`, which is large.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// Modified since: a time ago (24h, 7d), or RFC 3339
    #[arg(long, value_name = "WHEN")]
    since: Option<When>,
    /// Order, like `last_modification_date-` (- is descending)
    #[arg(long, value_name = "ORDER")]
    order: Option<String>,
    #[command(flatten)]
    limit: Limit,
}

const EXAMPLES: &str = "\
Examples:
  gti vuln list --kev --since 7d
  gti vuln list --risk critical --risk high --vendor 'Example Systems' --all -f csv
  gti vuln list --exploited --order last_modification_date- -n 100 --jq .cve
  gti vuln list --filter 'cvss_3x_base_score:9+ NOT exploitation_state:\"No Known\"'
  gti --sandbox vuln list --zero-day           (simulated data, no key needed)";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "vuln list",
    columns: COLUMNS,
    members: VULNERABILITY,
    single: false,
    subject: Subject::Vulnerabilities,
};

pub(super) async fn run(args: ListArgs, cx: &mut Context) -> Result<Exit, Error> {
    let mut query = format!("entity:collection {}", args.filter.terms());
    if let Some(since) = args.since {
        query.push(' ');
        query.push_str(&modified_since(since.seen_from((cx.clock)())));
    }
    tracing::info!("query: {query}");
    let search = Search {
        query,
        order: args.order,
        exclude_attributes: Some("aggregations".to_owned()),
        ..Search::default()
    };
    let limit = args.limit.most();
    let failed = Cell::new(false);
    let exit = print(cx, LAYOUT, &search, limit, |output, item, page| {
        let record = VulnerabilityRecord::listed(item, page.fetched_at, page.cached);
        failed.set(failed.get() || record.found().is_none());
        output.record(&Listed(&record))
    })
    .await?;
    Ok(match exit {
        Exit::Done if failed.get() => Exit::Partial,
        exit => exit,
    })
}
