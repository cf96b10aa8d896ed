//! The database of all checkpoints.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::hold::LOCKS;
use super::migrations::MIGRATIONS;
use super::output_file::{self, OutputFile};
use super::row::{Belongings, Checkpoint};
use crate::state::directory::{own_directory, private_file};
use crate::state::error::{StateError, StoreError};
use crate::state::lock::Lock;
use crate::state::schema::migrate;

/// The database's name in the state directory.
const DATABASE: &str = "checkpoints.sqlite";
/// The lock's name in the state directory. It is held while the database is opened,
/// for moments only: two processes that create it at once are in each other's way.
const LOCK: &str = "checkpoints.lock";
/// How long a statement waits for other processes, which hold the database for
/// moments only.
const PATIENCE: Duration = Duration::from_secs(10);

const COLUMNS: &str =
    "id, name, belongings, position, mark, emitted, round, created_at, updated_at";

/// All checkpoints of a state directory.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    pub(super) connection: Connection,
    path: PathBuf,
}

impl Checkpoints {
    /// Opens the database of a state directory, and creates what is missing, for
    /// the owner alone.
    ///
    /// # Errors
    /// [`StateError`]: not writable, open to others, damaged, lost, or written by a
    /// newer version.
    pub(crate) fn open(directory: &Path) -> Result<Self, StateError> {
        let path = directory.join(DATABASE);
        let failed = |error: std::io::Error| StoreError::from(error).at(&path);
        own_directory(directory).map_err(failed)?;
        let _lock = lock(directory).map_err(failed)?;
        look_for_loss(directory, &path)?;
        private_file(&path).map_err(failed)?;
        Self::open_file(path)
    }

    /// Opens the database if there is one.
    ///
    /// # Errors
    /// As [`Checkpoints::open`].
    pub(crate) fn open_existing(directory: &Path) -> Result<Option<Self>, StateError> {
        let path = directory.join(DATABASE);
        look_for_loss(directory, &path)?;
        if matches!(path.try_exists(), Ok(false)) {
            return Ok(None);
        }
        let failed = |error: std::io::Error| StoreError::from(error).at(&path);
        own_directory(directory).map_err(failed)?;
        let _lock = lock(directory).map_err(failed)?;
        Self::open_file(path).map(Some)
    }

    fn open_file(path: PathBuf) -> Result<Self, StateError> {
        let open = || -> Result<Connection, StoreError> {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&path, flags)?;
            connection.busy_timeout(PATIENCE)?;
            // FULL: a commit that returned survives a power cut.
            connection.execute_batch(
                "PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 PRAGMA foreign_keys = ON;
                 PRAGMA cell_size_check = ON;
                 PRAGMA cache_size = -1024;",
            )?;
            migrate(&connection, MIGRATIONS)?;
            // A read-only database opens without complaint, and fails later: better
            // before anything is asked of the service.
            if connection.is_readonly(rusqlite::MAIN_DB)? {
                return Err(StoreError::Failed("the file is read-only".to_owned()));
            }
            Ok(connection)
        };
        match open() {
            Ok(connection) => Ok(Self { connection, path }),
            Err(error) => Err(error.at(&path)),
        }
    }

    /// Where the database is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The checkpoint of a name.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn load(&self, name: &str) -> Result<Option<Checkpoint>, StateError> {
        let load = || -> Result<Option<Checkpoint>, StoreError> {
            let sql = format!("SELECT {COLUMNS} FROM checkpoint WHERE name = ?1");
            let mut statement = self.connection.prepare(&sql)?;
            statement.query_row([name], read).optional()?.transpose()
        };
        self.named(load())
    }

    /// Every checkpoint, by name.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn list(&self) -> Result<Vec<Checkpoint>, StateError> {
        let list = || -> Result<Vec<Checkpoint>, StoreError> {
            let sql = format!("SELECT {COLUMNS} FROM checkpoint ORDER BY name");
            let mut statement = self.connection.prepare(&sql)?;
            let rows: Vec<_> = statement.query_map([], read)?.collect::<Result<_, _>>()?;
            rows.into_iter().collect()
        };
        self.named(list())
    }

    /// Takes up a checkpoint, or begins it at a position, together with those of its
    /// files that are not known yet as they are. What an earlier run staged and did
    /// not commit is dropped.
    ///
    /// The caller holds the checkpoint's lock, and has compared what it belongs to.
    ///
    /// # Errors
    /// [`StateError`].
    ///
    /// # Panics
    /// Never: texts always serialise.
    pub(crate) fn take_up(
        &mut self,
        name: &str,
        belongings: &Belongings,
        position: &str,
        files: &[OutputFile],
        now: Timestamp,
    ) -> Result<Checkpoint, StateError> {
        if let Some(found) = self.load(name)? {
            self.drop_staged(&found)?;
            if !files.is_empty() {
                self.commit_files(files)?;
            }
            return Ok(found);
        }
        let belongings = serde_json::to_string(belongings).expect("belongings are JSON");
        let mut insert = || -> Result<(), StoreError> {
            let transaction = self.connection.transaction()?;
            transaction.execute(
                "INSERT INTO checkpoint (name, belongings, position, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?4)",
                params![name, belongings, position, now.as_second()],
            )?;
            for file in files {
                output_file::write(&transaction, file)?;
            }
            Ok(transaction.commit()?)
        };
        let outcome = insert();
        self.named(outcome)?;
        let missing = || StoreError::Failed("the new checkpoint is not there".to_owned());
        self.load(name)?.ok_or_else(|| missing().at(&self.path))
    }

    /// Drops what was staged since the last commit.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn drop_staged(&mut self, checkpoint: &Checkpoint) -> Result<(), StateError> {
        let dropped = self
            .connection
            .prepare_cached("DELETE FROM seen WHERE checkpoint = ?1 AND round > ?2")
            .and_then(|mut statement| statement.execute(params![checkpoint.id, checkpoint.round]));
        self.named(dropped.map(drop).map_err(StoreError::from))
    }

    /// Moves a checkpoint back: what has a time from `since` to `now` is
    /// forgotten and so comes again. An item dated later than now stays known.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn rewind(
        &mut self,
        checkpoint: &Checkpoint,
        position: &str,
        mark: Option<Timestamp>,
        since: i64,
        now: Timestamp,
    ) -> Result<(), StateError> {
        let mut rewind = || -> Result<(), StoreError> {
            let transaction = self.connection.transaction()?;
            transaction.execute(
                "DELETE FROM seen WHERE checkpoint = ?1 AND time BETWEEN ?2 AND ?3",
                params![checkpoint.id, since, now.as_second()],
            )?;
            transaction.execute(
                "UPDATE checkpoint SET position = ?2, mark = ?3, updated_at = ?4, round = round + 1
                 WHERE id = ?1",
                params![
                    checkpoint.id,
                    position,
                    mark.map(Timestamp::as_second),
                    now.as_second()
                ],
            )?;
            Ok(transaction.commit()?)
        };
        let outcome = rewind();
        self.named(outcome)
    }

    /// Forgets a checkpoint; the output keeps what it has.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn reset(&mut self, checkpoint: &Checkpoint) -> Result<(), StateError> {
        let gone = self
            .connection
            .execute("DELETE FROM checkpoint WHERE id = ?1", [checkpoint.id]);
        self.named(gone.map(drop).map_err(StoreError::from))
    }

    /// Says of files that no run has them open any more.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn close_files(&mut self, files: &[OutputFile]) -> Result<(), StateError> {
        let outcome = self.lazily(|connection| output_file::close(connection, files));
        self.named(outcome)
    }

    /// The process that uses a checkpoint, as it was written down.
    pub(super) fn read_holder(
        &self,
        checkpoint: &Checkpoint,
    ) -> Result<Option<String>, StateError> {
        let holder = self
            .connection
            .prepare_cached("SELECT holder FROM checkpoint WHERE id = ?1")
            .and_then(|mut statement| statement.query_row([checkpoint.id], |row| row.get(0)));
        self.named(holder.map_err(StoreError::from))
    }

    /// Writes down the process that uses a checkpoint.
    pub(super) fn write_holder(
        &mut self,
        checkpoint: &Checkpoint,
        holder: Option<&str>,
    ) -> Result<(), StateError> {
        let outcome = self.lazily(|connection| {
            connection.execute(
                "UPDATE checkpoint SET holder = ?2 WHERE id = ?1",
                params![checkpoint.id, holder],
            )?;
            Ok(())
        });
        self.named(outcome)
    }

    /// Writes what need not survive a power cut, and so is not waited for.
    fn lazily(
        &self,
        write: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.connection
            .execute_batch("PRAGMA synchronous = NORMAL")?;
        let outcome = write(&self.connection);
        self.connection.execute_batch("PRAGMA synchronous = FULL")?;
        outcome
    }

    /// Reads the whole database and says what is wrong with it, if anything.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn integrity(&self) -> Result<Option<String>, StateError> {
        let said = self
            .connection
            .query_row("PRAGMA integrity_check(1)", [], |row| {
                row.get::<_, String>(0)
            });
        let said = self.named(said.map_err(StoreError::from))?;
        Ok((said != "ok").then_some(said))
    }

    /// The outcome with the database's name in its error.
    pub(super) fn named<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StateError> {
        outcome.map_err(|error| error.at(&self.path))
    }
}

/// The lock of the database, or none on a disk that can only be read.
fn lock(directory: &Path) -> std::io::Result<Option<Lock>> {
    match Lock::acquire(&directory.join(LOCK), PATIENCE) {
        Err(error) if error.kind() == std::io::ErrorKind::ReadOnlyFilesystem => Ok(None),
        lock => lock,
    }
}

/// A database that is missing or empty where checkpoints have been kept is a loss,
/// and not a beginning: the feeds would be repeated from their beginnings.
fn look_for_loss(directory: &Path, path: &Path) -> Result<(), StateError> {
    let found = match path.metadata() {
        Ok(found) if found.len() > 0 => return Ok(()),
        Ok(_) => "empty",
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => "missing",
        Err(error) => return Err(StoreError::from(error).at(path)),
    };
    // A lock is taken, and signed, only once there is a database.
    let locks = directory.join(LOCKS);
    let signed = |entry: std::fs::DirEntry| entry.metadata().is_ok_and(|found| found.len() > 0);
    let mut entries = locks
        .read_dir()
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    if !entries.any(signed) {
        return Ok(());
    }
    let reason = format!(
        "it is {found}, and `{}` shows that checkpoints were kept in it",
        locks.display()
    );
    Err(StoreError::Damaged(reason).at(path))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Checkpoint, StoreError>> {
    let belongings: String = row.get(2)?;
    let time = |seconds: i64| Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let belongings: Belongings = match serde_json::from_str(&belongings) {
        Ok(belongings) => belongings,
        Err(error) => return Ok(Err(StoreError::Damaged(error.to_string()))),
    };
    Ok(Ok(Checkpoint {
        id: row.get(0)?,
        name: row.get(1)?,
        belongings,
        position: row.get(3)?,
        mark: row.get::<_, Option<i64>>(4)?.map(time),
        emitted: row.get::<_, i64>(5)?.cast_unsigned(),
        round: row.get(6)?,
        created_at: time(row.get(7)?),
        updated_at: time(row.get(8)?),
    }))
}
