//! `gti state verify`.

use std::fs;

use serde::Serialize;

use super::open::{existing, position};
use crate::commands::context::Context;
use crate::commands::ingest::file_of;
use crate::commands::output_file::Contents;
use crate::commands::row::Row;
use crate::error::{Exit, Failure};
use crate::output::{Columns, Layout};
use crate::state::checkpoint::{Checkpoint, CheckpointName};

#[derive(Serialize)]
struct Verdict {
    name: String,
    ok: bool,
    problems: Vec<String>,
    /// Bytes after the committed ones; the next run cuts them off.
    uncommitted_bytes: Option<u64>,
}

pub(super) fn run(name: &CheckpointName, cx: &mut Context) -> Result<Exit, Failure> {
    let (store, checkpoint) = existing(cx, name)?;
    let mut problems = Vec::new();
    problems.extend(store.integrity()?);
    if let Err(error) = position(&store, &checkpoint) {
        problems.push(error.to_string());
    }
    let file = file(&checkpoint);
    let uncommitted_bytes = match file {
        Ok(bytes) => bytes,
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    let ok = problems.is_empty();
    cx.records_are(Contents::Findings);
    let mut output = cx.output(Layout {
        command: "state verify",
        columns: Columns(&["name", "ok", "problems", "uncommitted_bytes"]),
        single: true,
        stix: false,
    })?;
    output.record(&Row(Verdict {
        name: name.to_string(),
        ok,
        problems,
        uncommitted_bytes,
    }))?;
    output.finish()?;
    Ok(if ok { Exit::Done } else { Exit::State })
}

/// The uncommitted bytes of the checkpoint's file, or what is wrong with it.
fn file(checkpoint: &Checkpoint) -> Result<Option<u64>, String> {
    let path = file_of(&checkpoint.belongings.output);
    let (Some(path), Some(mark)) = (path, checkpoint.file) else {
        return Ok(None);
    };
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(_) if mark.length == 0 => return Ok(Some(0)),
        Err(error) => return Err(format!("`{path}`: {error}")),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if mark.length > 0 && found.ino() != mark.inode {
            return Err(format!(
                "`{path}` is another file than the one that was written"
            ));
        }
    }
    match found.len().checked_sub(mark.length) {
        Some(more) => Ok(Some(more)),
        None => Err(format!(
            "`{path}` has {} bytes, {} were committed",
            found.len(),
            mark.length
        )),
    }
}
