//! `gti state verify`.

use serde::Serialize;

/// The shape of the output.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "state verify",
    columns: Columns(&["name", "ok", "problems", "uncommitted_bytes"]),
    members: VERIFIED,
    single: true,
    subject: Subject::Program,
};

use super::open::existing;
use crate::commands::context::Context;
use crate::commands::members::runs::VERIFIED;
use crate::commands::output_file::Contents;
use crate::commands::row::Row;
use crate::deliver::Opener;
use crate::enrich::journal::{JOB, Progress};
use crate::feed::checkpoint::position;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::sink::uncommitted;
use crate::output::{Columns, Layout, Subject};
use crate::state::checkpoint::{CheckpointName, Checkpoints, FileOwner};

#[derive(Serialize)]
pub(super) struct Verdict {
    pub(super) name: String,
    pub(super) ok: bool,
    pub(super) problems: Vec<String>,
    /// Bytes after the committed ones; the next run cuts them off.
    pub(super) uncommitted_bytes: Option<u64>,
}

pub(super) fn run(name: &CheckpointName, cx: &mut Context) -> Result<Exit, Error> {
    let (store, checkpoint) = existing(cx, name)?;
    let mut problems = Vec::new();
    problems.extend(store.integrity()?);
    let understood = if checkpoint.belongings.feed == JOB {
        Progress::of(store.path(), &checkpoint).map(drop)
    } else {
        position(&store, &checkpoint).map(drop)
    };
    problems.extend(understood.err().map(|error| error.to_string()));
    let file = file(cx, &store, name)?;
    let uncommitted_bytes = match file {
        Ok(bytes) => bytes,
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    tell(
        cx,
        Verdict {
            name: name.to_string(),
            ok: problems.is_empty(),
            problems,
            uncommitted_bytes,
        },
    )
}

/// Tells what was found.
pub(super) fn tell(cx: &mut Context, verdict: Verdict) -> Result<Exit, Error> {
    let exit = if verdict.ok { Exit::Done } else { Exit::State };
    cx.records_are(Contents::Findings);
    let mut output = cx.output(LAYOUT)?;
    output.record(&Row(verdict))?;
    output.finish()?;
    Ok(exit)
}

/// The uncommitted bytes of the checkpoint's file, or what is wrong with it.
fn file(
    cx: &Context,
    store: &Checkpoints,
    name: &CheckpointName,
) -> Result<Result<Option<u64>, String>, Error> {
    let owner = FileOwner::Checkpoint(name.clone());
    let Some(known) = store.output_file(&owner)? else {
        return Ok(Ok(None));
    };
    let opening = Opener::new(cx.own(), store, false, None)?.opening(&owner, &known.path);
    Ok(uncommitted(&opening)
        .map(Some)
        .map_err(|error| error.to_string()))
}
