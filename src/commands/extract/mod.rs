//! `gti extract`.

mod output;

use std::path::{Path, PathBuf};

use clap::Args;
use futures::StreamExt;

pub(super) use self::output::LAYOUT;
use self::output::Row;
use super::context::{Context, INPUT};
use crate::local::extract::{ExtractError, Found, Source, ValueType, Wanted, find};
use crate::model::error::Error;
use crate::model::exit::Exit;

/// Find indicators in any text: mail, HTML, logs, reports, CSV, JSON, STIX, MISP
///
/// Prints each IP address, domain, URL, file hash, mail address and CVE id once,
/// in the form in which it is looked up, with its place in the text. Defanged
/// forms are understood. Names like report.zip or node.js are domains only in a
/// URL or defanged. No request is sent to the service.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExtractArgs {
    /// The files to read; standard input without one, or as -
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Find only these types (a,b): ip, domain, url, file, email, cve
    #[arg(short, long = "type", value_name = "LIST", value_delimiter = ',', value_parser = value_type())]
    types: Vec<ValueType>,
    /// Print every occurrence of a value, not only the first
    #[arg(long)]
    all: bool,
    /// Add the line of each finding, and N lines before and after it
    #[arg(long, value_name = "N")]
    context: Option<u8>,
    /// Defang the values
    #[arg(long)]
    defang: bool,
    /// Also print private, loopback and other addresses and names that are known
    /// only in your network
    #[arg(long)]
    include_private: bool,
}

const EXAMPLES: &str = "\
Examples:
  gti extract report.html mail.eml
  gti extract access.log --type ip --jq .value | gti enrich -
  pdftotext advisory.pdf - | gti extract --type cve -f text
  gti extract notes.txt --all --context 1 -f csv";

/// The types by their names, which completion knows.
pub(super) fn value_type() -> impl clap::builder::TypedValueParser<Value = ValueType> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(ValueType::ALL.map(ValueType::name)).map(|name| {
        let found = ValueType::ALL.into_iter().find(|it| it.name() == name);
        found.expect("a possible value is a type")
    })
}

pub(crate) async fn run(args: ExtractArgs, cx: &mut Context) -> Result<Exit, Error> {
    let sources = sources(&args.files, cx)?;
    let wanted = Wanted {
        types: args.types,
        all: args.all,
        private: args.include_private,
        context: args.context.map(usize::from),
    };
    let mut output = cx.output(LAYOUT)?;
    cx.refuse_scores(LAYOUT.command)?;
    let format = cx.output_format()?;
    let shown = [
        ("--defang", args.defang),
        ("--context", args.context.is_some()),
    ];
    if let Some((option, _)) = shown
        .into_iter()
        .find(|(_, typed)| *typed && format.is_export())
    {
        return Err(Error::usage(format!(
            "{option} shows values to people, and -f {format} is for programs"
        ))
        .hint("leave it out, or use -f text, json, jsonl or csv"));
    }
    let mut found = std::pin::pin!(find(sources, wanted));
    let mut stop = std::pin::pin!(cx.signals.wait());
    let mut count = 0_u64;
    let mut unread = None;
    let mut left_out = 0;
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
            Some(Found::Batch(batch)) => {
                count += batch.len() as u64;
                for located in &batch {
                    output.record(&Row::new(located, args.defang))?;
                }
                output.rest()?;
            }
            Some(Found::Unread(name, error)) => {
                let failure = unreadable(&name, &error, "extract");
                if let Some(earlier) = unread.replace(failure) {
                    cx.ui.error(&earlier);
                }
            }
            Some(Found::Private(number)) => left_out = number,
        }
    }
    output.finish()?;
    if left_out > 0 {
        let values = if left_out == 1 { "value" } else { "values" };
        cx.ui.note(&format!(
            "{left_out} private {values} left out; --include-private prints them"
        ));
    }
    match unread {
        Some(failure) => Err(failure),
        None if count == 0 => {
            cx.ui.note("nothing found");
            Ok(Exit::NotFound)
        }
        None => Ok(Exit::Done),
    }
}

/// The files that are named, `-` for standard input, which is read without being
/// named where no terminal is there.
pub(super) fn sources(files: &[PathBuf], cx: &mut Context) -> Result<Vec<Source>, Error> {
    if files.is_empty() {
        if cx.ui.terminal.stdin {
            return Err(Error::usage("nothing to read")
                .hint("name files, or pipe text in; `gti extract --help` has examples"));
        }
        return Ok(vec![Source::Stream(cx.list_input()?)]);
    }
    if files.iter().filter(|file| *file == Path::new("-")).count() > 1 {
        return Err(Error::usage("standard input is named twice").hint("name it once"));
    }
    let source = |file: &PathBuf| {
        if file == Path::new("-") {
            cx.list_input().map(Source::Stream)
        } else {
            cx.own().spare(INPUT, file)?;
            Ok(Source::File(file.clone()))
        }
    };
    files.iter().map(source).collect()
}

/// Why a file was not read to its end, to the user of a command.
pub(super) fn unreadable(name: &str, error: &ExtractError, command: &str) -> Error {
    let hint = match error {
        ExtractError::Io(_) => "name files that can be read, or - for standard input".into(),
        ExtractError::NotText { instead, .. } => {
            instead.replace("gti extract", &format!("gti {command}"))
        }
        ExtractError::TooLong => "split it, or extract its text first".into(),
    };
    Error::usage(format!("cannot read `{name}`: {error}")).hint(hint)
}
