//! `gti annotate`.

mod service;

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};

use self::service::Service;
use super::context::{Caching, Context, INPUT};
use super::mirror::existing;
use crate::local::annotating::{self, Looking, Pipe, Stats, Style, read};
use crate::local::matching::{Against, Chosen};
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::model::grouped::grouped;
use crate::model::time::parse_duration;
use crate::state::mirror::Mirror;

/// Add what is known of the indicators in JSON lines to each line
///
/// Lines come out in order, each once and with every byte that it had, with one member
/// added. What the mirror does not know is taken from kept answers, and from the
/// service where there is a budget. A service that is away never stops the pipe.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AnnotateArgs {
    /// The file to read; standard input without one, or as -
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The name of the member that is added
    #[arg(long, value_name = "NAME", default_value = "gti")]
    member: String,
    /// Look only at these members (a,b.c) [default: all texts]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    field: Vec<String>,
    /// Where indicators are looked up, in this order; api needs --max-requests or
    /// --rate [default: mirror,cache, and api with a budget]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    from: Vec<Origin>,
    /// How long a line may wait for an answer; then it goes out as deferred
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = parse_duration)]
    max_latency: Duration,
    /// Maximum age of a kept answer
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = parse_duration)]
    cache_ttl: Duration,
    /// Print only lines with an indicator that the mirror has or the service calls bad
    #[arg(long)]
    only_hits: bool,
    /// Wrap lines that are no JSON object as {"message": LINE}; without it they pass
    /// unchanged
    #[arg(long)]
    text: bool,
    /// Speak the protocol of a program that starts this one: rsyslog (mmexternal)
    #[arg(long, value_name = "NAME")]
    protocol: Option<Protocol>,
}

const EXAMPLES: &str = "\
Examples:
  tail -F events.jsonl | gti annotate --from mirror
  gti annotate events.jsonl --field source.ip,dns.question.name --only-hits
  gti annotate --max-requests 500 --max-latency 2s < alerts.jsonl
  tail -F access.log | gti annotate --text --only-hits";

/// Where indicators are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Origin {
    Mirror,
    Cache,
    Api,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Protocol {
    Rsyslog,
}

/// Runs the command.
pub(crate) async fn run(args: AnnotateArgs, cx: &mut Context) -> Result<Exit, Error> {
    refuse_shapes(cx)?;
    if args.member.is_empty() {
        return Err(Error::usage("--member is empty").hint("name a member, like gti"));
    }
    let (mirror, service) = lookups(&args, cx)?;
    let input = input(args.file.as_deref(), cx)?;
    let rsyslog = args.protocol == Some(Protocol::Rsyslog);
    let looking = Looking {
        mirror: mirror.map(Arc::new),
        asks: service.is_some(),
        fields: args.field,
        member: args.member.clone(),
        text: args.text || rsyslog,
    };
    let pipe = Pipe {
        answers: service.as_ref(),
        style: Style {
            member: args.member,
            only_hits: args.only_hits,
            protocol: if rsyslog {
                annotating::Protocol::Rsyslog
            } else {
                annotating::Protocol::Lines
            },
        },
        max_latency: args.max_latency,
    };
    let mut stdout = cx.ui.take_stdout();
    let worked = pipe.run(read(input, looking), &mut *stdout, cx.signals.wait());
    match worked.await {
        Ok(stats) => cx.ui.note(&summary(stats)),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            return Err(Error::new(ErrorKind::ClosedPipe, error.to_string()));
        }
        Err(error) => return Err(Error::io("cannot pass the lines on", error)),
    }
    stdout
        .flush()
        .map_err(|error| Error::io("cannot pass the lines on", error))?;
    Ok(cx.signals.seen().unwrap_or(Exit::Done))
}

fn summary(stats: Stats) -> String {
    let all = format!(
        "{} lines, {} with a hit",
        grouped(stats.lines),
        grouped(stats.hits)
    );
    let late = [(stats.deferred, "deferred"), (stats.partial, "partial")];
    let late = late.into_iter().filter(|(count, _)| *count > 0);
    let late = late.map(|(count, word)| format!("{} {word}", grouped(count)));
    std::iter::once(all)
        .chain(late)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Lines go out as they came: nothing shapes them.
fn refuse_shapes(cx: &Context) -> Result<(), Error> {
    let settings = &cx.settings;
    let shapes = [
        ("-o", settings.typed.output),
        ("--jq", settings.jq.is_some()),
        ("--fields", settings.typed.fields),
        ("--where", settings.condition.is_some()),
    ];
    match shapes.into_iter().find(|(_, is_there)| *is_there) {
        None => Ok(()),
        Some((option, _)) => Err(Error::usage(format!(
            "{option} has no use here: lines go to standard output as they came, with one member more"
        ))
        .hint("pipe the lines on")),
    }
}

/// Where indicators are looked up: in the mirror, and at the service or among its kept
/// answers.
fn lookups(
    args: &AnnotateArgs,
    cx: &mut Context,
) -> Result<(Option<Against>, Option<Service>), Error> {
    let named = !args.from.is_empty();
    let has_budget = cx.settings.max_requests.is_some() || cx.settings.rate.is_some();
    let wanted = |origin| args.from.contains(&origin) || !named;
    if args.from.contains(&Origin::Api) && !has_budget {
        return Err(Error::usage("--from api needs a budget")
            .hint("say how many requests may be sent: --max-requests 1000, or --rate 4/s"));
    }
    let mirror = if args.from.contains(&Origin::Mirror) {
        Some(existing(cx)?)
    } else if wanted(Origin::Mirror) {
        Mirror::open_existing(cx.settings.directories.state()?)?
    } else {
        None
    };
    let mirror = mirror.map(|mirror| Against::mirror(mirror, Chosen::default(), true));
    let mirror = mirror.transpose()?;
    let asks = wanted(Origin::Api) && has_budget;
    let keeps = wanted(Origin::Cache);
    let has_key = cx.settings.sandbox || cx.settings.credential.is_some();
    let service = if (asks || keeps) && (has_key || named) {
        let client = cx.client(Some(Caching {
            kept: keeps,
            ttl: args.cache_ttl,
            offline: !asks,
        }))?;
        Some(Service::new(client))
    } else {
        None
    };
    if mirror.is_none() && service.is_none() {
        existing(cx)?;
    }
    Ok((mirror, service))
}

fn input(file: Option<&Path>, cx: &mut Context) -> Result<Box<dyn Read + Send>, Error> {
    match file {
        Some(path) if path != Path::new("-") => {
            cx.own().spare(INPUT, path)?;
            Ok(Box::new(cx.input_file(path, "name a file of JSON lines")?))
        }
        None if cx.ui.terminal.stdin => Err(Error::usage("nothing to read")
            .hint("name a file, or pipe JSON lines in; `gti annotate --help` has examples")),
        _ => cx.raw_input(),
    }
}
