//! `gti search`.

mod kind;
mod row;

use clap::Args;
use futures::future::{Either, select};
use futures::{StreamExt, pin_mut};

use self::kind::SearchKind;
use self::row::Hit;
use super::context::Context;
use crate::client::endpoints::search::{LARGEST_PAGE, Search};
use crate::client::{Client, ClientError};
use crate::error::{Exit, Failure};
use crate::model::problem::ProblemKind;
use crate::output::{Columns, Layout, Output};

/// Search threat actors, malware, campaigns, reports and indicators
///
/// The query is the service's own search language. Records are the objects found,
/// as the service sends them, in its order.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct SearchArgs {
    /// What to search for; several words are joined by blanks
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Search objects of this type alone: adds its terms before the query
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<SearchKind>,
    /// Order of what is found, like `last_modification_date-` (- is descending)
    #[arg(long, value_name = "ORDER")]
    order: Option<String>,
    /// Stop after N objects
    #[arg(short = 'n', long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u64).range(1..))]
    limit: u64,
    /// Show all that is found, page by page
    #[arg(long, conflicts_with = "limit")]
    all: bool,
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

const LAYOUT: Layout = Layout {
    command: "search",
    columns: Columns(&[
        "type",
        "id",
        "attributes.collection_type",
        "attributes.name",
        "attributes.url",
        "attributes.meaningful_name",
        "attributes.gti_assessment.verdict.value",
        "attributes.gti_assessment.threat_score.value",
        "attributes.last_modification_date",
    ]),
    single: false,
    stix: false,
};

impl SearchArgs {
    fn search(&self) -> Result<Search, Failure> {
        let words = [self.kind.map(SearchKind::terms).unwrap_or_default()];
        let words = words
            .into_iter()
            .chain(self.query.iter().map(String::as_str));
        let words: Vec<&str> = words.map(str::trim).filter(|it| !it.is_empty()).collect();
        if words.is_empty() {
            return Err(Failure::usage(
                "nothing to search for",
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

/// Runs the command.
pub async fn run(args: SearchArgs, cx: &mut Context) -> Result<Exit, Failure> {
    let search = args.search()?;
    let limit = if args.all { u64::MAX } else { args.limit };
    let mut output = cx.output(LAYOUT)?;
    let client = cx.client(None)?;
    let printed = print(&client, &search, limit, &mut output, cx.signals.wait()).await;
    match printed {
        Ok(Printed::All(0)) => {
            output.finish()?;
            cx.ui.note("nothing matches");
        }
        Ok(Printed::All(_)) => output.finish()?,
        Ok(Printed::Some { shown, of }) => {
            output.finish()?;
            let of = of.map_or_else(|| "more".to_owned(), |of| of.to_string());
            cx.ui.note(&format!(
                "{shown} of {of} shown; -n N shows more, --all all"
            ));
        }
        Ok(Printed::Stopped) => {
            output.abandon()?;
            return Ok(cx.signals.seen().unwrap_or(Exit::Interrupted));
        }
        Err(failure) => {
            // What was found so far is still to be a document. A second failure,
            // like that of the same closed pipe, says nothing new.
            let _ = output.abandon();
            return Err(failure);
        }
    }
    Ok(Exit::Done)
}

/// How the printing of what is found ended.
enum Printed {
    /// With the last of so many.
    All(u64),
    /// At the limit, before the end.
    Some { shown: u64, of: Option<u64> },
    /// By a signal.
    Stopped,
}

async fn print(
    client: &Client,
    search: &Search,
    limit: u64,
    output: &mut Output,
    stop: impl Future<Output = ()>,
) -> Result<Printed, Failure> {
    let pages = client.search(search, limit.min(LARGEST_PAGE));
    pin_mut!(pages, stop);
    let mut shown = 0;
    loop {
        let page = match select(pages.next(), &mut stop).await {
            Either::Left((None, _)) => return Ok(Printed::All(shown)),
            Either::Left((Some(page), _)) => page.map_err(explained)?,
            Either::Right(_) => return Ok(Printed::Stopped),
        };
        let mut items = page.items();
        for item in items.by_ref() {
            output.record(&Hit(item))?;
            shown += 1;
            if shown == limit {
                break;
            }
        }
        // Before the next page is waited for.
        output.flush()?;
        if shown == limit && (items.len() > 0 || page.next.is_some()) {
            let of = page.count;
            return Ok(Printed::Some { shown, of });
        }
    }
}

/// A search that the service refuses is nearly always one that it can't read.
fn explained(error: ClientError) -> Failure {
    let refused = error.kind == ProblemKind::Invalid;
    let failure = Failure::from(error);
    if refused {
        failure.hinting(
            "the service can't read the query or the order: values with blanks stand in double quotes, an order ends in + or -, and searches for content can't be ordered",
        )
    } else {
        failure
    }
}
