//! `gti vuln rank`.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::bulk::{Consumer, OnStop, Printer, RecordSink, Status};
use crate::commands::bulk;
use crate::commands::caching::CachingArgs;
use crate::commands::context::Context;
use crate::commands::members::vulnerability::RANKED;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{self, Layout, Output, OutputError, Record, Subject};
use crate::rank::inventory::{self, Columns, INVENTORIES, Remarks};
use crate::rank::lookup::{look_up, queue};
use crate::rank::order::{Place, ranking};
use crate::rank::reason;
use crate::settings::positive_count;
use crate::ui::progress::Progress;

/// Rank the vulnerabilities of an asset inventory: what to patch first
///
/// Reads which vulnerability is on which asset, looks each CVE up once, and
/// prints one record for each, the most urgent first, with the reason. The order:
/// priority, CISA KEV, exploitation, exploits, risk rating, EPSS, CVSS, then how
/// critical the asset is. What could not be looked up comes last.
///
/// The inventory is CSV with a column of assets and one of CVEs under any usual
/// name and, if wanted, `criticality` (1 to 5 or minimal, low, medium, high,
/// critical; 5 matters most); JSON of `CycloneDX`, SPDX, grype or trivy; lines of
/// asset and CVE; or CVEs alone.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RankArgs {
    /// Read the inventory from FILE instead of standard input
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// The column of assets in a CSV [default: asset, host, hostname, device, ip …]
    #[arg(long, value_name = "NAME")]
    asset_column: Option<String>,
    /// The column of CVE ids in a CSV [default: cve, cves, cve id …]
    #[arg(long, value_name = "NAME")]
    cve_column: Option<String>,
    /// Print the first N records only
    #[arg(short = 'n', long, value_name = "N", value_parser = positive_count::<u64>)]
    top: Option<u64>,
    #[command(flatten)]
    caching: CachingArgs,
}

const EXAMPLES: &str = "\
Examples:
  gti vuln rank -i inventory.csv --top 20
  gti vuln rank -i bom.cdx.json -f csv -o patch-first.csv  (CycloneDX or SPDX)
  awk '{print $1, $4}' scan.txt | gti vuln rank --max-requests 500
  gti vuln rank -i inventory.csv --jq 'select(.kev != null) | .asset'
  gti --sandbox vuln rank -i inventory.csv     (simulated data, no key needed)";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "vuln rank",
    columns: output::Columns(&[
        "rank",
        "asset",
        "cve",
        "criticality",
        "status",
        "reason",
        "priority",
        "kev.added_date",
        "exploitation_state",
        "exploit_availability",
        "risk_rating",
        "epss.score",
        "cvss.base",
        "affects",
        "link",
        "error.kind",
        "error.message",
    ]),
    members: RANKED,
    single: false,
    subject: Subject::Program,
};

pub(super) async fn run(args: RankArgs, cx: &mut Context) -> Result<Exit, Error> {
    let mut reader = args.open(cx)?;
    let output = cx.output(LAYOUT)?;
    let columns = Columns {
        asset: args.asset_column.clone(),
        cve: args.cve_column.clone(),
    };
    let inventory = inventory::read(&mut *reader, &columns)?;
    remark(cx, &inventory.remarks);
    let client = cx.client(Some(args.caching.caching()))?;
    let queue = queue(&inventory);
    let progress = cx.ui.progress(Some(queue.len() as u64), "looked up", true);
    let concurrency = cx.settings.concurrency.get();
    let stop = cx.signals.wait();
    let assessments = look_up(&client, queue, concurrency, stop, || progress.step()).await;
    progress.finish();
    let places = ranking(inventory, &assessments);
    let top = args
        .top
        .map_or(usize::MAX, |top| usize::try_from(top).unwrap_or(usize::MAX));
    let top_places = Top { output, left: top };
    let mut printer = Printer::new(top_places, Progress::hidden());
    let left_out = (places.len() > top).then(|| left_out(&places[top..], places.len()));
    for place in places {
        printer.record(place)?;
    }
    let stopped = cx.signals.seen();
    let summary = printer.close(stopped.is_none())?;
    if let Some(exit) = stopped {
        cx.ui.note("stopped: what was not looked up comes last");
        return Ok(exit);
    }
    if let Some(left_out) = left_out {
        cx.ui.note(&left_out);
    }
    Ok(bulk::conclude(cx, &client, OnStop::Drop, summary))
}

/// Prints the first places only.
struct Top {
    output: Output,
    left: usize,
}

impl RecordSink<Place> for Top {
    fn record(&mut self, place: &Place) -> Result<(), OutputError> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(());
        };
        self.left = left;
        self.output.record(place)
    }

    fn rest(&mut self) -> Result<(), OutputError> {
        self.output.rest()
    }

    fn close(self: Box<Self>, complete: bool) -> Result<(), OutputError> {
        RecordSink::<Place>::close(Box::new(self.output), complete)
    }
}

impl RankArgs {
    fn open(&self, cx: &mut Context) -> Result<Box<dyn Read + Send>, Error> {
        match self.input.as_deref() {
            Some(path) if path != Path::new("-") => Ok(Box::new(cx.input_file(path, INVENTORIES)?)),
            None if cx.ui.terminal.stdin => Err(Error::usage("no inventory").hint(INVENTORIES)),
            _ => cx.list_input(),
        }
    }
}

/// Says what of the inventory is not among the records.
fn remark(cx: &Context, remarks: &Remarks) {
    let counted = [
        (remarks.repeats, "repeated pairs of asset and CVE"),
        (remarks.without_cve, "rows without a CVE"),
        (remarks.not_affected, "marked as not affected or resolved"),
        (
            remarks.unread_criticality,
            "criticalities that are not minimal, low, medium, high, critical or 1 to 5",
        ),
    ];
    let said: Vec<String> = counted
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{what}: {count}"))
        .collect();
    if !said.is_empty() {
        cx.ui
            .note(&format!("of the inventory, {}", said.join("; ")));
    }
}

/// Says what `--top` cut off.
fn left_out(rest: &[Place], all: usize) -> String {
    let unranked = rest
        .iter()
        .filter(|place| !matches!(place, Place::Ranked(..)))
        .count();
    let shown = all - rest.len();
    match unranked {
        0 => format!("{shown} of {all} shown"),
        _ => format!("{shown} of {all} shown; {unranked} of the others could not be ranked"),
    }
}

impl Record for Place {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts and numbers always serialise.
        serde_json::to_writer(out, self).expect("a place is JSON");
    }

    fn columns(&self) -> Vec<(&'static str, String)> {
        let affected = match self {
            Place::Ranked(_, _, known) => known.standing.affected.join("; "),
            _ => String::new(),
        };
        vec![("affects", affected)]
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (rank, asset, cve, why) = match self {
            Place::Ranked(rank, exposure, known) => (
                rank.to_string(),
                exposure.asset.as_deref().unwrap_or_default().to_owned(),
                exposure.cve.to_string(),
                reason::short(&known.standing),
            ),
            Place::Unranked(exposure, status, problem) => (
                String::new(),
                exposure.asset.as_deref().unwrap_or_default().to_owned(),
                exposure.cve.to_string(),
                match status {
                    Status::NotFound => "not known to the service".to_owned(),
                    Status::NotAttempted => format!("not looked up: {}", problem.message),
                    _ => format!("failed: {}", problem.message),
                },
            ),
            Place::Invalid(rejected, _) => {
                let line = rejected.line.map(|line| format!("line {line}: "));
                let why = format!("{}{}", line.unwrap_or_default(), rejected.reason);
                (
                    String::new(),
                    text(&rejected.asset),
                    text(&rejected.cve),
                    why,
                )
            }
        };
        Some(vec![
            ("#", rank),
            ("CVE", cve),
            ("ASSET", asset),
            ("WHY", why),
        ])
    }
}
