//! `gti vuln get`.

use std::path::PathBuf;

use clap::Args;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};

use super::output::COLUMNS;
use crate::bulk::text::text;
use crate::bulk::{Printer, Raw, Remarks, input};
use crate::commands::bulk;
use crate::commands::caching::CachingArgs;
use crate::commands::context::Context;
use crate::commands::members::vulnerability::VULNERABILITY;
use crate::commands::source::{Source, refuse_idle_column};
use crate::enrich::vulnerability::{Given, VulnerabilityPlan, given, in_text};
use crate::local::extract::{DOCUMENTS, ValueType, Wanted};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::json::member;
use crate::output::{Layout, Members, Shape, Subject};
use crate::settings::positive_count;

/// Look CVEs up: rating, exploitation, KEV, CVSS, EPSS, and whether to patch now
///
/// CVE ids come as arguments, from --input, or from standard input, in any
/// text. Each gets one record, in the order of the input; repeats
/// are looked up once. An argument without an id is answered `invalid`, as is an
/// id that is broken; all other text is ignored.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct GetArgs {
    /// CVE ids, or text with CVE ids in it; - reads standard input
    #[arg(value_name = "CVE")]
    cves: Vec<String>,
    /// Read text with CVE ids in it from FILE
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Read them from this column of a CSV alone
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// Find the CVE ids in any text, as `gti extract` does: mail and
    /// JSON are decoded first
    #[arg(long, conflicts_with = "column")]
    extract: bool,
    /// Show who uses it: threat actors, malware, campaigns, reports
    #[arg(long)]
    associations: bool,
    /// Fetch these objects whole, following their pages; implies --associations
    #[arg(long)]
    expand: bool,
    /// Related objects of each relationship at most, with --expand
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = positive_count::<u32>)]
    relationship_limit: u32,
    #[command(flatten)]
    caching: CachingArgs,
    /// Print only the API's object; an input without one keeps its record
    #[arg(long)]
    raw: bool,
}

const EXAMPLES: &str = "\
Examples:
  gti vuln get CVE-2021-44228 cve-2022-30190
  gti vuln get -i scanner-report.html -f csv -o cves.csv
  curl -s https://www.example.com/advisory | gti vuln get --associations
  gti vuln get -i cves.txt --jq 'select(.patch.when == \"now\") | .cve'
  gti --sandbox vuln get CVE-2099-0001         (simulated data, no key needed)";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "vuln get",
    columns: COLUMNS,
    members: VULNERABILITY,
    single: false,
    subject: Subject::Vulnerabilities,
};

pub(super) async fn run(args: GetArgs, cx: &mut Context) -> Result<Exit, Error> {
    let plan = VulnerabilityPlan {
        associations: args.associations,
        expand: args.expand,
        relationship_limit: args.relationship_limit as usize,
    };
    let caching = args.caching.caching();
    let (inputs, total) = inputs(&args, cx)?;
    let raw = args.raw || cx.settings.shape == Some(Shape::Raw);
    let layout = Layout {
        members: if raw { Members::Object } else { LAYOUT.members },
        ..LAYOUT
    };
    let output = cx.output(layout)?;
    let client = cx.client(Some(caching))?;
    let progress = cx.ui.progress(total, "looked up", cx.writes_file());
    let printer = if raw {
        Printer::new(Raw(output), progress)
    } else {
        Printer::new(output, progress)
    };
    let printer = printer.remarking(Remarks {
        empty: Some("no CVE id in the input"),
        done: Some("looked up"),
        ..Remarks::default()
    });
    bulk::run(cx, &client, &plan, inputs, printer).await
}

type Inputs = BoxStream<'static, std::io::Result<Given>>;

/// What is to be looked up, and how much that is where it is known beforehand.
fn inputs(args: &GetArgs, cx: &mut Context) -> Result<(Inputs, Option<u64>), Error> {
    let source = Source::open(&args.cves, args.input.as_deref(), cx)?;
    let source = source.ok_or_else(|| {
        Error::usage("nothing to look up").hint("give CVE ids as arguments, with --input FILE, or through a pipe; `gti vuln get --help` has examples")
    })?;
    if args.extract {
        let wanted = Wanted {
            types: vec![ValueType::Cve],
            ..Wanted::default()
        };
        let found = source
            .extracted(wanted)
            .map_ok(|value| stream::iter(given(&value).into_iter().map(Ok)))
            .try_flatten();
        return Ok((found.boxed(), None));
    }
    let Source { values, reader } = source;
    let arguments: Vec<Given> = values.iter().flat_map(|value| given(value)).collect();
    let count = arguments.len() as u64;
    let arguments = stream::iter(arguments.into_iter().map(Ok));
    let Some(reader) = reader else {
        refuse_idle_column(args.column.as_deref())?;
        return Ok((arguments.boxed(), Some(count)));
    };
    if let Some(column) = &args.column {
        let cells = input::indicators(reader, Some(column.clone()), DOCUMENTS)
            .map_ok(|cell| stream::iter(given(&cell).into_iter().map(Ok)))
            .try_flatten();
        return Ok((arguments.chain(cells).boxed(), None));
    }
    let found = text(reader)
        .map_ok(|text| stream::iter(in_text(about(&text)).into_iter().map(Ok)))
        .try_flatten();
    Ok((arguments.chain(found).boxed(), None))
}

/// The CVE that an object on a line is about, where it is a record of this program or
/// an object of the service; else the line, whose ids are all looked up.
fn about(line: &str) -> &str {
    if !line.trim_start().starts_with('{') {
        return line;
    }
    let id = ["cve", "value", "id"]
        .iter()
        .find_map(|name| member(line, name));
    id.filter(|id| !in_text(id).is_empty()).unwrap_or(line)
}
