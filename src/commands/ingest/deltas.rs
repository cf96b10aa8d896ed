//! `gti ingest deltas`.

use clap::Args;
use jiff::Timestamp;

use super::options::IngestOptions;
use super::session::{About, dry_run, open, run as run_feed};
use crate::commands::context::{Context, Whose};
use crate::feed::sources::deltas::{self, Archives, Deltas, TYPES};
use crate::feed::sources::hourly::{Packages, Selection};
use crate::feed::{Hour, Hours, Position};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Members, Subject, row};

/// Indicators that were created or changed, one archive an hour
///
/// Each record is an entry as the service sends it. Without --checkpoint the hours
/// of the window are read; with one, every hour since the last run, each once. An
/// archive of any size takes little memory.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DeltasArgs {
    /// One hour: YYYYMMDDHH in UTC
    #[arg(long, value_name = "YYYYMMDDHH", conflicts_with_all = ["checkpoint", "since", "until"])]
    hour: Option<Hour>,
    /// Types of indicators, joined by commas: `file,ip,url,domain` [default: all]
    #[arg(short, long = "type", value_name = "LIST", value_parser = types)]
    types: Option<Types>,
    /// Only entries with this threat score or a higher one; those without a score
    /// are left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_score: Option<u8>,
    /// Only entries that differ from all that the feed had before
    #[arg(long, requires = "checkpoint")]
    changes_only: bool,
    #[command(flatten)]
    options: IngestOptions,
}

const EXAMPLES: &str = "\
Examples:
  gti ingest deltas --checkpoint deltas -o deltas.jsonl              (from cron)
  gti ingest deltas --checkpoint bad --min-score 60 --changes-only --sink siem
  gti ingest deltas --hour 2026010203 --type ip,domain
  gti --sandbox ingest deltas --since 6h       (simulated data, no key needed)";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "ingest deltas",
    columns: Columns(&[
        "type",
        "value",
        "file_name",
        "verdict",
        "severity",
        "threat_score",
        "last_modified",
        "threats",
        "id",
    ]),
    members: Members::Object,
    single: false,
    subject: Subject::Indicators,
};

/// Types of indicators, each once and in the order of the feed.
#[derive(Debug, Clone)]
struct Types(Vec<String>);

fn types(text: &str) -> Result<Types, String> {
    let mut wanted = [false; TYPES.len()];
    for name in text.split(',').map(str::trim) {
        // As objects name it.
        let name = if name == "ip_address" { "ip" } else { name };
        let place = TYPES.iter().position(|known| *known == name);
        let place =
            place.ok_or_else(|| format!("`{name}` is not a type: write {}", TYPES.join(", ")))?;
        wanted[place] = true;
    }
    let wanted = TYPES.iter().zip(wanted).filter(|(_, wanted)| *wanted);
    Ok(Types(wanted.map(|(name, _)| (*name).to_owned()).collect()))
}

impl DeltasArgs {
    fn lists(&self) -> Vec<String> {
        let all = || TYPES.map(str::to_owned).to_vec();
        self.types.clone().map_or_else(all, |types| types.0)
    }

    fn filters(&self) -> String {
        let types = self.types.as_ref();
        let parts = [
            types.map(|types| format!("type:{}", types.0.join(","))),
            self.min_score.map(|score| format!("min-score:{score}")),
            self.changes_only.then(|| "changes-only".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The hours of a stateless run, or of a checkpoint's run.
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
        let last = Hour::of(window.until.unwrap_or(now)).min(Hour::of(now).plus(-1));
        Ok(Packages::Between(Hour::of(window.since), last))
    }
}

/// Runs the command.
pub(super) async fn run(args: DeltasArgs, cx: &mut Context) -> Result<Exit, Error> {
    let options = &args.options;
    let now = (cx.clock)();
    let plan = About {
        feed: "deltas",
        whose: Whose::Api,
        filters: args.filters(),
        layout: LAYOUT,
        view: row::delta,
    }
    .plan(cx, options, Position::Hours(Hours::default()))?;
    let selection = |packages| Selection {
        lists: args.lists(),
        packages,
        changes_only: args.changes_only,
        may_stop_within: options.limit.is_some(),
    };
    if options.dry_run {
        let position = plan.position(cx.own(), &cx.network()?).await?;
        let requests = deltas::plan(&selection(args.packages(&position, now)?), now)?;
        let targets = requests.iter().map(crate::client::request::Request::target);
        return dry_run(cx, &Whose::Api, &plan, &position, targets);
    }
    let egress = cx.egress()?;
    let (session, client) = match open(cx, plan, &Whose::Api).await? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let archives = Archives {
        client: &client,
        egress,
        min_score: args.min_score,
    };
    let selection = selection(args.packages(&session.position, now)?);
    let mut feed = Deltas::new(archives, selection, cx.clock);
    run_feed(cx, session, &mut feed).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_in_one_order() {
        for (text, expected) in [
            ("domain, file", "file,domain"),
            ("ip_address,ip", "ip"),
            ("url,domain,ip,file", "file,ip,url,domain"),
        ] {
            assert_eq!(types(text).expect(text).0.join(","), expected);
        }
        assert!(types("").is_err() && types("ip,host").is_err());
    }
}
