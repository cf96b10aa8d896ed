//! The form of the mirror's database, version by version.

use crate::state::schema::Migration;

/// An entry of a file stands under its SHA-256; its other hashes are rows that name it
/// in `same_as` and have no details. `fact` counts the changes and knows when the last
/// was made.
const ENTRIES: &str = "
    CREATE TABLE entry (
        key INTEGER NOT NULL,
        value TEXT NOT NULL,
        kind INTEGER NOT NULL,
        updated INTEGER NOT NULL,
        same_as TEXT,
        details TEXT,
        PRIMARY KEY (key, value),
        CHECK ((same_as IS NULL) <> (details IS NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE source (
        name TEXT PRIMARY KEY,
        belongings TEXT NOT NULL,
        position TEXT NOT NULL,
        mark INTEGER,
        emitted INTEGER NOT NULL,
        round INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE fact (
        name TEXT PRIMARY KEY,
        number INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// The filter of the keys, in its parts. It is that of the entries where the fact
/// `filter_of` is the number of their changes.
const FILTER: &str = "
    CREATE TABLE filter (
        part INTEGER PRIMARY KEY,
        body BLOB NOT NULL
    ) STRICT;
";

pub(super) const MIGRATIONS: &[Migration] = &[Migration::Sql(ENTRIES), Migration::Sql(FILTER)];
