//! `gti dtm monitors`: what is watched for.

use clap::Args;
use futures::StreamExt;

use crate::commands::context::Context;
use crate::commands::workflow::Item;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Members, Subject};

/// List the monitors, whose ids `gti ingest dtm --monitor-id` takes
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct MonitorsArgs {}

const EXAMPLES: &str = "\
Examples:
  gti dtm monitors
  gti dtm monitors --jq 'select(.enabled) | .id'";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "dtm monitors",
    columns: Columns(&["id", "name", "enabled", "description", "updated_at"]),
    members: Members::Object,
    single: false,
    subject: Subject::Program,
};

pub(super) async fn run(_: MonitorsArgs, cx: &mut Context) -> Result<Exit, Error> {
    let mut output = cx.output(LAYOUT)?;
    let client = cx.client(None)?;
    let mut pages = std::pin::pin!(client.monitors());
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                output.abandon()?;
                return Err(error);
            }
        };
        for item in page.items() {
            output.record(&Item(item))?;
        }
    }
    output.finish()?;
    Ok(Exit::Done)
}
