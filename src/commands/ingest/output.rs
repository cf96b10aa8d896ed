//! The output of a feed: standard output, or a file that is appended to.

use std::path::{Path, PathBuf};

use crate::commands::context::Context;
use crate::error::Failure;
use crate::output::sink::{Append, Sink, Target, Written};
use crate::output::{Format, Layout, Output};
use crate::state::checkpoint::FileMark;

/// Where a feed's records go.
pub(super) enum Place {
    /// Standard output, or something else that is only written: at least once.
    Stream(Target),
    /// A file: exactly once with a checkpoint.
    File(PathBuf),
}

impl Place {
    /// What `-o` names.
    pub(super) fn of(cx: &Context) -> Self {
        let target = cx
            .settings
            .output
            .clone()
            .map_or(Target::Stdout, Target::from);
        match target {
            Target::File(path) if is_regular(&path) => Self::File(path),
            other => Self::Stream(other),
        }
    }

    /// The name that a checkpoint knows it by.
    pub(super) fn name(&self, format: Format) -> String {
        match self {
            Self::Stream(Target::Stdout) => "standard output".to_owned(),
            Self::Stream(Target::File(path)) => path.display().to_string(),
            Self::File(path) => {
                let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                format!("{} ({format})", whole.display())
            }
        }
    }

    /// Refuses what can't be appended to piece by piece.
    pub(super) fn check(&self, cx: &Context, format: Format) -> Result<(), Failure> {
        let Self::File(path) = self else {
            return Ok(());
        };
        let appendable = match format {
            Format::Jsonl => true,
            // The header must be known before the first record, in every run.
            Format::Csv => cx.settings.jq.is_none() || cx.settings.fields.is_some(),
            _ => false,
        };
        if appendable {
            return Ok(());
        }
        let path = path.display();
        Err(match format {
            Format::Csv => Failure::usage(
                format!(
                    "the columns of `{path}` are not known: --jq decides them record by record"
                ),
                "name them with --fields",
            ),
            _ => Failure::usage(
                format!(
                    "a document in the format {format} can't grow, and ingest appends to `{path}`"
                ),
                "with -o write -f jsonl or -f csv, or send the document through a pipe",
            ),
        })
    }

    /// Opens it. `committed` is what a checkpoint vouches for; `durable` whether
    /// there is a checkpoint at all.
    pub(super) fn open(
        &self,
        cx: &mut Context,
        layout: Layout,
        durable: bool,
        committed: Option<FileMark>,
    ) -> Result<(Output, Option<Written>), Failure> {
        let path = match self {
            Self::Stream(target) => {
                let sink = target.open(cx.ui.take_stdout())?;
                return Ok((cx.output_into(layout, sink)?, None));
            }
            Self::File(path) => path,
        };
        let sink = if durable {
            Append::open_durable(path, committed.map(|file| (file.length, file.inode)))?
        } else {
            Append::open(path)?
        };
        let written = sink.written();
        let sink: Box<dyn Sink> = Box::new(sink);
        let output = cx.output_into(layout, sink)?;
        let output = match written.length() {
            0 => output,
            _ => output.continued(),
        };
        Ok((output, Some(written)))
    }
}

/// Whether the path is a file, or will be one.
fn is_regular(path: &Path) -> bool {
    !path.starts_with("/dev/fd")
        && !path.starts_with("/proc")
        && std::fs::metadata(path).map_or(true, |found| found.is_file() || found.is_dir())
}
