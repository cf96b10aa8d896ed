//! `gti search`.

mod kind;
mod row;

use clap::Args;

pub(super) use self::kind::SearchKind;
use self::row::Hit;
use super::context::Context;
use super::found::print;
use super::limit::Limit;
use crate::client::endpoints::search::Search;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Members, Subject};

/// Search threat actors, malware, campaigns, reports and indicators
///
/// The query is the service's own search language. Records are the objects found,
/// as the service sends them, in its order.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SearchArgs {
    /// What to search for; several words are joined by blanks
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Search only objects of this type: adds its terms before the query
    #[arg(short = 't', long = "type", value_name = "TYPE")]
    kind: Option<SearchKind>,
    /// Order of the results, like `last_modification_date-` (- is descending)
    #[arg(long, value_name = "ORDER")]
    order: Option<String>,
    #[command(flatten)]
    limit: Limit,
    /// Only id and type of each object
    #[arg(long)]
    descriptors_only: bool,
    /// Ask for these attributes only (a,b)
    #[arg(long, value_name = "LIST")]
    attributes: Option<String>,
    /// Ask for all but these attributes (a,b)
    #[arg(long, value_name = "LIST")]
    exclude_attributes: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  gti search --type threat-actor 'targeted_industry:Energy'
  gti search --type report name:ransomware --order last_modification_date- -n 10
  gti search 'entity:file type:peexe positives:30+ fs:7d+' -n 300 -f csv
  gti search --type malware-family EXAMPLELOADER --jq .id | gti collection get
  gti search 'entity:domain tag:phishing' --all --descriptors-only --jq .id
  gti --sandbox search --type campaign Example   (simulated data, no key needed)";

/// The columns of objects in CSV: those of the common record.
pub(super) const COLUMNS: Columns = Columns(&[
    "kind",
    "type",
    "id",
    "value",
    "title",
    "verdict",
    "severity",
    "threat_score",
    "time",
    "tags",
    "link",
]);

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "search",
    columns: COLUMNS,
    members: Members::Object,
    single: false,
    subject: Subject::Objects,
};

impl SearchArgs {
    fn search(&self) -> Result<Search, Error> {
        let terms = self.kind.map(SearchKind::terms);
        let words = terms.iter().chain(&self.query).map(|word| word.trim());
        let words: Vec<&str> = words.filter(|it| !it.is_empty()).collect();
        if words.is_empty() {
            return Err(Error::usage("nothing to search for").hint(
                "give a query, or --type to list all of a type; `gti search --help` has examples",
            ));
        }
        Ok(Search {
            query: words.join(" "),
            order: self.order.clone(),
            descriptors_only: self.descriptors_only,
            attributes: self.attributes.clone(),
            exclude_attributes: self.exclude_attributes.clone(),
        })
    }
}

pub(crate) async fn run(args: SearchArgs, cx: &mut Context) -> Result<Exit, Error> {
    let search = args.search()?;
    print_hits(cx, LAYOUT, &search, args.limit).await
}

/// Prints the objects that a search finds, as the service sends them.
pub(super) async fn print_hits(
    cx: &mut Context,
    layout: Layout,
    search: &Search,
    limit: Limit,
) -> Result<Exit, Error> {
    print(cx, layout, search, limit.most(), |output, item, page| {
        output.record(&Hit {
            json: item,
            seen: page.fetched_at,
        })
    })
    .await
}
