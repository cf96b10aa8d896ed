//! `gti rules test`.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::load::{FeedName, load};
use crate::commands::context::Context;
use crate::commands::members::runs::TRIED;
use crate::commands::row::Row;
use crate::feed::rules::{Action, Judgement, Rules};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Output, Subject};

/// Show which rule would match each alert, and why
///
/// Alerts are read one a line, as `gti ingest` prints them, from standard input
/// or a file. Nothing is sent and nothing is changed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TestArgs {
    /// The rules, in TOML
    file: PathBuf,
    /// Read the alerts from a file
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// The feed that the rules are for
    #[arg(long, value_name = "FEED")]
    feed: Option<FeedName>,
}

const EXAMPLES: &str = "\
Examples:
  gti rules test soc.toml < alerts.jsonl
  gti rules test soc.toml -i alerts.jsonl --jq 'select(.action == \"drop\") | .id'
  gti ingest ioc-stream --since 7d | gti rules test soc.toml -f text";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "rules test",
    columns: Columns(&["id", "rule", "line", "action", "why", "error"]),
    members: TRIED,
    single: false,
    subject: Subject::Program,
};

#[derive(Serialize)]
struct Tried<'a> {
    id: Option<&'a str>,
    rule: Option<&'a str>,
    line: Option<usize>,
    action: &'static str,
    why: &'a [String],
    error: Option<&'a str>,
}

pub(super) fn run(args: &TestArgs, cx: &mut Context) -> Result<Exit, Error> {
    let rules = load(cx, &args.file, args.feed.map(FeedName::name))?;
    let reader: Box<dyn Read + Send> = match &args.input {
        None => cx.list_input()?,
        Some(path) => Box::new(cx.input_file(
            path,
            "--input takes a file with one alert a line, as `gti ingest` writes it",
        )?),
    };
    let mut output = cx.output(LAYOUT)?;
    let mut counts = Counts::default();
    let outcome = all(&rules, reader, cx, &mut output, &mut counts);
    cx.ui.note(&counts.line());
    if let Err(failure) = outcome {
        output.abandon()?;
        return Err(failure);
    }
    output.finish()?;
    Ok(if counts.failed > 0 {
        Exit::Partial
    } else {
        Exit::Done
    })
}

/// Bytes that are read at once.
const READ: usize = 256 * 1024;

fn all(
    rules: &Rules,
    reader: Box<dyn Read + Send>,
    cx: &Context,
    output: &mut Output,
    counts: &mut Counts,
) -> Result<(), Error> {
    let mut reader = BufReader::with_capacity(READ, reader);
    let mut line = Vec::new();
    loop {
        line.clear();
        // The next alert may be long in coming.
        if reader.buffer().is_empty() {
            output.rest()?;
        }
        let read = reader
            .read_until(b'\n', &mut line)
            .map_err(|error| Error::io("cannot read the rest of the input", error))?;
        if read == 0 {
            return Ok(());
        }
        let json = line.trim_ascii();
        if json.is_empty() {
            continue;
        }
        let (judgement, why) = match std::str::from_utf8(json) {
            Ok(json) => rules.explain(json, (cx.clock)()),
            Err(_) => (Judgement::failed("the record is not UTF-8"), vec![]),
        };
        if let Some(trouble) = judgement.trouble.as_ref().filter(|_| judgement.stopped) {
            return Err(Error::usage(trouble).hint("correct the condition of that rule"));
        }
        counts.add(&judgement);
        output.record(&Row(Tried {
            id: judgement.id.as_deref(),
            rule: judgement.rule.map(|rule| rule.name.as_str()),
            line: judgement.rule.map(|rule| rule.line),
            action: judgement.action().name(),
            why: &why,
            error: judgement.trouble.as_deref(),
        }))?;
    }
}

/// What the alerts came to.
#[derive(Default)]
struct Counts {
    actions: [u64; Action::NAMES.len()],
    no_rule: u64,
    failed: u64,
}

impl Counts {
    fn add(&mut self, judgement: &Judgement<'_>) {
        let name = judgement.action().name();
        for (count, action) in self.actions.iter_mut().zip(Action::NAMES) {
            *count += u64::from(action == name);
        }
        self.no_rule += u64::from(judgement.rule.is_none());
        self.failed += u64::from(judgement.trouble.is_some());
    }

    fn line(&self) -> String {
        let total: u64 = self.actions.iter().sum();
        let actions: Vec<String> = self
            .actions
            .iter()
            .zip(Action::NAMES)
            .map(|(count, action)| format!("{count} {action}"))
            .collect();
        format!(
            "{total} alerts: {}; {} matched no rule, {} failed",
            actions.join(", "),
            self.no_rule,
            self.failed
        )
    }
}
