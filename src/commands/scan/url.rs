//! `gti scan url`: submit URLs.

use std::ffi::OsString;
use std::iter;

use clap::Args;

use super::launch::Scan;
use super::options::PrivateUrlArgs;
use super::report::ReportArgs;
use super::targets::{targets, text};
use super::visibility::VisibilityArgs;
use super::waiting::WaitArgs;
use crate::commands::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::scan::Target;

/// Submit URLs, wait for the analysis, and print each one's report
///
/// --private keeps a URL within your organisation; --public shares it with
/// the whole community and cannot be undone. One of them is required, here
/// or as scan.visibility in the configuration file. Defanged forms are
/// understood. Every URL gets one record, in the order of the arguments.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct UrlArgs {
    /// URLs; - reads them from standard input, one a line
    #[arg(value_name = "URL", required = true)]
    urls: Vec<OsString>,
    #[command(flatten)]
    visibility: VisibilityArgs,
    /// Print the ids of the analyses without waiting for them
    #[arg(long)]
    no_wait: bool,
    #[command(flatten)]
    waiting: WaitArgs,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    options: PrivateUrlArgs,
}

const EXAMPLES: &str = "\
Examples:
  gti scan url --private 'hxxps://login[.]example/reset?user=ann'
  gti scan url --public http://evil.example/a --fail-on suspicious
  gti scan url --private http://evil.example/ --sandboxes cape_win,chrome_headless_linux
  gti scan url --private --no-wait - < urls.txt > submitted.jsonl
  gti --sandbox scan url --private http://evil.example/   (simulated)";

pub(super) async fn run(args: UrlArgs, cx: &mut Context) -> Result<Exit, Error> {
    let visibility = args.visibility.decide(cx)?;
    args.report.needs(!args.no_wait, "leave --no-wait out")?;
    let options = args.options.fields(visibility)?;
    let targets = targets(args.urls, cx, |url| iter::once(Target::url(text(url))))?;
    Scan {
        bytes: None,
        visibility,
        options,
        if_unknown: false,
        waiting: (!args.no_wait).then(|| args.waiting.waiting(cx)),
        report: args.report,
    }
    .launch(targets, cx)
    .await
}
