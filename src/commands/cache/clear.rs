//! `gti cache clear`.

use serde::Serialize;

use crate::commands::context::Context;
use crate::commands::members::account::CLEARED;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Subject};
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

pub(super) fn run(cx: &mut Context) -> Result<Exit, Error> {
    let cleared = state::clear(cx.settings.directories.cache()?)?;
    let mut output = cx.output(LAYOUT)?;
    output.record(&Row(Cleared {
        caches: cleared.caches,
        entries: cleared.entries,
        disk_bytes: cleared.disk_bytes,
    }))?;
    output.finish()?;
    Ok(Exit::Done)
}
