//! `gti scan rescan`: have known files and URLs analysed again.

use std::ffi::OsString;
use std::iter;

use clap::Args;

use super::launch::Scan;
use super::report::ReportArgs;
use super::targets::{targets, text};
use super::waiting::WaitArgs;
use crate::commands::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::visibility::Visibility;
use crate::scan::Target;

/// Analyse known files and URLs again, publicly
///
/// For reports that are out of date. Nothing is uploaded: the service analyses
/// the copy it has.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RescanArgs {
    /// File hashes and URLs; - reads them from standard input, one a line
    #[arg(value_name = "IOC", required = true)]
    iocs: Vec<OsString>,
    /// Rescan although the configuration says that scans are private
    #[arg(long)]
    public: bool,
    /// Print the ids of the analyses without waiting for them
    #[arg(long)]
    no_wait: bool,
    #[command(flatten)]
    waiting: WaitArgs,
    #[command(flatten)]
    report: ReportArgs,
}

const EXAMPLES: &str = "\
Examples:
  gti scan rescan \"$SHA256\" http://evil.example/a
  gti enrich -i iocs.txt -f text --jq 'select(.verdict==\"undetected\").value' |
    gti scan rescan -";

pub(super) async fn run(args: RescanArgs, cx: &mut Context) -> Result<Exit, Error> {
    if cx.settings.scan_visibility == Some(Visibility::Private) && !args.public {
        return Err(Error::usage("a rescan is public, and the configuration says that scans are private; nothing was sent").hint("--public rescans nevertheless: the community can see that the file or URL was asked about"));
    }
    args.report.needs(!args.no_wait, "leave --no-wait out")?;
    let targets = targets(args.iocs, cx, |ioc| iter::once(Target::known(text(ioc))))?;
    Scan {
        bytes: None,
        visibility: Visibility::Public,
        options: vec![],
        if_unknown: false,
        waiting: (!args.no_wait).then(|| args.waiting.waiting(cx)),
        report: args.report,
    }
    .launch(targets, cx)
    .await
}
