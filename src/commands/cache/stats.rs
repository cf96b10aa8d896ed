//! `gti cache stats`.

use serde::Serialize;

use crate::commands::context::Context;
use crate::commands::members::account::CACHE;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::time::rfc3339;
use crate::output::{Columns, Layout, Subject};
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

#[derive(Serialize)]
struct Stats {
    key: String,
    path: String,
    entries: u64,
    plain_bytes: u64,
    packed_bytes: u64,
    disk_bytes: u64,
    oldest: Option<String>,
    newest: Option<String>,
    problem: Option<String>,
}

pub(super) fn run(cx: &mut Context) -> Result<Exit, Error> {
    let found = state::stats(cx.settings.directories.cache()?)?;
    let mut output = cx.output(LAYOUT)?;
    for stats in found {
        output.record(&Row(Stats {
            key: stats.fingerprint,
            path: stats.path.display().to_string(),
            entries: stats.entries,
            plain_bytes: stats.plain_bytes,
            packed_bytes: stats.packed_bytes,
            disk_bytes: stats.disk_bytes,
            oldest: stats.oldest.map(rfc3339),
            newest: stats.newest.map(rfc3339),
            problem: stats.problem,
        }))?;
    }
    output.finish()?;
    Ok(Exit::Done)
}
