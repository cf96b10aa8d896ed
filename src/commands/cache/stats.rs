//! `gti cache stats`.

use serde::Serialize;

use crate::commands::context::Context;
use crate::commands::members::account::CACHE;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::time::rfc3339;
use crate::output::{Columns, Layout, Subject};
#[cfg(feature = "postgres")]
use crate::postgres::{Database, Patience};
use crate::state;

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "cache stats",
    columns: Columns(&[
        "key",
        "entries",
        "plain_bytes",
        "packed_bytes",
        "disk_bytes",
        "oldest",
        "newest",
        "problem",
    ]),
    members: CACHE,
    single: false,
    subject: Subject::Program,
};

/// What is kept for one key.
#[derive(Serialize)]
pub(super) struct Stats {
    key: String,
    path: String,
    pub(super) entries: u64,
    plain_bytes: u64,
    packed_bytes: u64,
    pub(super) disk_bytes: u64,
    oldest: Option<String>,
    newest: Option<String>,
    problem: Option<String>,
}

pub(super) async fn run(cx: &mut Context) -> Result<Exit, Error> {
    let found = found(cx).await?;
    let mut output = cx.output(LAYOUT)?;
    for stats in found {
        output.record(&Row(stats))?;
    }
    output.finish()?;
    Ok(Exit::Done)
}

/// What the caches of all keys hold, on this machine or in the database of the state.
#[cfg(feature = "postgres")]
async fn found(cx: &Context) -> Result<Vec<Stats>, Error> {
    match cx.state_target()? {
        Some(target) => shared(&mut Database::new(target, Patience::none())).await,
        None => local(cx),
    }
}

#[cfg(not(feature = "postgres"))]
async fn found(cx: &Context) -> Result<Vec<Stats>, Error> {
    std::future::ready(local(cx)).await
}

fn local(cx: &Context) -> Result<Vec<Stats>, Error> {
    let found = state::stats(cx.settings.directories.cache()?)?;
    let found = found.into_iter().map(|stats| Stats {
        key: stats.fingerprint,
        path: stats.path.display().to_string(),
        entries: stats.entries,
        plain_bytes: stats.plain_bytes,
        packed_bytes: stats.packed_bytes,
        disk_bytes: stats.disk_bytes,
        oldest: stats.oldest.map(rfc3339),
        newest: stats.newest.map(rfc3339),
        problem: stats.problem,
    });
    Ok(found.collect())
}

/// What a database holds.
#[cfg(feature = "postgres")]
pub(super) async fn shared(database: &mut Database) -> Result<Vec<Stats>, Error> {
    let found = database.kept_responses().await?;
    let place = database.target().to_string();
    let found = found.into_iter().map(|kept| Stats {
        key: kept.fingerprint,
        path: place.clone(),
        entries: kept.entries,
        plain_bytes: kept.bytes,
        packed_bytes: kept.packed_bytes,
        disk_bytes: kept.packed_bytes,
        oldest: kept.oldest.map(rfc3339),
        newest: kept.newest.map(rfc3339),
        problem: None,
    });
    Ok(found.collect())
}
