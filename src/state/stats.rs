//! What the caches of all keys hold: `gti cache stats`.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;

use super::body::time;
use super::error::StateError;
use super::error::StoreError;
use super::lock::Lock;
use super::place::{DATABASE, LOCK, PATIENCE, files};

/// What the cache of one key holds. Byte counts are of the response bodies, if
/// not said otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CacheStats {
    /// Stands for the key, see `ApiKey::fingerprint`.
    pub fingerprint: String,
    /// The database.
    pub path: PathBuf,
    /// Answers kept.
    pub entries: u64,
    /// Bytes as they came from the service.
    pub plain_bytes: u64,
    /// Bytes as they are kept, compressed.
    pub packed_bytes: u64,
    /// Bytes that all files of this cache take on the disk.
    pub disk_bytes: u64,
    /// When the oldest answer was given.
    pub oldest: Option<Timestamp>,
    /// When the newest answer was given.
    pub newest: Option<Timestamp>,
    /// Why the database can't be read; the counts of answers are 0 then.
    pub problem: Option<String>,
}

/// Counts what the caches under `directory` hold, in the order of their
/// fingerprints. Where there is no cache yet, the list is empty and nothing is
/// created.
///
/// # Errors
/// [`StateError::Read`] for a directory that can't be listed. A database that
/// can't be read is an entry with a `problem`.
pub(crate) fn stats(directory: &Path) -> Result<Vec<CacheStats>, StateError> {
    let homes = homes(directory)?;
    // Keeps a database from being deleted while it is opened. Where no lock can
    // be had (a read-only disk), nobody can delete anything either.
    let _lock = (!homes.is_empty())
        .then(|| Lock::acquire(&directory.join(LOCK), PATIENCE).ok())
        .flatten();
    Ok(homes.into_iter().map(count).collect())
}

/// The directory of one key's cache, with its files.
pub(super) struct Home {
    fingerprint: String,
    pub(super) path: PathBuf,
    pub(super) files: Vec<PathBuf>,
}

/// The directories under `directory` that hold a database or what is left of
/// one, in order.
pub(super) fn homes(directory: &Path) -> Result<Vec<Home>, StateError> {
    let failed = |path: &Path, source| StateError::Read {
        path: path.to_owned(),
        source,
    };
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| failed(directory, error))?,
    };
    let mut homes = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| failed(directory, error))?;
        let path = entry.path();
        if !path.is_dir() {
            continue;
        }
        let files = files(&path).map_err(|error| failed(&path, error))?;
        if !files.is_empty() {
            homes.push(Home {
                fingerprint: entry.file_name().to_string_lossy().into_owned(),
                path,
                files,
            });
        }
    }
    homes.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
    Ok(homes)
}

fn count(home: Home) -> CacheStats {
    let size = |file: &PathBuf| fs::metadata(file).map_or(0, |metadata| metadata.len());
    let mut stats = CacheStats {
        fingerprint: home.fingerprint,
        path: home.path.join(DATABASE),
        entries: 0,
        plain_bytes: 0,
        packed_bytes: 0,
        disk_bytes: home.files.iter().map(size).sum(),
        oldest: None,
        newest: None,
        problem: None,
    };
    if home.files.contains(&stats.path)
        && let Err(error) = count_answers(&mut stats)
    {
        stats.problem = Some(error.to_string());
    }
    stats
}

fn count_answers(stats: &mut CacheStats) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&stats.path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let mut statement = connection.prepare(
        "SELECT count(*), coalesce(sum(plain_bytes), 0), coalesce(sum(packed_bytes), 0),
                min(fetched_at), max(fetched_at)
         FROM response INDEXED BY response_by_age",
    )?;
    let row = statement.query_row([], |row| {
        let number = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
        Ok((
            number(0)?,
            number(1)?,
            number(2)?,
            row.get::<_, Option<i64>>(3)?,
            row.get::<_, Option<i64>>(4)?,
        ))
    });
    let (entries, plain_bytes, packed_bytes, oldest, newest) = row?;
    stats.entries = entries;
    stats.plain_bytes = plain_bytes;
    stats.packed_bytes = packed_bytes;
    stats.oldest = oldest.map(time);
    stats.newest = newest.map(time);
    Ok(())
}
