//! `gti ingest vuln`.

use clap::Args;
use jiff::Timestamp;

use super::options::IngestOptions;
use super::session::{About, by_time};
use crate::commands::context::{Context, Whose};
use crate::commands::vuln::filter::FilterArgs;
use crate::commands::vuln::output::row;
use crate::enrich::vulnerability::VulnerabilityRecord;
use crate::feed::Sweep;
use crate::feed::sources::vuln::Modifications;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::row::Row;
use crate::output::{Columns, Layout, Members, Subject};

/// Vulnerabilities that are new or modified
///
/// Each record is a vulnerability as the service sends it, in the order of their
/// last modification. One that is modified again is printed again. `gti vuln get`
/// prints them for people and in tables.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct VulnArgs {
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    options: IngestOptions,
}

const EXAMPLES: &str = "\
Examples:
  gti ingest vuln --checkpoint vulns -o vulns.jsonl                 (from cron)
  gti ingest vuln --kev --checkpoint kev --follow --interval 10m
  gti ingest vuln --risk critical --risk high --since 7d --jq .attributes.name
  gti ingest vuln --where '.attributes.epss.score >= 0.5' --since 24h
  gti --sandbox ingest vuln --since 6h         (simulated data, no key needed)";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "ingest vuln",
    columns: Columns(&[
        "id",
        "attributes.name",
        "attributes.last_modification_date",
        "attributes.risk_rating",
        "attributes.predicted_risk_rating",
        "attributes.priority",
        "attributes.exploitation_state",
        "attributes.exploit_availability",
        "attributes.cisa_known_exploited.due_date",
        "attributes.cvss.cvssv3_x.base_score",
        "attributes.epss.score",
        "attributes.tags",
    ]),
    members: Members::Object,
    single: false,
    subject: Subject::Vulnerabilities,
};

pub(super) async fn run(args: VulnArgs, cx: &mut Context) -> Result<Exit, Error> {
    let wanted = Modifications(args.filter.terms());
    let options = &args.options;
    let window = options.window((cx.clock)())?;
    tracing::info!("filter: {}", wanted.0);
    let about = About {
        feed: "vuln",
        whose: Whose::Api,
        filters: wanted.0.clone(),
        layout: LAYOUT,
        view: shown,
    };
    by_time(cx, about, Sweep::over(&window), options, wanted, None).await
}

/// A vulnerability as `gti vuln list` shows it. The feed has no order of severity.
fn shown(json: &str) -> Row {
    // When it was fetched is not shown.
    let record = VulnerabilityRecord::listed(json, Timestamp::UNIX_EPOCH, false);
    Row {
        rank: u32::MAX,
        cells: row(&record),
        columns: vec![],
    }
}
