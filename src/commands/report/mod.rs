//! `gti report`.

use std::path::PathBuf;

use clap::Args;

use super::context::Context;
use super::extract::sources;
use crate::commands::members::lookups::REPORT;
use crate::local::figures::Figures;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::html::dashboard;
use crate::output::{self, Columns, Format, Layout, Report, Subject};

/// Make a report of JSON lines: figures, charts and tables on one page
///
/// Reads what any command prints with -f jsonl: look-ups, scans, feeds, alerts and
/// issues. The page is one file that loads nothing; -f markdown writes the text of a
/// ticket, -f json the figures. No request is sent.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReportArgs {
    /// The files to read; standard input without one, or as -
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  gti report stream.jsonl alerts.jsonl -o report.html
  gti ingest ioc-stream --since 7d -f jsonl | gti report -o week.html
  gti enrich -i iocs.txt --mitre -f jsonl | gti report -f markdown
  gti report lists.jsonl -f json --jq '.panels[] | select(.name == \"actors\")'";

/// The shape of its output.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "report",
    columns: Columns(&["written_at", "records", "unread", "flagged_count"]),
    members: REPORT,
    single: true,
    subject: Subject::Program,
};

/// Runs the command.
pub(crate) async fn run(args: ReportArgs, cx: &mut Context) -> Result<Exit, Error> {
    let way = Way::of(cx)?;
    let sources = sources(&args.files, cx)?;
    let names: Vec<String> = if args.files.is_empty() {
        vec!["-".to_owned()]
    } else {
        args.files
            .iter()
            .map(|file| file.display().to_string())
            .collect()
    };
    let now = (cx.clock)();
    let counting = tokio::task::spawn_blocking(move || {
        let mut figures = Figures::new(now);
        for (source, name) in sources.into_iter().zip(names) {
            figures.read(source).map_err(|error| {
                Error::usage(format!("cannot read `{name}`: {error}"))
                    .hint("name files that can be read, or - for standard input")
            })?;
        }
        Ok::<_, Error>(figures.report())
    });
    let counted = tokio::select! {
        counted = counting => counted,
        () = cx.signals.wait() => return Ok(cx.signals.seen().unwrap_or(Exit::Interrupted)),
    };
    let report = counted.map_err(|error| Error::io("count the records", error.into()))??;
    if report.unread > 0 {
        let unread = match report.unread {
            1 => "1 line is no record".to_owned(),
            lines => format!("{lines} lines are no records"),
        };
        tracing::warn!("{unread}: `gti report` reads JSON lines");
    }
    let page = match way {
        Way::Json => {
            let mut output = cx.output(LAYOUT)?;
            output.record(&Figured(&report))?;
            output.finish()?;
            return Ok(Exit::Done);
        }
        Way::Html => dashboard(&report),
        Way::Markdown => report.markdown(),
    };
    let mut sink = cx.sink()?;
    sink.write(page.as_bytes())?;
    sink.finish()?;
    Ok(Exit::Done)
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Html,
    Markdown,
    Json,
}

impl Way {
    /// What the options ask for; a page, where they ask for nothing.
    fn of(cx: &Context) -> Result<Self, Error> {
        let typed = cx.settings.typed;
        let shaped = typed.jq || typed.fields;
        let format = match cx.settings.format {
            Some(_) => Some(cx.output_format()?),
            None => None,
        };
        // What the environment says is for commands that have records.
        let format = format.filter(|format| {
            typed.format
                || matches!(
                    format,
                    Format::Html | Format::Markdown | Format::Json | Format::Jsonl
                )
        });
        match format {
            Some(Format::Json | Format::Jsonl) => Ok(Self::Json),
            None if shaped => Ok(Self::Json),
            Some(Format::Html | Format::Markdown) if shaped => Err(Error::usage(
                "--jq and --fields shape the figures, not a page",
            )
            .hint("add -f json")),
            Some(Format::Markdown) => Ok(Self::Markdown),
            None | Some(Format::Html) if cx.ui.terminal.stdout && !cx.writes_file() => {
                Err(Error::usage("a page is not written to a terminal").hint(
                    "write it with -o report.html; -f markdown and -f json write to a terminal",
                ))
            }
            None | Some(Format::Html) => Ok(Self::Html),
            Some(other) => Err(
                Error::usage(format!("a report is not written as `{other}`"))
                    .hint("-f takes html, markdown and json here"),
            ),
        }
    }
}

/// The figures as a record.
struct Figured<'a>(&'a Report);

impl output::Record for Figured<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts and numbers always serialise.
        serde_json::to_writer(out, self.0).expect("figures are JSON");
    }
}
