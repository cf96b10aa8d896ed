//! `gti alerts findings`: the matches behind an alert.

use clap::Args;

use super::parts::{Named, layout, named, none, print};
use super::which::ProjectArgs;
use crate::client::endpoints::gti_alerts::findings_of;
use crate::commands::context::Context;
use crate::commands::found::print_pages;
use crate::deliver::Emitted;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, row};
use crate::workflow::Desk;

/// Show the findings of an alert
///
/// Machine formats print each finding as the service has it. Findings that the alert
/// names are fetched one by one; where it names fewer than it counts, the service is
/// asked for all of them.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct FindingsArgs {
    #[command(flatten)]
    project: ProjectArgs,
    /// Id or name of the alert
    #[arg(value_name = "ID")]
    id: String,
}

const EXAMPLES: &str = "\
Examples:
  gti alerts findings 3f8c1c52-6f0e-4b7e-9d2b-5a3c9f0e1d42
  gti alerts findings ID --fields name,provider,displayName -f csv
  gti --sandbox alerts findings alert-new --project demo";

/// The shape of its output.
pub(in crate::commands) const LAYOUT: Layout = layout(
    "alerts findings",
    Columns(&[
        "name",
        "audit.createTime",
        "provider",
        "detail.detailType",
        "severityAnalysis.severityLevel",
        "displayName",
        "aiSummary",
        "error.kind",
        "error.message",
    ]),
);

/// Runs the command.
pub(super) async fn run(args: FindingsArgs, cx: &mut Context) -> Result<Exit, Error> {
    let Named {
        client,
        output,
        project,
        id,
        alert,
    } = named(&args.project, &args.id, LAYOUT, cx).await?;
    let counted = alert.finding_count.unwrap_or_default();
    if (alert.findings.len() as u64) < counted {
        let pages = client.pages(findings_of(&project, &id), None);
        return print_pages(cx, output, pages, None, |output, item, _| {
            output.record(&Emitted {
                json: item,
                identity: None,
                view: row::finding,
            })
        })
        .await;
    }
    if alert.findings.is_empty() {
        return none(cx, output, "findings");
    }
    print(cx, &client, output, Desk::Findings(project), alert.findings).await
}
