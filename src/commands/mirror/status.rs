//! `gti mirror status`.

use serde::Serialize;

use super::existing;
use crate::commands::context::Context;
use crate::commands::members::mirroring::STATUS;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::indicator::Kind;
use crate::model::time::rfc3339;
use crate::output::{Columns, Layout, Subject};
use crate::state::mirror::{SourceSummary, Summary};

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "mirror status",
    columns: Columns(&[
        "entries",
        "ip",
        "domain",
        "url",
        "file",
        "oldest",
        "newest",
        "changed_at",
        "disk_bytes",
        "path",
    ]),
    members: STATUS,
    single: true,
    subject: Subject::Program,
};

#[derive(Serialize)]
struct Status {
    path: String,
    entries: u64,
    ip: u64,
    domain: u64,
    url: u64,
    file: u64,
    oldest: Option<String>,
    newest: Option<String>,
    changed_at: Option<String>,
    disk_bytes: u64,
    sources: Vec<Source>,
}

#[derive(Serialize)]
struct Source {
    name: String,
    service: String,
    until: Option<String>,
    synced_at: String,
    read: u64,
}

impl From<Summary> for Status {
    fn from(summary: Summary) -> Self {
        let count = |kind| {
            let counts = summary.counts.iter().filter(|(it, _)| *it == kind);
            counts.map(|(_, count)| count).sum::<u64>()
        };
        Self {
            path: summary.path.display().to_string(),
            entries: Kind::ALL.into_iter().map(count).sum(),
            ip: count(Kind::Ip),
            domain: count(Kind::Domain),
            url: count(Kind::Url),
            file: count(Kind::File),
            oldest: summary.oldest.map(rfc3339),
            newest: summary.newest.map(rfc3339),
            changed_at: summary.changed_at.map(rfc3339),
            disk_bytes: summary.bytes,
            sources: summary.sources.into_iter().map(Source::from).collect(),
        }
    }
}

impl From<SourceSummary> for Source {
    fn from(source: SourceSummary) -> Self {
        Self {
            name: source.name,
            service: source.service,
            until: source.until.map(rfc3339),
            synced_at: rfc3339(source.synced_at),
            read: source.read,
        }
    }
}

/// Runs the command.
pub(super) fn run(cx: &mut Context) -> Result<Exit, Error> {
    let summary = existing(cx)?.summary()?;
    let mut output = cx.output(LAYOUT)?;
    output.record(&Row(Status::from(summary)))?;
    output.finish()?;
    Ok(Exit::Done)
}
