//! `gti dtm`: alerts of digital threat monitoring.

pub(super) mod filter;
pub(super) mod list;
pub(super) mod monitors;
pub(super) mod show;
mod update;

use clap::Subcommand;

use super::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;

/// List, show and update alerts of Digital Threat Monitoring
///
/// `gti ingest dtm` reads the alerts as a feed.
#[derive(Debug, Subcommand)]
pub(crate) enum DtmCommand {
    List(Box<list::ListArgs>),
    Show(show::ShowArgs),
    Update(update::UpdateArgs),
    Monitors(monitors::MonitorsArgs),
}

pub(crate) async fn run(command: DtmCommand, cx: &mut Context) -> Result<Exit, Error> {
    match command {
        DtmCommand::List(args) => list::run(*args, cx).await,
        DtmCommand::Show(args) => show::run(args, cx).await,
        DtmCommand::Update(args) => update::run(args, cx).await,
        DtmCommand::Monitors(args) => monitors::run(args, cx).await,
    }
}
