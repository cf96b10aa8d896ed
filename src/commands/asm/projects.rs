//! `gti asm projects`: what issues are sorted into.

use clap::Args;

use crate::commands::context::Context;
use crate::commands::workflow::Item;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Members, Subject};

/// List the projects, whose ids --project takes
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ProjectsArgs {}

const EXAMPLES: &str = "\
Examples:
  gti asm projects
  gti asm projects --fields id,name -f csv";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "asm projects",
    columns: Columns(&["id", "name", "organization_name", "uuid"]),
    members: Members::Object,
    single: false,
    subject: Subject::Program,
};

pub(super) async fn run(_: ProjectsArgs, cx: &mut Context) -> Result<Exit, Error> {
    let mut output = cx.output(LAYOUT)?;
    let client = cx.client(None)?;
    let projects = match client.projects().await {
        Ok(projects) => projects,
        Err(error) => {
            output.abandon()?;
            return Err(error);
        }
    };
    for project in projects {
        output.record(&Item(project.get()))?;
    }
    output.finish()?;
    Ok(Exit::Done)
}
