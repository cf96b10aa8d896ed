//! `gti ingest collections`.

use clap::Args;

use super::options::{IngestOptions, OVERLAP};
use super::session::{About, dry_run, open, run as run_feed};
use crate::commands::context::{Context, Whose};
use crate::feed::sources::collections::{self, Collections, Plan};
use crate::feed::{Kinds, Position, Sweep};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Members, Subject, row};
use crate::state::checkpoint::Remembered;

/// Reports, threat actors, malware and other collections that are new or modified
///
/// Each record is a collection as the service sends it, in the order of their last
/// modification. With --iocs all of its indicators come after it, a record each.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CollectionsArgs {
    /// Types of collections, joined by commas: `report,threat-actor` … [default: all]
    #[arg(short, long = "type", value_name = "LIST", value_delimiter = ',')]
    types: Vec<CollectionType>,
    /// More terms of the service's filter: `origin:partner`, `targeted_region:CN` …
    #[arg(long, value_name = "RAW")]
    filter: Option<String>,
    /// After each collection, all of its files, domains, IP addresses and URLs
    #[arg(long)]
    iocs: bool,
    /// Types and ids alone
    #[arg(long)]
    descriptors_only: bool,
    #[command(flatten)]
    options: IngestOptions,
}

/// The types of collections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
enum CollectionType {
    Report,
    ThreatActor,
    MalwareFamily,
    Campaign,
    SoftwareToolkit,
    Vulnerability,
    Collection,
}

impl CollectionType {
    /// As the service's filter names it.
    fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::ThreatActor => "threat-actor",
            Self::MalwareFamily => "malware-family",
            Self::Campaign => "campaign",
            Self::SoftwareToolkit => "software-toolkit",
            Self::Vulnerability => "vulnerability",
            Self::Collection => "collection",
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  gti ingest collections --type report --iocs --checkpoint reports -o reports.jsonl
  gti ingest collections --type threat-actor,campaign --since 7d --jq .attributes.name
  gti ingest collections --type report --filter targeted_region:CN --checkpoint cn
  gti --sandbox ingest collections --since 6h  (simulated data, no key needed)";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "ingest collections",
    columns: Columns(&[
        "time",
        "kind",
        "id",
        "name",
        "verdict",
        "severity",
        "threat_score",
        "collection_id",
        "collection_name",
    ]),
    members: Members::Object,
    single: false,
    subject: Subject::Objects,
};

impl CollectionsArgs {
    fn plan(&self) -> Plan {
        let mut kinds: Vec<String> = self.types.iter().map(|it| it.name().to_owned()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.is_empty() {
            // Without a type the service lists all of them.
            kinds.push(String::new());
        }
        Plan {
            kinds,
            filter: self.filter.clone(),
            iocs: self.iocs,
            descriptors_only: self.descriptors_only,
            may_stop_within: self.options.limit.is_some(),
        }
    }

    fn filters(&self, plan: &Plan) -> String {
        let types = plan.kinds.join(",");
        let parts = [
            (!types.is_empty()).then(|| format!("type:{types}")),
            self.filter.clone(),
            self.iocs.then(|| "iocs".to_owned()),
            self.descriptors_only.then(|| "descriptors-only".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Runs the command.
pub(super) async fn run(args: CollectionsArgs, cx: &mut Context) -> Result<Exit, Error> {
    let asked = args.plan();
    let options = &args.options;
    let start = Sweep::over(&options.window((cx.clock)())?);
    let plan = About {
        feed: "collections",
        whose: Whose::Api,
        filters: args.filters(&asked),
        layout: LAYOUT,
        view: row::collection,
    }
    .plan(cx, options, Position::Kinds(Kinds::default()))?;
    let kinds = |position: &Position| match position {
        Position::Kinds(kinds) => kinds.clone(),
        Position::Sweep(_) | Position::Hours(_) | Position::Changes(_) => Kinds::default(),
    };
    if options.dry_run {
        let position = plan.position(cx.own(), &cx.network()?).await?;
        let targets = collections::targets(&asked, &kinds(&position).sweeps, &start)?;
        return dry_run(cx, &Whose::Api, &plan, &position, targets);
    }
    let (mut session, client) = match open(cx, plan, &Whose::Api).await? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let done = if asked.iocs {
        session.remembered().await?
    } else {
        Remembered::default()
    };
    let position = (kinds(&session.position), start);
    let overlap = options.overlap.unwrap_or(OVERLAP);
    let mut feed = Collections::new(&client, asked, position, done, overlap, cx.clock);
    run_feed(cx, session, &mut feed).await
}
