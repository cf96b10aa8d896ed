//! `gti scan`: submit files and URLs, and get the verdict.

pub(super) mod delete;
mod file;
mod launch;
mod options;
mod output;
mod progress;
mod report;
mod rescan;
mod status;
mod targets;
mod text;
mod url;
mod visibility;
mod waiting;

use clap::Subcommand;

pub(super) use self::output::LAYOUT;

use super::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;

/// Submit files and URLs, wait for the analysis, and get the verdict
///
/// Choose who can see a submission: --private keeps it within your
/// organisation, --public shares it permanently with the whole community.
#[derive(Debug, Subcommand)]
pub(crate) enum ScanCommand {
    File(file::FileArgs),
    Url(url::UrlArgs),
    Status(status::StatusArgs),
    Rescan(rescan::RescanArgs),
    Delete(delete::DeleteArgs),
}

pub(crate) async fn run(command: ScanCommand, cx: &mut Context) -> Result<Exit, Error> {
    match command {
        ScanCommand::File(args) => file::run(args, cx).await,
        ScanCommand::Url(args) => url::run(args, cx).await,
        ScanCommand::Status(args) => status::run(args, cx).await,
        ScanCommand::Rescan(args) => rescan::run(args, cx).await,
        ScanCommand::Delete(args) => delete::run(args, cx).await,
    }
}
