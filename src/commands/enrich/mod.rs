//! `gti enrich`: look indicators up.

mod argument;
mod estimate;
mod journaled;
mod output;

use clap::Args;

use self::journaled::{Bound, rest};
use super::bulk;
use super::caching::CachingArgs;
use super::context::Context;
use super::related::{RelatedArgs, names};
use super::source::{InputArgs, indicator_types, indicators};
use crate::bulk::{Printer, Raw, Remarks};
use crate::enrich::Plan;
use crate::enrich::journal::Journal;
use crate::local::extract::Wanted;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::fail_on::FailOn;
use crate::model::indicator::Kind;
use crate::output::{Layout, Members, Output, Shape};
use crate::state::checkpoint::CheckpointName;

pub(crate) use self::argument::settle;
pub(super) use self::output::LAYOUT;

/// Look up IPs, domains, URLs and file hashes
///
/// Types are recognised automatically and may be mixed; defanged forms are
/// understood. Indicators come as arguments, from --input, or from standard
/// input, one a line; blank lines and lines that begin with # are skipped.
/// Every input gets one record, in the order of the input; repeats are looked
/// up once.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EnrichArgs {
    /// Indicators; - reads them from standard input
    #[arg(value_name = "IOC")]
    iocs: Vec<String>,
    #[command(flatten)]
    from: InputArgs,
    /// Treat every input as this type (ip, domain, url, file), instead of
    /// recognising it
    #[arg(short = 't', long = "type", value_name = "TYPE", value_parser = kind)]
    kind: Option<Kind>,
    #[command(flatten)]
    related: RelatedArgs,
    /// Files: ATT&CK tactics and techniques, by sandbox
    #[arg(long)]
    mitre: bool,
    /// Files: sandbox behaviour reports
    #[arg(long)]
    behaviours: bool,
    /// Ask for these attributes only (a,b), and for the two that verdict and
    /// score come from: `gti_assessment`, `last_analysis_stats` (with --raw only
    /// if there is a --fail-on)
    #[arg(long, value_name = "LIST")]
    attributes: Option<String>,
    /// Ask for all but these attributes (a,b)
    #[arg(long, value_name = "LIST")]
    exclude_attributes: Option<String>,
    #[command(flatten)]
    caching: CachingArgs,
    /// Store progress under this name: the next run with it continues behind the
    /// last record in the -o file
    #[arg(long, value_name = "NAME", conflicts_with = "offline")]
    checkpoint: Option<CheckpointName>,
    /// Say what would be requested, and what is left of the quota; look nothing up
    #[arg(long)]
    estimate: bool,
    /// Exit with 10 if a record meets COND: malicious, suspicious (or worse), or
    /// score>=N; may be repeated
    #[arg(long, value_name = "COND")]
    fail_on: Vec<FailOn>,
    /// Also look up private, loopback and other addresses and names that are
    /// known only in your network
    #[arg(long)]
    include_private: bool,
    /// Defang values in text
    #[arg(long)]
    defang: bool,
    /// Print only the API's object; an input without one keeps its record
    #[arg(long)]
    raw: bool,
}

const EXAMPLES: &str = "\
Examples:
  gti enrich 203.0.113.7 evil.example 'hxxps://evil[.]example/a'
  gti enrich -i iocs.txt -f csv -o verdicts.csv
  grep -oE '[0-9a-f]{64}' mail.log | gti enrich --jq '{value, verdict}'
  gti enrich evil.example --relationships=malware_families --expand
  gti enrich -i million.txt --checkpoint million -o verdicts.jsonl
  gti enrich \"$SHA256\" --mitre --fail-on malicious --fail-on 'score>=60'
  gti --sandbox enrich evil.example        (simulated data, no key needed)";

pub(super) fn kind(text: &str) -> Result<Kind, String> {
    text.parse()
        .map_err(|unknown: crate::model::indicator::UnknownKind| unknown.to_string())
}

pub(crate) async fn run(args: EnrichArgs, cx: &mut Context) -> Result<Exit, Error> {
    args.related.check()?;
    let plan = args.plan();
    let caching = args.caching.caching();
    let types = match args.kind {
        Some(kind) => vec![kind.into()],
        None => indicator_types(),
    };
    let wanted = Wanted {
        types,
        private: args.include_private,
        ..Wanted::default()
    };
    let raw = args.raw || cx.settings.shape == Some(Shape::Raw);
    let layout = Layout {
        members: if raw { Members::Object } else { LAYOUT.members },
        ..LAYOUT
    };
    // What is wrong with the command line is said before anybody is asked.
    let bound = Bound::of(&args, layout, cx)?;
    let (inputs, total) = indicators(&args.iocs, &args.from, wanted, "enrich", cx)?;
    if args.estimate {
        return estimate::run(cx, &plan, inputs, bound, caching).await;
    }
    cx.ui.style.defang = args.defang;
    let printer = |cx: &Context, output: Output, total| {
        let progress = cx.ui.progress(total, "looked up", cx.writes_file());
        let printer = if raw {
            Printer::new(Raw(output), progress)
        } else {
            Printer::new(output, progress)
        };
        printer.failing_on(args.fail_on).remarking(Remarks {
            done: Some("looked up"),
            ..Remarks::default()
        })
    };
    let Some(bound) = bound else {
        let output = cx.output(layout)?;
        let client = cx.client(Some(caching))?;
        let printer = printer(cx, output, total);
        return bulk::run(cx, &client, &plan, inputs, printer).await;
    };
    cx.refuse_idle(layout.command)?;
    let (opened, output) = bound.take(cx).await?;
    let done = opened.progress().done;
    if opened.progress().complete {
        cx.ui.note(&bound.nothing_left(opened.progress()));
    }
    let client = cx.client(Some(caching))?;
    let printer = printer(cx, output, total.map(|total| total.saturating_sub(done)));
    let journal = Journal::new(&client, opened, printer, cx.clock);
    bound
        .run(cx, &client, &plan, rest(inputs, done), journal)
        .await
}

impl EnrichArgs {
    fn plan(&self) -> Plan {
        Plan {
            kind: self.kind,
            relationships: self.related.relationships(),
            expand: self.related.expand,
            relationship_limit: self.related.limit(),
            mitre: self.mitre,
            behaviours: self.behaviours,
            attributes: self.attributes.as_deref().map(|list| {
                if self.raw && self.fail_on.is_empty() {
                    list.to_owned()
                } else {
                    judged(list)
                }
            }),
            exclude_attributes: self.exclude_attributes.clone(),
            include_private: self.include_private,
        }
    }
}

/// The attributes of a list, and those that a verdict comes from: without them
/// every one would be `unknown`, and a gate would never close.
fn judged(list: &str) -> String {
    let mut names = names(list);
    for needed in ["gti_assessment", "last_analysis_stats"] {
        if !names.iter().any(|name| name == needed) {
            names.push(needed.to_owned());
        }
    }
    names.join(",")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::commands::{Cli, Command};

    fn asked(line: &str) -> Option<String> {
        match Cli::try_parse_from(line.split(' ')).expect(line).command {
            Command::Enrich(args) => args.plan().attributes,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn attributes_hold_what_the_verdict_needs() {
        for (line, expected) in [
            ("gti enrich x", None),
            (
                "gti enrich x --attributes tags",
                Some("tags,gti_assessment,last_analysis_stats"),
            ),
            (
                "gti enrich x --attributes last_analysis_stats,tags",
                Some("last_analysis_stats,tags,gti_assessment"),
            ),
            ("gti enrich x --attributes tags --raw", Some("tags")),
            (
                "gti enrich x --attributes tags --raw --fail-on malicious",
                Some("tags,gti_assessment,last_analysis_stats"),
            ),
        ] {
            assert_eq!(asked(line).as_deref(), expected, "{line}");
        }
    }
}
