//! `gti mirror prune`.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::{aside, existing, writer};
use crate::commands::context::Context;
use crate::commands::members::mirroring::PRUNED;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::time::parse_duration;
use crate::output::{Columns, Layout, Subject};

/// Remove what no feed has told of for some time
#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    /// For how long: 90d
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    older: Duration,
}

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "mirror prune",
    columns: Columns(&["removed"]),
    members: PRUNED,
    single: true,
    subject: Subject::Program,
};

#[derive(Serialize)]
struct Pruned {
    removed: u64,
}

/// Runs the command.
pub(super) async fn run(args: &PruneArgs, cx: &mut Context) -> Result<Exit, Error> {
    existing(cx)?;
    let removed = prune(args.older, cx).await?;
    let mut output = cx.output(LAYOUT)?;
    output.record(&Row(Pruned { removed }))?;
    output.finish()?;
    Ok(Exit::Done)
}

async fn prune(older: Duration, cx: &Context) -> Result<u64, Error> {
    let now = (cx.clock)();
    let before = super::before(now, older);
    let writer = writer(cx)?;
    aside(move || {
        let mut writer = writer.lock().expect("nobody panics with it");
        let removed = writer.prune(before, now)?;
        writer.keep_filter()?;
        Ok(removed)
    })
    .await
}
