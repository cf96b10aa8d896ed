//! `gti alerts`: GTI Alerts.

pub(super) mod documents;
pub(super) mod findings;
pub(super) mod list;
mod parts;
pub(super) mod show;
mod update;
pub(super) mod which;

use clap::Subcommand;

use super::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;

/// List, show and update GTI Alerts, with their documents and findings
///
/// The key is exchanged for a token, which alone goes to the API of the alerts;
/// `gti doctor` names both origins. `gti ingest alerts` reads the alerts as a feed.
#[derive(Debug, Subcommand)]
pub(crate) enum AlertsCommand {
    List(Box<list::ListArgs>),
    Show(show::ShowArgs),
    Update(update::UpdateArgs),
    Documents(documents::DocumentsArgs),
    Findings(findings::FindingsArgs),
}

/// Runs the command.
pub(crate) async fn run(command: AlertsCommand, cx: &mut Context) -> Result<Exit, Error> {
    match command {
        AlertsCommand::List(args) => list::run(*args, cx).await,
        AlertsCommand::Show(args) => show::run(args, cx).await,
        AlertsCommand::Update(args) => update::run(args, cx).await,
        AlertsCommand::Documents(args) => documents::run(args, cx).await,
        AlertsCommand::Findings(args) => findings::run(args, cx).await,
    }
}
