//! `gti collection list`.

use clap::Args;

use crate::client::endpoints::collections::modified_since;
use crate::client::endpoints::search::Search;
use crate::commands::context::Context;
use crate::commands::limit::Limit;
use crate::commands::search::{COLUMNS, SearchKind, print_hits};
use crate::feed::When;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::Layout;
use crate::output::Members;
use crate::output::Subject;

/// List threat actors, malware, campaigns, reports and the like, last changed first
///
/// Records are the objects as the service sends them.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ListArgs {
    /// Only these types (a,b) [default: all of them]
    #[arg(short, long = "type", value_name = "LIST", value_delimiter = ',', value_parser = SearchKind::of_collections())]
    types: Vec<SearchKind>,
    /// Changed since: a time ago (24h, 7d), a day, or RFC 3339
    #[arg(long, value_name = "WHEN")]
    since: Option<When>,
    /// More terms for the service's filter, sent as they are
    #[arg(long, value_name = "RAW")]
    filter: Option<String>,
    /// Order, like `creation_date-` or `name+` (- is descending)
    #[arg(long, value_name = "ORDER", default_value = "last_modification_date-")]
    order: String,
    #[command(flatten)]
    limit: Limit,
    /// Only id and type of each
    #[arg(long)]
    descriptors_only: bool,
}

const EXAMPLES: &str = "\
Examples:
  gti collection list --type report --since 7d
  gti collection list --type threat-actor,malware-family -n 100 -f csv
  gti collection list --type campaign --jq .id | gti collection get
  gti --sandbox collection list        (simulated data, no key needed)";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "collection list",
    columns: COLUMNS,
    members: Members::Object,
    single: false,
    subject: Subject::Collections,
};

impl ListArgs {
    /// The query in the service's language.
    fn query(&self, cx: &Context) -> String {
        let mut terms = vec!["entity:collection".to_owned()];
        let types = self.types.iter().map(|kind| kind.collection_type());
        let types: Vec<String> = types.collect();
        match &types[..] {
            [] => {}
            [one] => terms.push(one.clone()),
            several => terms.push(format!("({})", several.join(" OR "))),
        }
        terms.extend(
            self.since
                .map(|since| modified_since(since.seen_from((cx.clock)()))),
        );
        terms.extend(self.filter.clone());
        terms.join(" ")
    }
}

pub(super) async fn run(args: ListArgs, cx: &mut Context) -> Result<Exit, Error> {
    let query = args.query(cx);
    tracing::info!("query: {query}");
    let search = Search {
        query,
        order: Some(args.order),
        descriptors_only: args.descriptors_only,
        ..Search::default()
    };
    print_hits(cx, LAYOUT, &search, args.limit).await
}
