//! The output of a run: standard output, or what `-o` names.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::ownership::{Opener, Own};
use crate::model::error::Error;
use crate::output::export::ListTarget;
use crate::output::sink::{Append, FeedDirectory, Sink, Target, Whole};
use crate::output::{Format, Growth, Layout, Options, Output, OutputError, header_of};
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
    /// A file that one run replaces in one step.
    Whole(PathBuf),
    /// A directory that a run publishes in.
    Directory(PathBuf),
}

/// How a run writes its output.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// Whether the whole answer is in hand at the end: a single poll without a
    /// checkpoint.
    pub once: bool,
    /// Whether somebody asked to write behind what is there.
    pub appends: bool,
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
        manner: Manner,
    ) -> Result<Self, Error> {
        Output::check(&options, layout)?;
        let place = match target {
            Target::Stdout if options.format == Format::MispFeed => {
                return Err(OutputError::NoDirectory(options.format).into());
            }
            Target::File(path) if options.format == Format::MispFeed && manner.once => {
                Place::Directory(path)
            }
            Target::File(path) if is_regular(&path) && is_replaced(&options, manner) => {
                Place::Whole(path)
            }
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
            ranked: manner.once,
        })
    }

    /// Whether it is a file that records are appended to.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self.place, Place::File(_))
    }

    /// What a checkpoint knows it by.
    pub(crate) fn id(&self) -> DestinationId {
        match &self.place {
            Place::Stream(Target::Stdout) => DestinationId::Stdout,
            Place::Stream(Target::File(path)) => DestinationId::Stream { path: path.clone() },
            Place::File(path) | Place::Whole(path) | Place::Directory(path) => {
                DestinationId::File {
                    path: std::path::absolute(path).unwrap_or_else(|_| path.clone()),
                    format: self.options.format.to_string(),
                }
            }
        }
    }

    /// Opens it; a file with a checkpoint by the one who knows what it owns.
    pub(crate) fn open(
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
            Place::Whole(path) => {
                own.refuse(path)?;
                own.refuse_files_of_others(path)?;
                let sink = Box::new(Whole::open(path)?);
                return Ok(Output::open(&self.options, self.layout, sink)?);
            }
            Place::Directory(path) => {
                own.refuse(path)?;
                let sink = Box::new(FeedDirectory::open(path)?);
                return Ok(Output::open(&self.options, self.layout, sink)?);
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
        Ok(Output::open(&options, self.layout, sink)?.continuing(path)?)
    }
}

/// Whether the file is replaced by what one run has: a document of another program has
/// an end, and a device must never read half a list.
fn is_replaced(options: &Options, manner: Manner) -> bool {
    let has_end = match options.format.growth() {
        Growth::Lines => false,
        Growth::UniqueLines => true,
        Growth::Document => options.format.is_export(),
    };
    has_end && manner.once && !manner.appends
}

/// Refuses what can't be appended to piece by piece.
fn check(path: &Path, options: &Options) -> Result<(), Error> {
    let path = path.display();
    if options.format == Format::Csv && options.jq.is_some() && options.fields.is_none() {
        // The header must be known before the first record, in every run.
        return Err(Error::usage(format!(
            "the columns of `{path}` are not known: --jq decides them record by record"
        ))
        .hint("name them with --fields"));
    }
    let (format, target) = (options.format, options.export.target);
    let what = match format.growth() {
        // A zone has one serial, which must grow with it.
        Growth::UniqueLines if format == Format::Values && target == ListTarget::Rpz => {
            "a policy zone".to_owned()
        }
        Growth::Lines | Growth::UniqueLines => return Ok(()),
        Growth::Document => format!("a document in the format {format}"),
    };
    let hint = if format.is_export() {
        "write it without --checkpoint and --follow, which replaces the file in one step, or use a format of lines: jsonl, ecs, bulk, hec, cef"
    } else {
        "use -f jsonl or -f csv with -o, or pipe the document to a program"
    };
    Err(Error::usage(format!(
        "a run appends to `{path}`, and {what} cannot be appended to"
    ))
    .hint(hint))
}

/// Whether the path is a file, or will be one.
fn is_regular(path: &Path) -> bool {
    !path.starts_with("/dev/fd")
        && !path.starts_with("/proc")
        && std::fs::metadata(path).map_or(true, |found| found.is_file() || found.is_dir())
}
