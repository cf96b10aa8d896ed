//! One response database: its form, its settings, its statements.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::OpenFlags;
use rusqlite::OptionalExtension;
use rusqlite::TransactionBehavior;
use rusqlite::config::DbConfig;
use rusqlite::params;

use super::body::Packed;
use super::error::StoreError;
use super::schema::{Migration, migrate};
use crate::client::cache::Stored;
use crate::model::file_mark::FileIdentity;

/// The columns that are counted come before the body, and stand in the index
/// by age, so that neither pruning nor statistics reads a body.
pub(super) const MIGRATIONS: &[Migration] = &[Migration::Sql(
    "
    CREATE TABLE response (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        fetched_at INTEGER NOT NULL,
        status INTEGER NOT NULL,
        plain_bytes INTEGER NOT NULL,
        packed_bytes INTEGER NOT NULL,
        checksum INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX response_by_age ON response (fetched_at, packed_bytes, plain_bytes);
",
)];

/// A write-ahead log that has grown beyond this many bytes is written back when
/// the database is closed. Below it, the two `fsync`s would cost a short run
/// more than reading the log costs the next.
const LOG_WORTH_WRITING_BACK: u64 = 1 << 20;

/// A response database, open.
pub(super) struct Store {
    pub(super) connection: Connection,
    /// The file that was opened; none for a temporary database.
    file: Option<FileIdentity>,
}

/// What a database takes, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    /// Of pages that hold something.
    pub(super) used: u64,
    /// Of the whole file, free pages included.
    pub(super) file: u64,
    pub(super) page: u64,
}

impl Store {
    /// Opens the database in a file that exists (it may be empty). `patience` is
    /// how long each statement waits for other processes.
    pub(super) fn open(path: &Path, patience: Duration) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(patience)?;
        // Closing writes back by its own rule, see `close`.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        let pages: u32 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
        if pages == 0 {
            // A database that a power cut leaves half created is rebuilt as
            // damaged, which is cheaper than a dozen `fsync`s. And `auto_vacuum`
            // must come before the first page, which `journal_mode` writes; later
            // it would only write that page once more.
            connection.execute_batch(
                "PRAGMA synchronous = OFF;
                 PRAGMA auto_vacuum = INCREMENTAL;",
            )?;
        }
        connection.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA wal_autocheckpoint = 4000;
             PRAGMA journal_size_limit = 16777216;
             PRAGMA cell_size_check = ON;
             PRAGMA cache_size = -1024;",
        )?;
        migrate(&connection, MIGRATIONS)?;
        connection.execute_batch("PRAGMA synchronous = NORMAL")?;
        Ok(Self {
            connection,
            file: identity(path),
        })
    }

    /// Opens a private database that the system removes with the process. What
    /// doesn't fit the page cache is in a temporary file.
    pub(super) fn temporary() -> Result<Self, StoreError> {
        let connection = Connection::open("")?;
        connection.execute_batch(
            "PRAGMA auto_vacuum = INCREMENTAL;
             PRAGMA synchronous = OFF;
             PRAGMA cache_size = -1024;",
        )?;
        migrate(&connection, MIGRATIONS)?;
        Ok(Self {
            connection,
            file: None,
        })
    }

    /// The answer kept under `key`.
    pub(super) fn load(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT status, fetched_at, plain_bytes, checksum, body FROM response WHERE key = ?1",
        )?;
        let unpacked = statement
            .query_row([key], |row| {
                let packed = Packed {
                    status: row.get(0)?,
                    fetched_at: row.get(1)?,
                    plain_bytes: row.get(2)?,
                    checksum: row.get(3)?,
                    body: Cow::Borrowed(row.get_ref(4)?.as_blob()?),
                };
                Ok(packed.unpack())
            })
            .optional()?;
        match unpacked {
            Some(None) => Err(StoreError::Damaged(
                "an answer doesn't match its checksum".to_owned(),
            )),
            Some(found) => Ok(found),
            None => Ok(None),
        }
    }

    /// Keeps answers in one transaction, replacing what stood under their keys.
    pub(super) fn keep(
        &mut self,
        answers: &HashMap<String, Packed<'static>>,
    ) -> Result<(), StoreError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut statement = transaction.prepare_cached(
            "INSERT INTO response
                 (key, fetched_at, status, plain_bytes, packed_bytes, checksum, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (key) DO UPDATE SET
                 fetched_at = excluded.fetched_at,
                 status = excluded.status,
                 plain_bytes = excluded.plain_bytes,
                 packed_bytes = excluded.packed_bytes,
                 checksum = excluded.checksum,
                 body = excluded.body",
        )?;
        for (key, packed) in answers {
            statement.execute(params![
                key,
                packed.fetched_at,
                packed.status,
                packed.plain_bytes,
                i64::try_from(packed.body.len()).unwrap_or(i64::MAX),
                packed.checksum,
                packed.body,
            ])?;
        }
        drop(statement);
        transaction.commit()?;
        Ok(())
    }

    /// What the database takes now.
    pub(super) fn size(&self) -> Result<Size, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT page_count, freelist_count, page_size
             FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
        )?;
        Ok(statement.query_row([], |row| {
            let (pages, free, page): (u32, u32, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let bytes = |pages: u32| u64::from(pages) * u64::from(page);
            Ok(Size {
                used: bytes(pages.saturating_sub(free)),
                file: bytes(pages),
                page: u64::from(page),
            })
        })?)
    }

    /// Gives free pages at the end of the file back to the disk, this many.
    pub(super) fn give_back(&self, pages: u64) -> Result<(), StoreError> {
        // Each row that is asked for frees one page; none is ever returned.
        let vacuum = format!("PRAGMA incremental_vacuum({pages})");
        let mut vacuum = self.connection.prepare(&vacuum)?;
        let mut rows = vacuum.query([])?;
        while rows.next()?.is_some() {}
        Ok(())
    }

    /// Whether the file of this database is the one at `path`.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        self.file.is_some() && self.file == identity(path)
    }

    /// Closes the database, its log written back if that is worth it and nobody
    /// is in the way.
    pub(super) fn close(self) {
        let log = self.connection.path().map(|path| format!("{path}-wal"));
        let grown = log
            .and_then(|log| std::fs::metadata(log).ok())
            .is_some_and(|log| log.len() > LOG_WORTH_WRITING_BACK);
        if grown {
            // A failure costs nothing: the log stays valid.
            let _ = self.connection.busy_timeout(Duration::ZERO);
            let _ = self
                .connection
                .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }
}

fn identity(path: &Path) -> Option<FileIdentity> {
    std::fs::metadata(path)
        .ok()
        .map(|found| FileIdentity::of(&found))
}
