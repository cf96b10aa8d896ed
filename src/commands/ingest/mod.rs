//! `gti ingest`: feeds, window by window or from a checkpoint on.

pub(super) mod alerts;
pub(super) mod asm;
pub(super) mod collections;
pub(super) mod deltas;
pub(super) mod dtm;
pub(super) mod ioc_stream;
mod options;
pub(super) mod session;
pub(super) mod threat_list;
pub(super) mod vuln;

use clap::Subcommand;

use super::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;

/// Makes the command of the table of feeds: a module for each, and its arguments.
macro_rules! feeds {
    ($($name:ident: $module:ident::$args:ident,)*) => {
        /// Read a feed: once, from where the last run stopped, or continuously
        ///
        /// Without --checkpoint a run prints the window asked for. With one it
        /// continues where the last run stopped; into a file (-o) each record
        /// then lands exactly once, even if the run is killed.
        #[derive(Debug, Subcommand)]
        pub(crate) enum IngestCommand {
            $($name(Box<$module::$args>),)*
        }

        pub(crate) async fn run(command: IngestCommand, cx: &mut Context) -> Result<Exit, Error> {
            match command {
                $(IngestCommand::$name(args) => Box::pin($module::run(*args, cx)).await,)*
            }
        }
    };
}

feeds! {
    Alerts: alerts::AlertsArgs,
    Asm: asm::AsmArgs,
    Collections: collections::CollectionsArgs,
    Deltas: deltas::DeltasArgs,
    Dtm: dtm::DtmArgs,
    IocStream: ioc_stream::IocStreamArgs,
    ThreatList: threat_list::ThreatListArgs,
    Vuln: vuln::VulnArgs,
}
