//! `gti vuln rank`.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::bulk::{Fate, Tally};
use crate::commands::caching::CachingArgs;
use crate::commands::context::Context;
use crate::error::{Exit, Failure};
use crate::model::problem::ProblemKind;
use crate::output::{Columns, Layout, Record};
use crate::rank::inventory::{self, InventoryError, Remarks};
use crate::rank::lookup::{Status, look_up, queue};
use crate::rank::order::{Place, ranking};
use crate::rank::reason;
use crate::settings::positive_count;

/// Rank the vulnerabilities of an asset inventory: what to patch first
///
/// Reads which vulnerability is on which asset, looks each CVE up once, and
/// prints one record for each, the most urgent first, with the reason. The order:
/// priority, CISA KEV, exploitation, exploits, risk rating, EPSS, CVSS, then how
/// critical the asset is. What could not be looked up comes last.
///
/// The inventory is CSV with the columns `asset`, `cve` and, if wanted,
/// `criticality` (1 to 5 or minimal, low, medium, high, critical; 5 matters
/// most), a software bill of materials in JSON, or lines of asset and CVE.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct RankArgs {
    /// Read the inventory from FILE instead of standard input
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
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

const LAYOUT: Layout = Layout {
    command: "vuln rank",
    columns: Columns(&[
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
        "link",
        "error.kind",
        "error.message",
    ]),
    single: false,
    stix: false,
};

/// Runs the command.
pub(super) async fn run(args: RankArgs, cx: &mut Context) -> Result<Exit, Failure> {
    let mut reader = args.open(cx)?;
    let mut output = cx.output(LAYOUT)?;
    let inventory = inventory::read(&mut *reader)?;
    remark(cx, &inventory.remarks);
    let client = cx.client(Some(args.caching.caching()))?;
    let queue = queue(&inventory);
    let progress = cx.ui.progress(Some(queue.len() as u64), "looked up", true);
    let concurrency = cx.settings.concurrency.get();
    let stop = cx.signals.wait();
    let assessments = look_up(&client, queue, concurrency, stop, || progress.step()).await;
    progress.finish();
    let places = ranking(inventory, &assessments);
    let requests = client.requests_sent();
    tracing::info!(
        records = places.len(),
        cves = assessments.len(),
        requests,
        "done"
    );

    let mut tally = Tally::default();
    let mut first = None;
    let top = args
        .top
        .map_or(usize::MAX, |top| usize::try_from(top).unwrap_or(usize::MAX));
    for (index, place) in places.iter().enumerate() {
        count(place, &mut tally, &mut first);
        if index < top {
            output.record(&Shown(place))?;
        }
    }
    if let Some(exit) = cx.signals.seen() {
        output.abandon()?;
        cx.ui.note("stopped: what was not looked up comes last");
        return Ok(exit);
    }
    output.finish()?;
    if places.len() > top {
        cx.ui.note(&left_out(&places[top..], places.len()));
    }
    if let Some((kind, failure)) = first
        && (kind.ends_run() || tally.failures() == tally.total())
    {
        cx.tell(&cx.explain(failure));
    }
    Ok(tally.exit(client.closed().map(|error| error.kind)))
}

impl RankArgs {
    fn open(&self, cx: &mut Context) -> Result<Box<dyn Read + Send>, Failure> {
        match self.input.as_deref() {
            Some(path) if path != Path::new("-") => {
                let file = File::open(path).map_err(|error| {
                    Failure::usage(
                        format!("cannot read `{}`: {error}", path.display()),
                        INVENTORIES,
                    )
                })?;
                Ok(Box::new(file))
            }
            None if cx.ui.terminal.stdin => Err(Failure::usage("no inventory", INVENTORIES)),
            _ => cx.list_input(),
        }
    }
}

const INVENTORIES: &str = "give one with --input FILE or through a pipe: CSV with the columns asset and cve, CycloneDX or SPDX in JSON, or lines like `web-01 CVE-2024-12345`";

impl From<InventoryError> for Failure {
    fn from(error: InventoryError) -> Self {
        let message = error.to_string();
        match error {
            InventoryError::Read(_) => Self::new(ProblemKind::State, message)
                .hinting("nothing was looked up; run again with the whole inventory"),
            _ => Self::usage(message, INVENTORIES),
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

fn count(place: &Place, tally: &mut Tally, first: &mut Option<(ProblemKind, Failure)>) {
    let (kind, failure) = match place {
        Place::Ranked(..) => return tally.count(Fate::Ok),
        Place::Unranked(_, Status::NotFound, _) => return tally.count(Fate::NotFound),
        Place::Unranked(_, _, problem) => (problem.kind, (**problem).clone().into()),
        Place::Invalid(rejected) => {
            let kind = ProblemKind::Invalid;
            (kind, Failure::new(kind, rejected.reason.as_str()))
        }
    };
    tally.failed(kind);
    let better = match first {
        None => true,
        Some((before, _)) => kind.ends_run() && !before.ends_run(),
    };
    if better {
        *first = Some((kind, failure));
    }
}

/// A place as it is printed.
struct Shown<'a>(&'a Place);

impl Record for Shown<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts and numbers always serialise.
        serde_json::to_writer(out, self.0).expect("a place is JSON");
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (rank, asset, cve, why) = match self.0 {
            Place::Ranked(rank, exposure, known) => (
                rank.to_string(),
                exposure.asset.to_string(),
                exposure.cve.to_string(),
                reason::short(&known.standing),
            ),
            Place::Unranked(exposure, status, problem) => (
                String::new(),
                exposure.asset.to_string(),
                exposure.cve.to_string(),
                match status {
                    Status::NotFound => "not known to the service".to_owned(),
                    Status::Error => format!("failed: {}", problem.message),
                    Status::NotAttempted => format!("not looked up: {}", problem.message),
                },
            ),
            Place::Invalid(rejected) => {
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
