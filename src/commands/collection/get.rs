//! `gti collection get`.

use std::path::PathBuf;

use clap::Args;
use futures::StreamExt;
use futures::stream::BoxStream;

use super::pdf::Pdf;
use crate::bulk::input::{self, Line};
use crate::bulk::{Printer, Remarks};
use crate::commands::bulk;
use crate::commands::caching::CachingArgs;
use crate::commands::context::Context;
use crate::commands::members::lookups::COLLECTION;
use crate::commands::source::Source;
use crate::commands::stix::with_relations;
use crate::enrich::collection::{CollectionPlan, CollectionRecord, digest};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::mitre::SandboxTactics;
use crate::output::export::Exported;
use crate::output::stix::Fact;
use crate::output::stix::api::techniques;
use crate::output::{Columns, Layout, Record, Subject};
use crate::settings::positive_count;
use crate::ui::style::Style;

/// Look up threat actors, malware, campaigns, reports and collections by id
///
/// Ids come as arguments, from --input, or from standard input, one a line: ids
/// themselves, CVE ids, addresses of their pages, or JSON objects with an `id`,
/// as `gti search` prints them. Every input gets one record, in the order of the
/// input.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct GetArgs {
    /// Ids; - reads them from standard input
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Read ids from FILE, one a line
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Show these relationships (a,b): `threat_actors`, `malware_families`,
    /// `campaigns`, `reports`, `vulnerabilities`, `attack_techniques`, files …
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    relationships: Option<Vec<String>>,
    /// Fetch related objects whole, following their pages
    #[arg(long, requires = "relationships")]
    expand: bool,
    /// Related objects of each relationship at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = positive_count::<u32>)]
    relationship_limit: u32,
    /// All of its indicators, following the pages to the end
    #[arg(long)]
    iocs: bool,
    /// The events on its timeline
    #[arg(long)]
    timeline: bool,
    /// ATT&CK tactics and techniques, by source
    #[arg(long)]
    mitre: bool,
    /// Save the PDF of a report as FILE; takes one id
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    report: Option<PathBuf>,
    /// Ask for these attributes only (a,b)
    #[arg(long, value_name = "LIST")]
    attributes: Option<String>,
    /// Ask for all but these attributes (a,b)
    #[arg(long, value_name = "LIST")]
    exclude_attributes: Option<String>,
    #[command(flatten)]
    caching: CachingArgs,
}

const EXAMPLES: &str = "\
Examples:
  gti collection get threat-actor--3f5e7a10-0000-5000-8000-000000000001
  gti collection get \"$ID\" --relationships malware_families,reports --expand
  gti search --type campaign --descriptors-only 'name:example' | gti collection get
  gti collection get \"$ID\" --iocs --timeline --mitre --report report.pdf
  gti collection get -i ids.txt -f csv --exclude-attributes aggregations
  gti --sandbox collection get report--25-20000000 (simulated data, no key needed)";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "collection get",
    columns: Columns(&[
        "id",
        "type",
        "collection_type",
        "name",
        "status",
        "link",
        "fetched_at",
        "cached",
        "error.kind",
        "error.message",
    ]),
    members: COLLECTION,
    single: false,
    subject: Subject::Collections,
};

pub(super) async fn run(args: GetArgs, cx: &mut Context) -> Result<Exit, Error> {
    let plan = args.plan();
    let pdf = args.report.as_deref();
    let pdf = pdf
        .map(|file| Pdf::asked(file, &args.ids, cx))
        .transpose()?;
    let caching = args.caching.caching();
    let inputs = args.inputs(cx)?;
    let output = cx.output(LAYOUT)?;
    let client = cx.client(Some(caching))?;
    let progress = cx.ui.progress(None, "looked up", cx.writes_file());
    let printer = Printer::new(output, progress).remarking(Remarks {
        done: Some("looked up"),
        ..Remarks::default()
    });
    let exit = bulk::run(cx, &client, &plan, inputs, printer).await?;
    match pdf {
        Some(pdf) if exit == Exit::Done => pdf.save(&client, cx).await,
        _ => Ok(exit),
    }
}

impl GetArgs {
    fn plan(&self) -> CollectionPlan {
        CollectionPlan {
            relationships: self.relationships.clone(),
            expand: self.expand,
            relationship_limit: self.relationship_limit as usize,
            attributes: self.attributes.clone(),
            exclude_attributes: self.exclude_attributes.clone(),
            iocs: self.iocs,
            timeline: self.timeline,
            mitre: self.mitre,
        }
    }

    fn inputs(&self, cx: &mut Context) -> Result<BoxStream<'static, Line>, Error> {
        let Source { values, reader } = Source::open(&self.ids, self.input.as_deref(), cx)?
            .ok_or_else(|| {
                Error::usage("nothing to look up").hint("give ids as arguments, with --input FILE, or through a pipe; `gti search` finds them")
            })?;
        let arguments = input::arguments(values);
        Ok(match reader {
            None => arguments.boxed(),
            Some(reader) => arguments.chain(input::lines(reader)).boxed(),
        })
    }
}

impl Record for CollectionRecord {
    fn json(&self, out: &mut Vec<u8>) {
        self.write_json(out);
    }

    fn text(&self, style: &Style) -> Option<String> {
        Some(digest::render(self, style))
    }

    fn exported(&self) -> Option<Exported<'_>> {
        let report = &self.outcome.done()?.report;
        Some(Exported::of(report.json()).seen(report.fetched_at))
    }

    fn tactics(&self) -> &[SandboxTactics] {
        let found = self.outcome.done().and_then(|found| found.mitre.as_deref());
        found.unwrap_or_default()
    }

    fn stix(&self) -> Vec<Fact> {
        let Some(found) = self.outcome.done() else {
            return vec![];
        };
        let seen = found.report.fetched_at;
        let fact = Fact::of(found.report.json(), seen);
        let fact = fact.map(|fact| {
            with_relations(fact, found.relationships.as_ref(), seen)
                .with_related(techniques(found.mitre.as_deref().unwrap_or_default()))
        });
        fact.into_iter().collect()
    }
}
