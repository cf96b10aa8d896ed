//! What can go wrong between a record and its destination.

use std::io;

use super::format::Format;
use super::jq::{FilterError, ProgramError};
use crate::model::error::{Error, ErrorKind};

/// A failure of output. The message holds the cause.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutputError {
    /// The command's records have no meaning in the format. A usage error.
    #[error("{format} is not available for `{command}`: write {formats}")]
    NoMeaning {
        /// The format.
        format: Format,
        /// The command as it is typed.
        command: &'static str,
        /// What the records have a meaning in.
        formats: String,
    },
    /// An option that shapes JSON, together with a format that is none. A usage error.
    #[error("`{option}` shapes JSON records and does not go with the format {format}")]
    NotWith {
        /// The format.
        format: Format,
        /// The option.
        option: &'static str,
    },
    /// A format that is a directory, and no path for one. A usage error.
    #[error("{0} is a directory of files, and there is no name for it")]
    NoDirectory(Format),
    /// `--fields` with an empty name. A usage error.
    #[error(
        "`--fields {0}` holds an empty name: write dotted paths, like ioc,detections.malicious"
    )]
    EmptyField(String),
    /// `--fields` with a path that no record of the command has. A usage error.
    #[error("no member `{field}` in the records of `gti {command}`")]
    UnknownField {
        /// The path as typed.
        field: String,
        /// The command.
        command: &'static str,
        /// What may have been meant.
        nearest: Option<String>,
        /// What there is.
        known: String,
    },
    /// A jq program that does not compile. A usage error.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// A jq program that fails on a record.
    #[error("jq failed on record {record}: {cause}")]
    Jq {
        /// The record's place in the run, from 1.
        record: u64,
        /// What the program said.
        #[source]
        cause: FilterError,
    },
    /// A jq program that yields more cells than the CSV header has names.
    #[error(
        "jq yielded {cells} cells for record {record}, but the CSV header has {names}: \
         yield arrays of one length, or name the columns with `--fields`"
    )]
    TooManyCells {
        /// The record's place in the run, from 1.
        record: u64,
        /// How many cells the array holds.
        cells: usize,
        /// How many names the header holds.
        names: usize,
    },
    /// The reader of standard output has gone. The program ends quietly.
    #[error("the reader of the output is gone")]
    Closed,
    /// The target can't be opened, or nothing may be written beside it.
    #[error("cannot open `{target}` for writing: {cause}")]
    Open {
        /// The path as typed.
        target: String,
        /// What the operating system said.
        #[source]
        cause: io::Error,
    },
    /// The file is not as it was committed. It is left as it is.
    #[error("`{target}` is not as {owner} left it: {reason}")]
    NotAsCommitted {
        /// The path as typed.
        target: String,
        /// Whom the file belongs to.
        owner: String,
        /// The same as it is written on a command line.
        argument: String,
        /// What is different.
        reason: String,
    },
    /// A file that is to be taken over holds something already.
    #[error("`{target}` already holds {bytes} bytes, and {owner} has written none of them")]
    NotEmpty {
        /// The path as typed.
        target: String,
        /// Who would take it over.
        owner: String,
        /// How many bytes.
        bytes: u64,
    },
    /// Another run has the file open.
    #[error("another run is writing to `{target}`")]
    InUse {
        /// The path as typed.
        target: String,
    },
    /// What is not committed can't be kept apart.
    #[error("cannot set aside the uncommitted part of `{target}`: {cause}")]
    NoSideFile {
        /// The path as typed.
        target: String,
        /// What the operating system said.
        #[source]
        cause: io::Error,
    },
    /// The target took no more: disk full, device gone.
    #[error("cannot write `{target}`: {cause}")]
    Write {
        /// The path as typed, or `standard output`.
        target: String,
        /// What the operating system said.
        #[source]
        cause: io::Error,
    },
}

impl OutputError {
    /// Whether the next record may follow all the same.
    pub(crate) fn concerns_one_record(&self) -> bool {
        match self {
            // A program that came to no end comes to none on the next one either.
            Self::Jq { cause, .. } => cause.spent().is_none(),
            Self::TooManyCells { .. } => true,
            _ => false,
        }
    }
}

impl OutputError {
    /// The error of an opening that failed.
    pub(super) fn open(target: &str, cause: io::Error) -> Self {
        Self::Open {
            target: target.to_owned(),
            cause,
        }
    }

    /// The error of a write that failed; a reader that has gone is none to report.
    pub(super) fn write(target: &str, cause: io::Error) -> Self {
        if cause.kind() == io::ErrorKind::BrokenPipe {
            return Self::Closed;
        }
        Self::Write {
            target: target.to_owned(),
            cause,
        }
    }
}

impl From<OutputError> for Error {
    fn from(error: OutputError) -> Self {
        let message = error.to_string();
        let told = match &error {
            OutputError::Closed => Self::new(ErrorKind::ClosedPipe, message),
            OutputError::Open { .. } => Self::state(message).hint(
                "--output takes a file that can be written, in a directory that exists; nothing was written",
            ),
            OutputError::Write { .. } | OutputError::NoSideFile { .. } => Self::state(message).hint(
                "check the free space and the permissions there, then run the same command again",
            ),
            OutputError::NotAsCommitted { argument, .. } => Self::state(message).hint(format!(
                "restore the file, or continue in whatever file is there with `gti state reset {argument} --file`, or start again under another name"
            )),
            OutputError::NotEmpty { .. } => Self::state(message)
                .hint("write to another file, or use --append to write after what is there"),
            OutputError::InUse { .. } => Self::state(message).hint(
                "a file has one writer at a time: wait for that run to end, or write to another file",
            ),
            OutputError::UnknownField {
                command,
                nearest,
                known,
                ..
            } => {
                let meant = nearest.as_ref();
                let meant = meant.map_or_else(String::new, |it| format!("did you mean `{it}`? "));
                Self::usage(message).hint(format!(
                    "{meant}`gti help fields {command}` lists them: {known}"
                ))
            }
            OutputError::NoDirectory(_) => Self::usage(message)
                .hint("name the directory with -o DIR: a new one, or one that was published in before"),
            _ => Self::usage(message)
                .hint("`gti help formats` describes formats, --jq and --fields"),
        };
        told.caused_by(error)
    }
}
