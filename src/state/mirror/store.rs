//! The mirror's database: how it is opened, and what is asked of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::entry::{Details, Entry, kind};
use super::migrations::MIGRATIONS;
use crate::model::indicator::Kind;
use crate::model::value_key::Key;
use crate::state::StateError;
use crate::state::directory::{own_directory, private_file};
use crate::state::error::StoreError;
use crate::state::schema::migrate;

/// The database's name in the state directory.
pub(super) const DATABASE: &str = "mirror.sqlite";
/// How long a statement waits for another process, which holds the database while it
/// commits.
const PATIENCE: Duration = Duration::from_mins(1);

/// The mirror, open.
pub(crate) struct Mirror {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
}

impl Mirror {
    /// Opens the mirror of a state directory, and creates what is missing, for the
    /// owner alone.
    ///
    /// # Errors
    /// [`StateError`]: not writable, damaged, or written by a newer version.
    pub(crate) fn open(directory: &Path) -> Result<Self, StateError> {
        let path = directory.join(DATABASE);
        let failed = |error: std::io::Error| StoreError::from(error).at(&path);
        own_directory(directory).map_err(failed)?;
        private_file(&path).map_err(failed)?;
        Self::open_file(path)
    }

    /// Opens the mirror if there is one.
    ///
    /// # Errors
    /// As [`Mirror::open`].
    pub(crate) fn open_existing(directory: &Path) -> Result<Option<Self>, StateError> {
        let path = directory.join(DATABASE);
        if matches!(path.try_exists(), Ok(false)) {
            return Ok(None);
        }
        Self::open_file(path).map(Some)
    }

    fn open_file(path: PathBuf) -> Result<Self, StateError> {
        let open = || -> Result<Connection, StoreError> {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&path, flags)?;
            connection.busy_timeout(PATIENCE)?;
            connection.execute_batch(
                "PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 PRAGMA journal_size_limit = 16777216;
                 PRAGMA cell_size_check = ON;
                 PRAGMA cache_size = -4096;",
            )?;
            migrate(&connection, MIGRATIONS)?;
            Ok(connection)
        };
        match open() {
            Ok(connection) => Ok(Self { connection, path }),
            Err(error) => Err(error.at(&path)),
        }
    }

    /// Has everything that is read from here on belong to one state, until the mirror
    /// is closed or the next call.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn one_state(&self) -> Result<(), StateError> {
        let begin = || -> Result<(), StoreError> {
            if !self.connection.is_autocommit() {
                self.connection.execute_batch("COMMIT")?;
            }
            self.connection.execute_batch("BEGIN")?;
            // The state is that of the first statement that reads.
            self.changes()?;
            Ok(())
        };
        self.named(begin())
    }

    /// How often the mirror was changed.
    pub(super) fn changes(&self) -> Result<i64, StoreError> {
        self.fact("changes")
    }

    /// A number that is kept beside the entries; 0 where it never was.
    pub(super) fn fact(&self, name: &str) -> Result<i64, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT number FROM fact WHERE name = ?1")?;
        let number = statement.query_row([name], |row| row.get(0)).optional()?;
        Ok(number.unwrap_or_default())
    }

    /// The entry of an indicator in its one spelling. Of a file any of its hashes will
    /// do.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn find(&self, kind: Kind, value: &str) -> Result<Option<Entry>, StateError> {
        let find = || -> Result<Option<Entry>, StoreError> {
            match self.row(kind, value)? {
                Some(Found::Entry(entry)) => Ok(Some(entry)),
                Some(Found::SameAs(other)) => match self.row(kind, &other)? {
                    Some(Found::Entry(entry)) => Ok(Some(entry)),
                    _ => Ok(None),
                },
                None => Ok(None),
            }
        };
        self.named(find())
    }

    fn row(&self, kind: Kind, value: &str) -> Result<Option<Found>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT value, kind, updated, same_as, details FROM entry WHERE key = ?1 AND value = ?2",
        )?;
        let key = Key::of_indicator(kind, value).cast_signed();
        let found = statement.query_row(params![key, value], |row| Ok(read(row)));
        found.optional()?.transpose()
    }

    /// Every entry, in the order of their keys, until one fails.
    ///
    /// # Errors
    /// [`StateError`], or what `each` fails with.
    pub(crate) fn entries<E: From<StateError>>(
        &self,
        mut each: impl FnMut(Entry) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self.named(self.prepared(
            "SELECT value, kind, updated, same_as, details FROM entry
             WHERE details IS NOT NULL ORDER BY key, value",
        ))?;
        let mut rows = self.named(statement.query([]).map_err(StoreError::from))?;
        while let Some(row) = self.named(rows.next().map_err(StoreError::from))? {
            if let Found::Entry(entry) = self.named(read(row))? {
                each(entry)?;
            }
        }
        Ok(())
    }

    /// Every hash that is not the one that a file stands under, with that one, in the
    /// order of their keys.
    pub(super) fn other_hashes<E: From<StateError>>(
        &self,
        mut each: impl FnMut(&str, &str) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self.named(self.prepared(
            "SELECT value, same_as FROM entry WHERE same_as IS NOT NULL ORDER BY key, value",
        ))?;
        let mut rows = self.named(statement.query([]).map_err(StoreError::from))?;
        while let Some(row) = self.named(rows.next().map_err(StoreError::from))? {
            let texts = || -> rusqlite::Result<(String, String)> { Ok((row.get(0)?, row.get(1)?)) };
            let (value, same_as) = self.named(texts().map_err(StoreError::from))?;
            each(&value, &same_as)?;
        }
        Ok(())
    }

    fn prepared(&self, sql: &str) -> Result<rusqlite::Statement<'_>, StoreError> {
        Ok(self.connection.prepare(sql)?)
    }

    /// The outcome with the database's name in its error.
    pub(super) fn named<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StateError> {
        outcome.map_err(|error| error.at(&self.path))
    }
}

/// A row of the entries.
pub(super) enum Found {
    Entry(Entry),
    /// Another hash of this file.
    SameAs(String),
}

/// Reads the columns value, kind, updated, `same_as` and details.
pub(super) fn read(row: &Row<'_>) -> Result<Found, StoreError> {
    if let Some(same_as) = row.get(3)? {
        return Ok(Found::SameAs(same_as));
    }
    let value: String = row.get(0)?;
    let damaged = |what: &str| StoreError::Damaged(format!("{what} of the entry `{value}`"));
    let kind = kind(row.get(1)?).ok_or_else(|| damaged("the type"))?;
    let details = row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?;
    let details: Details = serde_json::from_str(details).map_err(|_| damaged("what is told"))?;
    Ok(Found::Entry(Entry {
        kind,
        updated: row.get(2)?,
        details,
        value,
    }))
}
