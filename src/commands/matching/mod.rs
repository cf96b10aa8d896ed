//! `gti match`.

mod fail;
mod output;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use futures::StreamExt;

use self::fail::Condition;
pub(super) use self::output::HITS;
use self::output::{COUNTS, Count, Marked, Row};
use super::context::{Context, INPUT};
use super::extract::{sources, unreadable, value_type};
use super::mirror;
use crate::local::extract::ValueType;
use crate::local::matching::{Against, Chosen, Found, How, Line, List, ListError, Reading, find};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Format, Output};

/// Find the lines of logs that name an indicator of the mirror, or of a list
///
/// Reads files or standard input line by line and prints the lines in which an
/// indicator stands that the mirror has, however it is written: in any case, defanged,
/// as the host of a URL or of a mail address, as the parent of a domain. With --against
/// it takes a list instead. No request is sent.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct MatchArgs {
    /// The files to read; standard input without one, or as -
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A list instead of the mirror: a file in any form that `gti extract` reads (repeatable)
    #[arg(long, value_name = "FILE")]
    against: Vec<PathBuf>,
    /// Match only these types (a,b): ip, domain, url, file; of a list, email and cve too
    #[arg(short, long = "type", value_name = "LIST", value_delimiter = ',', value_parser = value_type())]
    types: Vec<ValueType>,
    /// Match only indicators of the mirror with these verdicts (a,b): malicious,
    /// suspicious, undetected, unknown
    #[arg(long, value_name = "LIST", value_delimiter = ',', conflicts_with = "against",
          value_parser = ["malicious", "suspicious", "undetected", "unknown"])]
    verdict: Vec<String>,
    /// Match only indicators of the mirror with this threat score or a higher one
    #[arg(long, value_name = "N", conflicts_with = "against",
          value_parser = clap::value_parser!(u8).range(0..=100))]
    min_score: Option<u8>,
    /// Match domains alone, not the names below them
    #[arg(long)]
    no_parents: bool,
    /// Print how many lines of each file match, not the lines
    #[arg(long)]
    count: bool,
    /// Go on at the end of each file with what is written to it, as tail -F does
    #[arg(long)]
    follow: bool,
    /// Exit with 10 when a line matches: any, malicious, or score:N
    #[arg(long, value_name = "COND")]
    fail_on: Option<Condition>,
}

const EXAMPLES: &str = "\
Examples:
  gti match access.log --verdict malicious
  tail -F access.log | gti match --min-score 60 -f jsonl
  gti match access.log --against blocklist.txt
  tail -F access.log | gti match --against iocs.csv -f jsonl
  gti match *.log --against report.html --type domain --count
  zcat old.log.gz | gti match --against iocs.stix.json --fail-on any";

/// Runs the command.
pub(crate) async fn run(args: MatchArgs, cx: &mut Context) -> Result<Exit, Error> {
    if args.follow && args.files.is_empty() {
        return Err(
            Error::usage("--follow takes files").hint("name them, or pipe `tail -F FILE` in")
        );
    }
    if args.follow && args.count {
        return Err(
            Error::usage("--follow comes to no end at which --count could print")
                .hint("leave one of them out"),
        );
    }
    if let Some(condition) = args.fail_on.filter(|it| *it != Condition::Any)
        && !args.against.is_empty()
    {
        let condition = match condition {
            Condition::Score(least) => format!("score:{least}"),
            _ => "malicious".to_owned(),
        };
        return Err(Error::usage(format!(
            "a list of your own has no verdicts and scores, so `--fail-on {condition}` is never met"
        ))
        .hint("write --fail-on any, or match against the mirror"));
    }
    let named = args.files.len() > 1;
    let sources = sources(&args.files, cx)?;
    let against = if args.against.is_empty() {
        let chosen = Chosen {
            types: args.types,
            verdicts: args.verdict,
            min_score: args.min_score.map(i64::from),
        };
        Against::mirror(mirror::existing(cx)?, chosen, args.follow)?
    } else {
        Against::List(list(args.against, args.types, cx).await?)
    };
    let against = Arc::new(against);
    let how = How {
        threads: threads(cx.settings.concurrency),
        parents: !args.no_parents,
        follow: args.follow,
    };
    let shaped = cx.settings.jq.is_some() || cx.settings.fields.is_some();
    let mut output = cx.output(if args.count { COUNTS } else { HITS })?;
    let mut printer = Printer {
        by_line: cx.output_format()? == Format::Text && !shaped,
        counts: args.count,
        named,
        condition: args.fail_on,
        file: None,
        lines: 0,
        met: false,
    };
    let mut found = std::pin::pin!(find(sources, Arc::clone(&against), how));
    let mut stop = std::pin::pin!(cx.signals.wait());
    let mut unread: Option<Error> = None;
    loop {
        let next = tokio::select! {
            next = found.next() => next,
            () = &mut stop => {
                output.abandon()?;
                return Ok(cx.signals.seen().unwrap_or(Exit::Interrupted));
            }
        };
        match next {
            None => break,
            Some(Found::Unread(error)) => {
                let file = printer.file.take().unwrap_or_default();
                let failure = unreadable(&file, &error, "match");
                if let Some(earlier) = unread.replace(failure) {
                    cx.ui.error(&earlier);
                }
            }
            Some(found) => printer.take(found, &mut output)?,
        }
        if let Some(failure) = against.failure() {
            output.abandon()?;
            return Err(failure.into());
        }
    }
    printer.end_file(&mut output)?;
    output.finish()?;
    match unread {
        Some(failure) => Err(failure),
        None if printer.met => Ok(Exit::Condition),
        None => Ok(Exit::Done),
    }
}

/// Prints what is found.
struct Printer {
    /// Whether a line is shown once, with all its values marked.
    by_line: bool,
    counts: bool,
    /// Whether the file's name stands before what is found in it.
    named: bool,
    /// What makes the run exit with 10, and whether it was met.
    condition: Option<Condition>,
    met: bool,
    /// The file that is being read.
    file: Option<String>,
    /// Its lines that match.
    lines: u64,
}

impl Printer {
    fn take(&mut self, found: Found, output: &mut Output) -> Result<(), Error> {
        match found {
            Found::File(name) => {
                self.end_file(output)?;
                self.file = Some(name);
            }
            Found::Lines(lines) => {
                self.lines += lines.len() as u64;
                let mut hits = lines.iter().flat_map(|line| &line.hits);
                self.met |= self
                    .condition
                    .is_some_and(|condition| hits.any(|hit| condition.is_met(&hit.known)));
                if !self.counts {
                    for line in &lines {
                        self.print(line, output)?;
                    }
                    output.rest()?;
                }
            }
            Found::Unread(_) => {}
        }
        Ok(())
    }

    fn print(&self, line: &Line, output: &mut Output) -> Result<(), Error> {
        let file = self.file.as_deref().unwrap_or_default();
        if self.by_line {
            let file = self.named.then_some(file);
            output.record(&Marked { file, line })?;
            return Ok(());
        }
        for hit in &line.hits {
            output.record(&Row::new(file, line, hit))?;
        }
        Ok(())
    }

    /// Ends the file that is being read.
    fn end_file(&mut self, output: &mut Output) -> Result<(), Error> {
        let count = std::mem::take(&mut self.lines);
        let Some(source) = self.file.take().filter(|_| self.counts) else {
            return Ok(());
        };
        output.record(&Count {
            source: &source,
            lines: count,
            named: self.named,
        })?;
        Ok(())
    }
}

/// Reads the list, on a thread where that holds nothing up.
async fn list(files: Vec<PathBuf>, types: Vec<ValueType>, cx: &Context) -> Result<List, Error> {
    for file in &files {
        cx.own().spare(INPUT, file)?;
    }
    let reading = Reading { files, types };
    let read = tokio::task::spawn_blocking(move || List::read(&reading)).await;
    let read = read.map_err(|error| Error::io("read the list", error.into()))?;
    read.map_err(|error| match &error {
        ListError::Unread(file, cause) => unreadable(file, cause, "extract"),
        ListError::Empty(_) => Error::usage(error.to_string())
            .hint("`gti extract FILE` shows what is found in a file; --type chooses among it"),
        ListError::TooManyFiles | ListError::TooLong => Error::usage(error.to_string())
            .hint("join the files, or match against a part at a time"),
    })
}

/// Threads that match: as many as are asked for, and no more than there are cores.
fn threads(asked: NonZeroUsize) -> NonZeroUsize {
    let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    asked.min(cores)
}
