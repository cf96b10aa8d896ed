//! `gti cache clear`.

use serde::Serialize;

#[cfg(feature = "postgres")]
use super::stats;
use crate::commands::context::Context;
use crate::commands::members::account::CLEARED;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Subject};
#[cfg(feature = "postgres")]
use crate::postgres::{Database, Patience};
use crate::state;

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "cache clear",
    columns: Columns(&["caches", "entries", "disk_bytes"]),
    members: CLEARED,
    single: true,
    subject: Subject::Program,
};

#[derive(Serialize)]
struct Cleared {
    caches: u64,
    entries: u64,
    disk_bytes: u64,
}

pub(super) async fn run(cx: &mut Context) -> Result<Exit, Error> {
    let cleared = cleared(cx).await?;
    let mut output = cx.output(LAYOUT)?;
    output.record(&Row(cleared))?;
    output.finish()?;
    Ok(Exit::Done)
}

/// Clears the caches of this machine, or of the database of the state.
#[cfg(feature = "postgres")]
async fn cleared(cx: &Context) -> Result<Cleared, Error> {
    let Some(target) = cx.state_target()? else {
        return local(cx);
    };
    let mut database = Database::new(target, Patience::none());
    let found = stats::shared(&mut database).await?;
    database.clear_responses().await?;
    Ok(Cleared {
        caches: found.len() as u64,
        entries: found.iter().map(|stats| stats.entries).sum(),
        disk_bytes: found.iter().map(|stats| stats.disk_bytes).sum(),
    })
}

#[cfg(not(feature = "postgres"))]
async fn cleared(cx: &Context) -> Result<Cleared, Error> {
    std::future::ready(local(cx)).await
}

fn local(cx: &Context) -> Result<Cleared, Error> {
    let cleared = state::clear(cx.settings.directories.cache()?)?;
    Ok(Cleared {
        caches: cleared.caches,
        entries: cleared.entries,
        disk_bytes: cleared.disk_bytes,
    })
}
