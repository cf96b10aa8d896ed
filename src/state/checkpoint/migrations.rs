//! The form of the checkpoint database, version by version.

use rusqlite::{Connection, params};
use serde_json::Value;

use super::destination::DestinationIds;
use crate::state::path_bytes::to_bytes;
use crate::state::schema::Migration;

/// Position, marks and seen ids. `round` numbers the commits: a seen id with a
/// higher number than its checkpoint was staged by a run that did not get to
/// commit.
const CHECKPOINTS: &str = "
    CREATE TABLE checkpoint (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        belongings TEXT NOT NULL,
        position TEXT NOT NULL,
        mark INTEGER,
        file_length INTEGER,
        file_inode INTEGER,
        emitted INTEGER NOT NULL DEFAULT 0,
        round INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE seen (
        checkpoint INTEGER NOT NULL REFERENCES checkpoint (id) ON DELETE CASCADE,
        identity TEXT NOT NULL,
        time INTEGER NOT NULL,
        round INTEGER NOT NULL,
        PRIMARY KEY (checkpoint, identity)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX seen_by_time ON seen (checkpoint, time);
    CREATE INDEX seen_by_round ON seen (checkpoint, round);
";

/// Files stand in a table of their own, because sinks have some as well. `boot` is
/// the start of the machine in which a run has the file open for writing; none when
/// no run has. `holder` is the process that uses a checkpoint.
const OUTPUT_FILES: &str = "
    CREATE TABLE output_file (
        id INTEGER PRIMARY KEY,
        checkpoint INTEGER UNIQUE REFERENCES checkpoint (id) ON DELETE CASCADE,
        sink TEXT UNIQUE,
        path BLOB NOT NULL,
        device INTEGER,
        inode INTEGER,
        length INTEGER NOT NULL,
        tail BLOB,
        boot TEXT,
        CHECK ((checkpoint IS NULL) <> (sink IS NULL))
    ) STRICT;
    ALTER TABLE checkpoint ADD COLUMN holder TEXT;
";

/// What the file of a checkpoint was until then.
const FORMER_FILES: &str = "
    INSERT INTO output_file (checkpoint, path, inode, length)
    SELECT id, ?2, nullif(file_inode, 0), file_length FROM checkpoint
    WHERE id = ?1 AND file_length IS NOT NULL
";

const WITHOUT_FORMER_FILES: &str = "
    ALTER TABLE checkpoint DROP COLUMN file_length;
    ALTER TABLE checkpoint DROP COLUMN file_inode;
";

pub(super) const MIGRATIONS: &[Migration] =
    &[Migration::Sql(CHECKPOINTS), Migration::Code(output_files)];

/// Destinations become data, and files rows of their own.
fn output_files(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(OUTPUT_FILES)?;
    let mut statement = connection.prepare("SELECT id, belongings FROM checkpoint")?;
    let rows: Vec<(i64, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (id, belongings) in rows {
        // What is not understood stays as it is, and is damage to whoever reads it.
        let Some((belongings, destination)) = structured(&belongings) else {
            continue;
        };
        connection.execute(
            "UPDATE checkpoint SET belongings = ?2 WHERE id = ?1",
            params![id, belongings],
        )?;
        if let Some(path) = destination.file() {
            connection.execute(FORMER_FILES, params![id, to_bytes(path)])?;
        }
    }
    connection.execute_batch(WITHOUT_FORMER_FILES)
}

/// Belongings whose destination is data, made of those with a text.
fn structured(belongings: &str) -> Option<(String, DestinationIds)> {
    let mut belongings: Value = serde_json::from_str(belongings).ok()?;
    let object = belongings.as_object_mut()?;
    let former = object.remove("output")?;
    let destination = DestinationIds::from_former(former.as_str()?);
    object.insert(
        "destination".to_owned(),
        serde_json::to_value(&destination).ok()?,
    );
    Some((belongings.to_string(), destination))
}
