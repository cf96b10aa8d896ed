//! The files that records are appended to: each belongs to one checkpoint or to one
//! sink.

use std::fmt;
use std::path::PathBuf;

use rusqlite::{Connection, Row, TransactionBehavior, named_params, params};

use super::name::CheckpointName;
use super::row::Checkpoint;
use super::store::Checkpoints;
use crate::model::file_mark::{FileIdentity, FileMark};
use crate::state::error::{StateError, StoreError};
use crate::state::path_bytes::{from_bytes, to_bytes};

/// Whom an output file belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileOwner {
    /// A checkpoint, by its name.
    Checkpoint(CheckpointName),
    /// A sink of the configuration file, by its name.
    Sink(String),
}

impl fmt::Display for FileOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint(name) => write!(f, "checkpoint `{name}`"),
            Self::Sink(name) => write!(f, "sink `{name}`"),
        }
    }
}

impl FileOwner {
    fn name(&self) -> &str {
        match self {
            Self::Checkpoint(name) => name.as_str(),
            Self::Sink(name) => name,
        }
    }

    /// How the owner is written on a command line: `soc`, `sink:archive`.
    pub(crate) fn argument(&self) -> String {
        match self {
            Self::Checkpoint(name) => name.to_string(),
            Self::Sink(name) => format!("{SINK}{name}"),
        }
    }

    /// A name for files of the owner; sinks may have any name.
    pub(crate) fn file_name(&self) -> String {
        let escaped = |character: char| {
            if character.is_ascii_alphanumeric() || "-_".contains(character) {
                character.to_string()
            } else {
                format!("={:x}=", u32::from(character))
            }
        };
        match self {
            Self::Checkpoint(name) => name.to_string(),
            Self::Sink(name) => format!("sink={}", name.chars().map(escaped).collect::<String>()),
        }
    }
}

const SINK: &str = "sink:";

impl std::str::FromStr for FileOwner {
    type Err = super::name::NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix(SINK) {
            Some(sink) => Ok(Self::Sink(sink.to_owned())),
            None => text.parse().map(Self::Checkpoint),
        }
    }
}

/// An output file as the state remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutputFile {
    /// Whom it belongs to.
    pub owner: FileOwner,
    /// Its absolute path.
    pub path: PathBuf,
    /// How much of it is committed.
    pub mark: FileMark,
    /// The start of the machine under which a run has it open for writing; none when
    /// the last run closed it.
    pub boot: Option<String>,
}

impl Checkpoints {
    /// Every output file.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn output_files(&self) -> Result<Vec<OutputFile>, StateError> {
        let list = || -> Result<Vec<OutputFile>, StoreError> {
            let mut statement = self.connection.prepare(
                "SELECT checkpoint.name, sink, path, device, inode, length, tail, boot
                 FROM output_file LEFT JOIN checkpoint ON checkpoint.id = output_file.checkpoint",
            )?;
            let rows: Vec<_> = statement.query_map([], read)?.collect::<Result<_, _>>()?;
            rows.into_iter().collect()
        };
        self.named(list())
    }

    /// The output file of an owner.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn output_file(&self, owner: &FileOwner) -> Result<Option<OutputFile>, StateError> {
        let files = self.output_files()?;
        Ok(files.into_iter().find(|file| file.owner == *owner))
    }

    /// Commits how much of each file is written, apart from any checkpoint.
    ///
    /// # Errors
    /// [`StateError`]; nothing is then changed.
    pub(crate) fn commit_files(&mut self, files: &[OutputFile]) -> Result<(), StateError> {
        let mut commit = || -> Result<(), StoreError> {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            for file in files {
                write(&transaction, file)?;
            }
            Ok(transaction.commit()?)
        };
        let outcome = commit();
        self.named(outcome)
    }

    /// Forgets the output file of a checkpoint, so that its next run begins another.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn reset_file(&mut self, checkpoint: &Checkpoint) -> Result<(), StateError> {
        let mut reset = || -> Result<(), StoreError> {
            let transaction = self.connection.transaction()?;
            transaction.execute(
                "DELETE FROM output_file WHERE checkpoint = ?1",
                [checkpoint.id],
            )?;
            // A run that is under way must not write its mark over it.
            transaction.execute(
                "UPDATE checkpoint SET round = round + 1 WHERE id = ?1",
                [checkpoint.id],
            )?;
            Ok(transaction.commit()?)
        };
        let outcome = reset();
        self.named(outcome)
    }

    /// Forgets the file of a sink.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn reset_sink(&mut self, sink: &str) -> Result<(), StateError> {
        let gone = self
            .connection
            .execute("DELETE FROM output_file WHERE sink = ?1", [sink]);
        self.named(gone.map(drop).map_err(StoreError::from))
    }
}

/// Writes down one file, within a transaction.
pub(super) fn write(connection: &Connection, file: &OutputFile) -> Result<(), StoreError> {
    let OutputFile {
        owner,
        path,
        mark,
        boot,
    } = file;
    let (column, value) = match owner {
        FileOwner::Checkpoint(_) => (
            "checkpoint",
            "(SELECT id FROM checkpoint WHERE name = :name)",
        ),
        FileOwner::Sink(_) => ("sink", ":name"),
    };
    let statement = format!(
        "INSERT INTO output_file ({column}, path, device, inode, length, tail, boot)
         VALUES ({value}, :path, :device, :inode, :length, :tail, :boot)
         ON CONFLICT ({column}) DO UPDATE SET
             path = excluded.path, device = excluded.device, inode = excluded.inode,
             length = excluded.length, tail = excluded.tail, boot = excluded.boot"
    );
    connection
        .prepare_cached(&statement)?
        .execute(named_params! {
            ":name": owner.name(),
            ":path": to_bytes(path),
            ":device": mark.identity.device.map(u64::cast_signed),
            ":inode": mark.identity.inode.map(u64::cast_signed),
            ":length": mark.length.cast_signed(),
            ":tail": mark.tail,
            ":boot": boot,
        })?;
    Ok(())
}

/// Says of files that no run has them open any more.
pub(super) fn close(connection: &Connection, files: &[OutputFile]) -> Result<(), StoreError> {
    for file in files {
        let statement = match &file.owner {
            FileOwner::Checkpoint(_) => {
                "UPDATE output_file SET boot = NULL
                 WHERE checkpoint = (SELECT id FROM checkpoint WHERE name = ?1)"
            }
            FileOwner::Sink(_) => "UPDATE output_file SET boot = NULL WHERE sink = ?1",
        };
        connection.execute(statement, params![file.owner.name()])?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<OutputFile, StoreError>> {
    let number = |column: &str| -> rusqlite::Result<Option<u64>> {
        Ok(row.get::<_, Option<i64>>(column)?.map(i64::cast_unsigned))
    };
    let checkpoint: Option<String> = row.get("name")?;
    let sink: Option<String> = row.get("sink")?;
    let owner = match (checkpoint, sink) {
        (Some(name), None) => match name.parse() {
            Ok(name) => FileOwner::Checkpoint(name),
            Err(error) => return Ok(Err(StoreError::Damaged(error.to_string()))),
        },
        (None, Some(name)) => FileOwner::Sink(name),
        _ => return Ok(Err(StoreError::Damaged("a file has no owner".to_owned()))),
    };
    Ok(Ok(OutputFile {
        owner,
        path: from_bytes(row.get("path")?),
        mark: FileMark {
            identity: FileIdentity {
                device: number("device")?,
                inode: number("inode")?,
            },
            length: row.get::<_, i64>("length")?.cast_unsigned(),
            tail: row.get("tail")?,
        },
        boot: row.get("boot")?,
    }))
}
