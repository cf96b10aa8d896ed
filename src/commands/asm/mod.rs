//! `gti asm`: issues of the attack surface.

pub(super) mod list;
mod project;
pub(super) mod projects;
pub(super) mod show;
mod update;

use clap::Subcommand;

use super::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;

/// List, show and update issues of Attack Surface Management
///
/// `gti ingest asm` reads the issues as a feed.
#[derive(Debug, Subcommand)]
pub(crate) enum AsmCommand {
    List(list::ListArgs),
    Show(show::ShowArgs),
    Update(update::UpdateArgs),
    Projects(projects::ProjectsArgs),
}

pub(crate) async fn run(command: AsmCommand, cx: &mut Context) -> Result<Exit, Error> {
    match command {
        AsmCommand::List(args) => list::run(args, cx).await,
        AsmCommand::Show(args) => show::run(args, cx).await,
        AsmCommand::Update(args) => update::run(args, cx).await,
        AsmCommand::Projects(args) => projects::run(args, cx).await,
    }
}
