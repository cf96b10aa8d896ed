//! What can go wrong with state, inside this room and for those who use it.

use std::io;
use std::path::Path;
use std::path::PathBuf;

use rusqlite::Error;
use rusqlite::ErrorCode;
use rusqlite::ffi;

use super::schema::SchemaError;

/// Why a question about the state on the disk has no answer.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A directory that exists can't be read.
    #[error("cannot read `{path}`: {source}")]
    Read {
        /// The directory or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that should go can't be removed.
    #[error("cannot remove `{path}`: {source}")]
    Remove {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The lock can't be had.
    #[error("cannot lock `{path}`: {source}")]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process holds the lock and doesn't let go.
    #[error("another process holds `{path}`")]
    Held {
        /// The lock file.
        path: PathBuf,
    },
    /// The state is not what this program wrote.
    #[error("the state in `{path}` is damaged: {reason}")]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A later version of the program wrote the state.
    #[error("the state in `{path}` cannot be used: {reason}")]
    Newer {
        /// The database.
        path: PathBuf,
        /// Which version it has.
        reason: String,
    },
    /// The state can't be read or written: permissions, disk full, another process.
    #[error("the state in `{path}` cannot be used: {reason}")]
    Failed {
        /// The database.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
}

/// The read errors that are about the file, not about the disk.
const CUT_SHORT: [i32; 2] = [ffi::SQLITE_IOERR_SHORT_READ, ffi::SQLITE_IOERR_CORRUPTFS];

/// Why a response database can't do what was asked of it.
#[derive(Debug, thiserror::Error)]
pub(super) enum StoreError {
    /// What the file holds is not what this program wrote.
    #[error("{0}")]
    Damaged(String),
    /// Another process held the database for longer than one waits.
    #[error("another process holds it")]
    Busy,
    /// A later version of the program wrote it.
    #[error("{0}")]
    Newer(String),
    /// The disk, the permissions, or anything else around the file.
    #[error("{0}")]
    Failed(String),
}

impl StoreError {
    /// Whether the fault is in what the file holds, so that another one would do.
    pub(super) fn is_of_the_content(&self) -> bool {
        matches!(self, Self::Damaged(_) | Self::Newer(_))
    }

    /// The error as those see it who use the database at `path`.
    pub(super) fn at(self, path: &Path) -> StateError {
        let path = path.to_owned();
        let reason = self.to_string();
        match self {
            Self::Damaged(_) => StateError::Damaged { path, reason },
            Self::Newer(_) => StateError::Newer { path, reason },
            Self::Busy | Self::Failed(_) => StateError::Failed { path, reason },
        }
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match &error {
            Error::SqliteFailure(failure, message) => {
                // `SQLite`'s own words, without the number of the code.
                let text = message.clone().unwrap_or_else(|| failure.to_string());
                match failure.code {
                    ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged(text),
                    ErrorCode::SystemIoFailure if CUT_SHORT.contains(&failure.extended_code) => {
                        Self::Damaged("the file is cut short".to_owned())
                    }
                    // The message would name the path once more.
                    ErrorCode::CannotOpen => Self::Failed("unable to open the file".to_owned()),
                    ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                    _ => Self::Failed(text),
                }
            }
            // The statements are right: the tables or the columns are not ours.
            Error::SqlInputError { msg, .. } => Self::Damaged(msg.clone()),
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..) => Self::Damaged(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<SchemaError> for StoreError {
    fn from(error: SchemaError) -> Self {
        match error {
            SchemaError::Newer { .. } => Self::Newer(error.to_string()),
            SchemaError::Database(error) => Self::from(error),
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<StateError> for crate::model::error::Error {
    fn from(error: StateError) -> Self {
        let told = Self::state(error.to_string());
        let told = match &error {
            StateError::Damaged { .. } => told.hint(
                "nothing was changed: restore the file from a copy, or move its directory away and start again with --since",
            ),
            StateError::Newer { .. } => {
                told.hint("nothing was changed; use the newer gti, or another GTI_STATE_DIR")
            }
            StateError::Held { .. } => told.hint("wait for the other run to end, then run again"),
            StateError::Read { .. }
            | StateError::Remove { .. }
            | StateError::Lock { .. }
            | StateError::Failed { .. } => told.hint(
                "check the free space and the permissions there, then run again: nothing is lost",
            ),
        };
        told.caused_by(error)
    }
}
