//! The output of a run: standard output, or what `-o` names.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::ownership::{Opener, Own};
use crate::model::error::Error;
use crate::output::sink::{Append, Sink, Target};
use crate::output::{Format, Layout, Options, Output, header_of};
use crate::state::checkpoint::{DestinationId, FileOwner};

/// The output of a run.
pub(crate) struct MainOutput {
    place: Place,
    options: Options,
    layout: Layout,
    /// Whether the whole answer is in hand at the end, to be shown by severity.
    ranked: bool,
}

enum Place {
    /// Standard output, or something else that is only written: at least once.
    Stream(Target),
    /// A file: exactly once with a checkpoint.
    File(PathBuf),
}

impl MainOutput {
    /// The output that was asked for, checked.
    ///
    /// # Errors
    /// Usage: a document that can't be appended to piece by piece.
    pub(crate) fn new(
        target: Target,
        options: Options,
        layout: Layout,
        ranked: bool,
    ) -> Result<Self, Error> {
        Output::check(&options, layout)?;
        let place = match target {
            Target::File(path) if is_regular(&path) => {
                check(&path, &options)?;
                Place::File(path)
            }
            other => Place::Stream(other),
        };
        Ok(Self {
            place,
            options,
            layout,
            ranked,
        })
    }

    /// Whether it is a file that records are appended to.
    pub(super) fn is_file(&self) -> bool {
        matches!(self.place, Place::File(_))
    }

    /// What a checkpoint knows it by.
    pub(super) fn id(&self) -> DestinationId {
        match &self.place {
            Place::Stream(Target::Stdout) => DestinationId::Stdout,
            Place::Stream(Target::File(path)) => DestinationId::Stream { path: path.clone() },
            Place::File(path) => DestinationId::File {
                path: std::path::absolute(path).unwrap_or_else(|_| path.clone()),
                format: self.options.format.to_string(),
            },
        }
    }

    /// Opens it; a file with a checkpoint by the one who knows what it owns.
    pub(super) fn open(
        &self,
        own: Own<'_>,
        keeper: Option<(FileOwner, &mut Opener)>,
        stdout: Box<dyn Write + Send>,
    ) -> Result<Output, Error> {
        let path = match &self.place {
            Place::Stream(target) => {
                let sink = target.open(stdout)?.sink;
                let output = Output::open(&self.options, self.layout, sink)?;
                // With a checkpoint nobody's resuming depends on what was shown.
                return Ok(if self.ranked {
                    output.most_severe_first()
                } else {
                    output
                });
            }
            Place::File(path) => path,
        };
        let (sink, was_empty): (Box<dyn Sink>, bool) = if let Some((owner, opener)) = keeper {
            let file = opener.open(own, owner, path)?;
            let was_empty = file.flushed().mark().length == 0;
            (Box::new(file), was_empty)
        } else {
            own.refuse(path)?;
            own.refuse_files_of_others(path)?;
            let file = Append::open(path)?;
            let was_empty = file.was_empty();
            (Box::new(file), was_empty)
        };
        if was_empty {
            return Ok(Output::open(&self.options, self.layout, sink)?);
        }
        let mut options = self.options.clone();
        if options.format == Format::Csv && options.fields.is_none() {
            options.fields = header_of(path);
        }
        Ok(Output::open(&options, self.layout, sink)?.continued())
    }
}

/// Refuses what can't be appended to piece by piece.
fn check(path: &Path, options: &Options) -> Result<(), Error> {
    let appendable = match options.format {
        Format::Jsonl => true,
        // The header must be known before the first record, in every run.
        Format::Csv => options.jq.is_none() || options.fields.is_some(),
        _ => false,
    };
    if appendable {
        return Ok(());
    }
    let path = path.display();
    Err(match options.format {
        Format::Csv => Error::usage(format!(
            "the columns of `{path}` are not known: --jq decides them record by record"
        ))
        .hint("name them with --fields"),
        format => Error::usage(format!(
            "ingest appends to `{path}`, and a document in the format {format} cannot be appended to"
        ))
        .hint("use -f jsonl or -f csv with -o, or pipe the document to a program"),
    })
}

/// Whether the path is a file, or will be one.
fn is_regular(path: &Path) -> bool {
    !path.starts_with("/dev/fd")
        && !path.starts_with("/proc")
        && std::fs::metadata(path).map_or(true, |found| found.is_file() || found.is_dir())
}
