//! `gti sink`: the destinations that the configuration file names.

pub(super) mod init;
pub(super) mod test;

use clap::{Args, Subcommand};

use super::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;

/// Prepare and test the sinks of the configuration file
///
/// A sink is a section `[sinks.NAME]` that says where records go: a webhook, a file,
/// a database, a SIEM. `gti ingest … --sink NAME` delivers to it; docs/destinations.md
/// describes the kinds. These commands need no key.
#[derive(Debug, Subcommand)]
pub(crate) enum SinkCommand {
    Init(InitArgs),
    Test(TestArgs),
}

/// Create what a sink needs at the other side: tables, index templates
///
/// What is there already stays as it is, so that the command can be repeated, and a
/// newer gti adds what it needs besides.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  gti sink init warehouse\n  gti sink init warehouse && gti sink test warehouse"
)]
pub(crate) struct InitArgs {
    /// The name of the sink in the configuration file
    name: String,
}

/// Try whether a sink would take records
///
/// A database is looked at and not changed. Other sinks are sent one record that says
/// that it is a test. The exit code is that of the first check that failed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  gti sink test siem\n  gti sink test siem -f jsonl | jq 'select(.status != \"ok\")'"
)]
pub(crate) struct TestArgs {
    /// The name of the sink in the configuration file
    name: String,
}

pub(crate) async fn run(command: SinkCommand, cx: &mut Context) -> Result<Exit, Error> {
    match command {
        SinkCommand::Init(args) => init::run(&args, cx).await,
        SinkCommand::Test(args) => test::run(&args, cx).await,
    }
}
