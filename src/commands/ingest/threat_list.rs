//! `gti ingest threat-list`.

use clap::{ArgGroup, Args};
use jiff::Timestamp;

use super::options::IngestOptions;
use super::session::{About, dry_run, open, run as run_feed};
use crate::client::endpoints::threat_lists::{Entries, GrantedList};
use crate::commands::context::{Context, Whose};
use crate::feed::sources::hourly::{Packages, Selection};
use crate::feed::sources::threat_list::{self, Lists, ThreatList, documented};
use crate::feed::{Hour, Hours, Plan, Position};
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::model::suggestion::nearest;
use crate::output::{Columns, Layout, Members, Record, Subject, row};

/// Categorised threat lists, one package an hour
///
/// Each record is the inner object of an entry. Without --checkpoint the newest
/// package is read, or the hours asked for; with one, every package since the
/// last run, each once. An answer of any size takes little memory.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("which").required(true).multiple(false))]
pub(crate) struct ThreatListArgs {
    /// Names of lists: ransomware, phishing, malware …
    #[arg(value_name = "NAME", group = "which")]
    names: Vec<String>,
    /// Every list that the licence grants
    #[arg(long, group = "which")]
    all_provisioned: bool,
    /// Show the lists that the licence grants, and read none
    #[arg(long, group = "which")]
    list: bool,
    /// One package: YYYYMMDDHH in UTC
    #[arg(long, value_name = "YYYYMMDDHH", conflicts_with_all = ["checkpoint", "since", "until", "list"])]
    hour: Option<Hour>,
    /// Types of indicators, joined by commas: `file,url,ip_address,domain`
    #[arg(short, long = "type", value_name = "LIST", value_parser = types)]
    types: Option<String>,
    /// Only entries with this threat score or a higher one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_score: Option<u8>,
    /// The service's own query: has:campaigns, positives:10+ …
    #[arg(long, value_name = "RAW")]
    query: Option<String>,
    /// Only entries that are new, or changed since a package before
    #[arg(long, requires = "checkpoint")]
    changes_only: bool,
    #[command(flatten)]
    options: IngestOptions,
}

const EXAMPLES: &str = "\
Examples:
  gti ingest threat-list --list
  gti ingest threat-list ransomware --min-score 60 -f csv -o ransomware.csv
  gti ingest threat-list ransomware phishing --checkpoint lists -o lists.jsonl   (from cron)
  gti ingest threat-list malware --hour 2026010203 --type file,url
  gti --sandbox ingest threat-list ransomware   (simulated data, no key needed)";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "ingest threat-list",
    columns: Columns(&[
        "type",
        "value",
        "file_name",
        "verdict",
        "severity",
        "threat_score",
        "attributes.positives",
        "last_modified",
        "id",
        "context_attributes.threat_list_id",
    ]),
    members: Members::Object,
    single: false,
    subject: Subject::Indicators,
};

pub(in crate::commands) const TYPES: [&str; 4] = ["file", "url", "ip_address", "domain"];

fn types(text: &str) -> Result<String, String> {
    let names: Vec<&str> = text.split(',').map(str::trim).collect();
    match names.iter().find(|name| !TYPES.contains(name)) {
        None => Ok(names.join(",")),
        Some(name) => Err(format!(
            "`{name}` is not a type: write {}",
            TYPES.join(", ")
        )),
    }
}

impl ThreatListArgs {
    fn wanted(&self) -> Entries {
        let score = self.min_score.map(|score| format!("gti_score:{score}+"));
        let terms: Vec<String> = score.into_iter().chain(self.query.clone()).collect();
        Entries {
            types: self.types.clone(),
            query: (!terms.is_empty()).then(|| terms.join(" ")),
        }
    }

    fn filters(&self, wanted: &Entries) -> String {
        let mut names = self.names.clone();
        names.sort();
        names.dedup();
        let lists = if self.all_provisioned {
            "all-provisioned".to_owned()
        } else {
            names.join(",")
        };
        let mut parts = vec![lists];
        parts.extend(wanted.types.as_ref().map(|types| format!("type:{types}")));
        parts.extend(wanted.query.clone());
        parts.extend(self.changes_only.then(|| "changes-only".to_owned()));
        parts.join(" ")
    }

    /// The packages of a stateless run, or of a checkpoint's run.
    fn packages(&self, position: &Position, now: Timestamp) -> Result<Packages, Error> {
        let window = self.options.window(now)?;
        if self.options.checkpoint.is_some() {
            let hours = match position {
                Position::Hours(hours) => hours.clone(),
                Position::Sweep(_) | Position::Changes(_) | Position::Kinds(_) => Hours::default(),
            };
            return Ok(Packages::missing(hours, &window));
        }
        if let Some(hour) = self.hour {
            return Ok(Packages::Between(hour, hour));
        }
        if self.options.since.is_none() && self.options.until.is_none() {
            return Ok(Packages::Latest);
        }
        let last = Hour::of(window.until.unwrap_or(now)).min(Hour::of(now).plus(-1));
        Ok(Packages::Between(Hour::of(window.since), last))
    }
}

/// Hours that the service keeps, as far as is known (API notes, section 5.4).
const RETENTION: i64 = 7 * 24;

pub(super) async fn run(args: ThreatListArgs, cx: &mut Context) -> Result<Exit, Error> {
    if args.list {
        return list(cx).await;
    }
    let options = &args.options;
    let now = (cx.clock)();
    let wanted = args.wanted();
    let first = Hour::of(options.window(now)?.since);
    if first < Hour::of(now).plus(-RETENTION) {
        tracing::warn!("packages older than 7 days may be gone");
    }
    let plan = About {
        feed: "threat-list",
        whose: Whose::Api,
        filters: args.filters(&wanted),
        layout: LAYOUT,
        view: row::object,
    }
    .plan(cx, options, Position::Hours(Hours::default()))?;
    let mut selection = Selection {
        lists: args.names.clone(),
        packages: Packages::Latest,
        changes_only: args.changes_only,
        may_stop_within: options.limit.is_some(),
    };
    if options.dry_run {
        let position = plan.position(cx.own(), &cx.network()?).await?;
        selection.packages = args.packages(&position, now)?;
        return dry(cx, &args, &plan, (&selection, &wanted), &position);
    }
    check_granted(&selection.lists, cx).await?;
    let (session, client) = match open(cx, plan, &Whose::Api).await? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    if args.all_provisioned {
        let lists = client.threat_lists().await?;
        selection.lists = lists.into_iter().map(|list| list.id).collect();
    }
    selection.packages = args.packages(&session.position, now)?;
    let lists = Lists {
        client: &client,
        wanted,
    };
    let mut feed = ThreatList::new(lists, selection, cx.clock);
    run_feed(cx, session, &mut feed).await
}

/// Says which packages would be asked for.
fn dry(
    cx: &mut Context,
    args: &ThreatListArgs,
    plan: &Plan,
    (selection, wanted): (&Selection, &Entries),
    position: &Position,
) -> Result<Exit, Error> {
    let mut targets = Vec::new();
    if args.all_provisioned {
        targets.push("/threat_lists".to_owned());
    }
    for (list, package) in threat_list::plan(selection, (cx.clock)()) {
        targets.push(wanted.request(&list, &package)?.target());
    }
    dry_run(cx, &Whose::Api, plan, position, targets)
}

/// Refuses lists that neither the documentation nor the service knows, before a
/// checkpoint or a file is made for them.
pub(in crate::commands) async fn check_granted(
    lists: &[String],
    cx: &mut Context,
) -> Result<(), Error> {
    let mut unknown = lists
        .iter()
        .filter(|list| !documented().any(|known| known == *list))
        .peekable();
    if unknown.peek().is_none() {
        return Ok(());
    }
    let granted = cx.client(None)?.threat_lists().await;
    let known: Vec<&str> = match &granted {
        Ok(granted) => granted.iter().map(|list| list.id.as_str()).collect(),
        Err(_) => documented().collect(),
    };
    let Some(list) = unknown.find(|list| !known.contains(&list.as_str())) else {
        return Ok(());
    };
    let message = format!("there is no threat list `{list}`");
    let known_ones = known.join(", ");
    match nearest(list, known.iter().copied()) {
        Some(near) => Err(Error::usage(format!("{message}; did you mean `{near}`?"))
            .hint(format!("the lists are {known_ones}"))),
        None if granted.is_ok() => Err(Error::new(ErrorKind::NotFound, message)
            .hint(format!("the licence grants {known_ones}"))),
        // Where the service does not say what it grants, it says so of the list itself.
        None => Ok(()),
    }
}

/// Shows what the licence grants.
async fn list(cx: &mut Context) -> Result<Exit, Error> {
    let client = cx.client(None)?;
    let mut output = cx.output(Layout {
        command: "ingest threat-list --list",
        columns: Columns(&["id", "attributes.name", "attributes.description"]),
        members: Members::Object,
        single: false,
        subject: Subject::Program,
    })?;
    let lists = match client.threat_lists().await {
        Ok(lists) => lists,
        Err(error) => {
            output.abandon()?;
            let names: Vec<&str> = documented().collect();
            return Err(error.hint(format!("the documented lists are {}", names.join(", "))));
        }
    };
    for list in &lists {
        output.record(&Granted(list))?;
    }
    output.finish()?;
    Ok(Exit::Done)
}

/// A list as the service describes it; a bare name becomes an object.
struct Granted<'a>(&'a GrantedList);

impl Record for Granted<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        let raw = self.0.raw.get();
        if raw.starts_with('{') {
            out.extend_from_slice(raw.as_bytes());
        } else {
            out.extend_from_slice(
                serde_json::json!({ "id": self.0.id })
                    .to_string()
                    .as_bytes(),
            );
        }
    }
}
