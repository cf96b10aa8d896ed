//! `gti scan status`: take up analyses that were begun earlier.

use std::ffi::OsString;
use std::iter;

use clap::Args;

use super::launch::Scan;
use super::report::ReportArgs;
use super::targets::{targets, text};
use super::visibility::VisibilityArgs;
use super::waiting::WaitArgs;
use crate::commands::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::scan::Target;

/// Resume analyses that were submitted earlier
///
/// The ids are those that `gti scan` printed as `analysis_id`. A complete
/// analysis prints its report; a pending one prints `submitted`, or is waited for
/// with --wait. --private or --public must be what it was submitted with.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct StatusArgs {
    /// Ids of analyses; - reads them from standard input, one a line
    #[arg(value_name = "ID", required = true)]
    ids: Vec<OsString>,
    #[command(flatten)]
    visibility: VisibilityArgs,
    /// Wait for the analyses
    #[arg(long)]
    wait: bool,
    #[command(flatten)]
    waiting: WaitArgs,
    #[command(flatten)]
    report: ReportArgs,
}

const EXAMPLES: &str = "\
Examples:
  gti scan status --private \"$ID\" --wait --wait-timeout 30m
  gti scan file --private --no-wait *.bin -f text --jq .analysis_id > ids
  gti scan status --private --wait - < ids";

pub(super) async fn run(args: StatusArgs, cx: &mut Context) -> Result<Exit, Error> {
    let visibility = args.visibility.decide(cx)?;
    let targets = targets(args.ids, cx, |id| iter::once(Target::analysis(text(id))))?;
    Scan {
        bytes: None,
        visibility,
        options: vec![],
        if_unknown: false,
        waiting: args.wait.then(|| args.waiting.waiting(cx)),
        report: args.report,
    }
    .launch(targets, cx)
    .await
}
