//! How the mirror changes: what feeds tell is gathered, and merged in one transaction
//! with the position of its feed.
//!
//! A little longer than other files: its statements change one set of tables.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{
    Connection, OptionalExtension, Statement, Transaction, TransactionBehavior, params,
};

use super::entry::{Change, Details, Entry, number};
use super::store::{Found, Mirror, read};
use crate::model::indicator::Kind;
use crate::model::value_key::Key;
use crate::state::StateError;
use crate::state::checkpoint::{Belongings, Checkpoint, Commit, SharedRow};
use crate::state::error::StoreError;
use crate::state::lock::{Lock, Tried};

/// The lock's name in the state directory: one writer at a time.
const LOCK: &str = "mirror.lock";

/// The rows that wait. A temporary table is written to a file that goes with the
/// process, so they take no memory, and the mirror is as it was until they are merged.
const STAGE: &str = "
    CREATE TEMP TABLE staged (
        key INTEGER NOT NULL,
        value TEXT NOT NULL,
        kind INTEGER NOT NULL,
        same_as TEXT,
        details TEXT
    ) STRICT;
    PRAGMA temp.cache_size = -1024;
";

/// The one who may change the mirror.
pub(crate) struct Writer {
    mirror: Mirror,
    /// Whether anything waits.
    staged: bool,
    #[expect(dead_code, reason = "it works by being there")]
    lock: Lock,
}

impl Writer {
    /// Opens the mirror of a state directory to change it.
    ///
    /// # Errors
    /// [`StateError`]; `Held` while another process changes it.
    pub(crate) fn open(directory: &Path) -> Result<Self, StateError> {
        let mirror = Mirror::open(directory)?;
        let path = directory.join(LOCK);
        let lock = match Lock::attempt(&path) {
            Ok(Tried::Held(lock)) => lock,
            Ok(Tried::Taken(_)) => return Err(StateError::Held { path }),
            Err(source) => return Err(StateError::Lock { path, source }),
        };
        let staged = mirror.connection.execute_batch(STAGE);
        mirror.named(staged.map_err(StoreError::from))?;
        Ok(Self {
            mirror,
            staged: false,
            lock,
        })
    }

    /// The mirror, to be read.
    #[cfg(test)]
    pub(super) fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    /// The mirror, to be changed.
    pub(super) fn mirror_mut(&mut self) -> &mut Mirror {
        &mut self.mirror
    }

    /// Takes a change; it is made with the next commit.
    ///
    /// # Errors
    /// [`StateError`]: the disk is full.
    pub(crate) fn stage(&mut self, change: &Change) -> Result<(), StateError> {
        let staged = self.insert(change);
        self.mirror.named(staged)
    }

    fn insert(&mut self, change: &Change) -> Result<(), StoreError> {
        let connection = &self.mirror.connection;
        if !self.staged {
            // One transaction for all of them. It touches the temporary table alone.
            connection.execute_batch("BEGIN")?;
            self.staged = true;
        }
        let mut insert = connection.prepare_cached(
            "INSERT INTO staged (key, value, kind, same_as, details) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let key = |value: &str| Key::of_indicator(change.kind, value).cast_signed();
        let kind = number(change.kind);
        let details = change.details.as_ref().map(json);
        let value = &change.value;
        insert.execute(params![key(value), value, kind, None::<&str>, details])?;
        for other in change.others.iter().filter(|other| *other != value) {
            let same_as = details.is_some().then_some(value);
            insert.execute(params![key(other), other, kind, same_as, None::<&str>])?;
        }
        Ok(())
    }

    /// Forgets what waits.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn drop_staged(&mut self) -> Result<(), StateError> {
        if !std::mem::take(&mut self.staged) {
            return Ok(());
        }
        let dropped = self.mirror.connection.execute_batch("ROLLBACK");
        self.mirror.named(dropped.map_err(StoreError::from))
    }

    /// Makes the changes that wait, and moves the checkpoint of their feed with them.
    ///
    /// # Errors
    /// [`StateError`]; the mirror is then as it was.
    pub(super) fn commit(
        &mut self,
        checkpoint: &Checkpoint,
        commit: &Commit<'_>,
    ) -> Result<(), StateError> {
        let had = std::mem::take(&mut self.staged);
        let mut write = || -> Result<(), StoreError> {
            let connection = &mut self.mirror.connection;
            if had {
                connection.execute_batch("COMMIT")?;
            }
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if had {
                merge(&transaction, commit.now)?;
                count_change(&transaction, commit.now.as_second())?;
            }
            advance(&transaction, checkpoint, commit)?;
            transaction.commit()?;
            if had {
                connection.execute_batch("DELETE FROM staged")?;
            }
            Ok(())
        };
        let written = write();
        self.mirror.named(written)
    }

    /// What an earlier run left of a feed.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn source(&self, name: &str) -> Result<Option<Checkpoint>, StateError> {
        let source = || -> Result<Option<Checkpoint>, StoreError> {
            let mut statement = self.mirror.connection.prepare_cached(
                "SELECT name, belongings, position, mark, emitted, round, created_at, updated_at
                 FROM source WHERE name = ?1",
            )?;
            let found = statement.query_row([name], |row| Ok(checkpoint(row)));
            found.optional()?.transpose()
        };
        self.mirror.named(source())
    }

    /// Begins a feed at a position. It is kept with the first commit.
    pub(crate) fn begin(belongings: Belongings, position: String, now: Timestamp) -> Checkpoint {
        Checkpoint::from(SharedRow {
            name: belongings.feed.clone(),
            belongings,
            position,
            mark: None,
            emitted: 0,
            round: 0,
            created_at: now,
            updated_at: now,
        })
    }

    /// Removes what no feed has told of since a time; how many that were.
    ///
    /// # Errors
    /// [`StateError`]; the mirror is then as it was.
    pub(crate) fn prune(&mut self, before: Timestamp, now: Timestamp) -> Result<u64, StateError> {
        let mut prune = || -> Result<u64, StoreError> {
            let connection = &mut self.mirror.connection;
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let gone = transaction.execute(
                "DELETE FROM entry WHERE updated < ?1 AND details IS NOT NULL",
                [before.as_second()],
            )?;
            drop_lost_hashes(&transaction, before)?;
            if gone > 0 {
                count_change(&transaction, now.as_second())?;
            }
            transaction.commit()?;
            Ok(gone as u64)
        };
        let pruned = prune();
        self.mirror.named(pruned)
    }

    /// Changes everything in one transaction, or nothing.
    pub(super) fn replace<E: From<StateError>>(
        &mut self,
        fill: impl FnOnce(&mut Filling<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let path = self.mirror.path.clone();
        let at = |error: rusqlite::Error| E::from(StoreError::from(error).at(&path));
        let connection = &mut self.mirror.connection;
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(at)?;
        transaction
            .execute_batch("DELETE FROM entry; DELETE FROM source")
            .map_err(at)?;
        let insert = transaction
            .prepare(
                "INSERT INTO entry (key, value, kind, updated, same_as, details)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )
            .map_err(at)?;
        let mut filling = Filling {
            transaction: &transaction,
            insert,
            path: &path,
        };
        fill(&mut filling)?;
        drop(filling);
        transaction.commit().map_err(at)
    }
}

/// A mirror that is being filled anew.
pub(super) struct Filling<'t> {
    transaction: &'t Transaction<'t>,
    insert: Statement<'t>,
    path: &'t Path,
}

impl Filling<'_> {
    pub(super) fn entry(&mut self, entry: &Entry) -> Result<(), StateError> {
        let key = Key::of_indicator(entry.kind, &entry.value).cast_signed();
        let values = params![
            key,
            entry.value,
            number(entry.kind),
            entry.updated,
            None::<&str>,
            json(&entry.details)
        ];
        let inserted = self.insert.execute(values);
        self.named(inserted.map(drop).map_err(StoreError::from))
    }

    pub(super) fn other_hash(
        &mut self,
        hash: &str,
        same_as: &str,
        updated: i64,
    ) -> Result<(), StateError> {
        let key = Key::of_indicator(Kind::File, hash).cast_signed();
        let values = params![
            key,
            hash,
            number(Kind::File),
            updated,
            same_as,
            None::<&str>
        ];
        let inserted = self.insert.execute(values);
        self.named(inserted.map(drop).map_err(StoreError::from))
    }

    /// Counts the change, which was made elsewhere at this time.
    pub(super) fn changed_at(&mut self, seconds: i64) -> Result<(), StateError> {
        let counted = count_change(self.transaction, seconds);
        self.named(counted)
    }

    pub(super) fn source(&mut self, source: &Checkpoint) -> Result<(), StateError> {
        let written = write_source(self.transaction, source);
        self.named(written)
    }

    fn named<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StateError> {
        outcome.map_err(|error| error.at(self.path))
    }
}

/// Merges what waits into the entries, in the order of their keys.
fn merge(connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
    let mut staged = connection.prepare_cached(
        "SELECT key, value, kind, same_as, details FROM staged ORDER BY key, value, rowid",
    )?;
    let mut find = connection.prepare_cached(
        "SELECT value, kind, updated, same_as, details FROM entry WHERE key = ?1 AND value = ?2",
    )?;
    let mut write = connection.prepare_cached(
        "INSERT OR REPLACE INTO entry (key, value, kind, updated, same_as, details)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut remove =
        connection.prepare_cached("DELETE FROM entry WHERE key = ?1 AND value = ?2")?;
    let mut rows = staged.query([])?;
    while let Some(row) = rows.next()? {
        let (key, kind): (i64, i64) = (row.get(0)?, row.get(2)?);
        let value = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        let same_as: Option<&str> = row
            .get_ref(3)?
            .as_str_or_null()
            .map_err(rusqlite::Error::from)?;
        let told = row
            .get_ref(4)?
            .as_str_or_null()
            .map_err(rusqlite::Error::from)?;
        let details = match (same_as, told) {
            (None, None) => {
                remove.execute(params![key, value])?;
                continue;
            }
            (Some(_), _) => None,
            (None, Some(told)) => {
                let known = find.query_row(params![key, value], |row| Ok(read(row)));
                match known.optional()?.transpose()? {
                    Some(Found::Entry(entry)) => {
                        let told: Details = serde_json::from_str(told)
                            .map_err(|error| StoreError::Damaged(error.to_string()))?;
                        let mut details = entry.details;
                        details.merge(told);
                        Some(std::borrow::Cow::Owned(json(&details)))
                    }
                    _ => Some(std::borrow::Cow::Borrowed(told)),
                }
            }
        };
        write.execute(params![
            key,
            value,
            kind,
            now.as_second(),
            same_as,
            details.as_deref()
        ])?;
    }
    Ok(())
}

/// Removes hashes of files that are not there any more, of those that no feed has told
/// of since a time.
fn drop_lost_hashes(connection: &Connection, before: Timestamp) -> Result<(), StoreError> {
    let mut hashes = connection.prepare(
        "SELECT key, value, same_as FROM entry WHERE same_as IS NOT NULL AND updated < ?1",
    )?;
    let mut find = connection.prepare("SELECT 1 FROM entry WHERE key = ?1 AND value = ?2")?;
    let mut remove = connection.prepare("DELETE FROM entry WHERE key = ?1 AND value = ?2")?;
    let mut rows = hashes.query([before.as_second()])?;
    while let Some(row) = rows.next()? {
        let same_as: String = row.get(2)?;
        let key = Key::of_indicator(Kind::File, &same_as).cast_signed();
        if !find.exists(params![key, same_as])? {
            remove.execute(params![row.get::<_, i64>(0)?, row.get::<_, String>(1)?])?;
        }
    }
    Ok(())
}

/// Moves a feed on, from the commit that the run knows.
fn advance(
    connection: &Connection,
    checkpoint: &Checkpoint,
    commit: &Commit<'_>,
) -> Result<(), StoreError> {
    let mut moved = checkpoint.clone();
    moved.advance(commit);
    write_source(connection, &moved)
}

fn write_source(connection: &Connection, source: &Checkpoint) -> Result<(), StoreError> {
    let belongings = serde_json::to_string(&source.belongings).expect("belongings are JSON");
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO source
                 (name, belongings, position, mark, emitted, round, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            source.name,
            belongings,
            source.position,
            source.mark.map(Timestamp::as_second),
            source.emitted.cast_signed(),
            source.round(),
            source.created_at.as_second(),
            source.updated_at.as_second(),
        ])?;
    Ok(())
}

/// Reads the columns of a source in the order in which they are written.
pub(super) fn checkpoint(row: &rusqlite::Row<'_>) -> Result<Checkpoint, StoreError> {
    let time = |seconds: i64| Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let belongings: String = row.get(1)?;
    let belongings = serde_json::from_str(&belongings)
        .map_err(|error| StoreError::Damaged(error.to_string()))?;
    Ok(Checkpoint::from(SharedRow {
        name: row.get(0)?,
        belongings,
        position: row.get(2)?,
        mark: row.get::<_, Option<i64>>(3)?.map(time),
        emitted: row.get::<_, i64>(4)?.cast_unsigned(),
        round: row.get(5)?,
        created_at: time(row.get(6)?),
        updated_at: time(row.get(7)?),
    }))
}

/// Counts a change of the entries, and when it was made.
fn count_change(connection: &Connection, seconds: i64) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO fact (name, number) VALUES ('changes', 1)
         ON CONFLICT (name) DO UPDATE SET number = number + 1",
        [],
    )?;
    connection.execute(
        "INSERT OR REPLACE INTO fact (name, number) VALUES ('changed_at', ?1)",
        [seconds],
    )?;
    Ok(())
}

fn json(details: &Details) -> String {
    serde_json::to_string(details).expect("texts and numbers are JSON")
}
