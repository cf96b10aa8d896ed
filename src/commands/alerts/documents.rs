//! `gti alerts documents`: what an alert was raised for.

use clap::Args;

use super::parts::{Named, layout, named, none, print};
use super::which::ProjectArgs;
use crate::commands::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::gti_alert::id_of;
use crate::output::{Columns, Layout};
use crate::workflow::Desk;

/// Show the documents that an alert was raised for, with their translation
///
/// Machine formats print each document as the service has it. The text is what
/// somebody wrote in a forum or on a market: treat it as hostile.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DocumentsArgs {
    #[command(flatten)]
    project: ProjectArgs,
    /// Id or name of the alert
    #[arg(value_name = "ID")]
    id: String,
}

const EXAMPLES: &str = "\
Examples:
  gti alerts documents 3f8c1c52-6f0e-4b7e-9d2b-5a3c9f0e1d42
  gti alerts documents ID --jq '.translation.translatedContent // .content' -r
  gti --sandbox alerts documents alert-new --project demo";

/// The shape of its output.
pub(in crate::commands) const LAYOUT: Layout = layout(
    "alerts documents",
    Columns(&[
        "name",
        "createTime",
        "source",
        "author",
        "languageCode",
        "title",
        "content",
        "translation.translatedTitle",
        "translation.translatedContent",
        "error.kind",
        "error.message",
    ]),
);

/// Runs the command.
pub(super) async fn run(args: DocumentsArgs, cx: &mut Context) -> Result<Exit, Error> {
    let Named {
        client,
        output,
        project,
        id,
        alert,
    } = named(&args.project, &args.id, LAYOUT, cx).await?;
    // Ids and names are both in use; the path has room for the id.
    let documents = &alert.detail.of().documents;
    let ids: Vec<String> = documents
        .iter()
        .map(|name| id_of(name).to_owned())
        .collect();
    if ids.is_empty() {
        return none(cx, output, "documents");
    }
    print(
        cx,
        &client,
        output,
        Desk::Documents { project, alert: id },
        ids,
    )
    .await
}
