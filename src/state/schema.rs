//! The form of a database: a list of numbered migrations, counted in
//! `user_version`.

use rusqlite::Connection;
use rusqlite::Transaction;
use rusqlite::TransactionBehavior;

/// Why a database could not be brought to the form that this program knows.
#[derive(Debug, thiserror::Error)]
pub(super) enum SchemaError {
    /// A later version of the program wrote it; it must not be touched.
    #[error("a newer version of gti wrote it (format {found}; this version knows up to {known})")]
    Newer {
        /// The number found in the database.
        found: i64,
        /// The newest number that this program knows.
        known: usize,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
}

/// One step from a form to the next.
#[derive(Clone, Copy)]
pub(super) enum Migration {
    /// Statements.
    Sql(&'static str),
    /// What statements alone can't do.
    Code(fn(&Connection) -> rusqlite::Result<()>),
}

impl Migration {
    fn run(self, connection: &Connection) -> rusqlite::Result<()> {
        match self {
            Self::Sql(statements) => connection.execute_batch(statements),
            Self::Code(code) => code(connection),
        }
    }
}

/// Runs the migrations that the database has not seen, all of them or none.
///
/// Migration number n is the n-th of the list. A published one is never changed:
/// what must change is a further migration.
pub(super) fn migrate(
    connection: &Connection,
    migrations: &[Migration],
) -> Result<(), SchemaError> {
    if pending(connection, migrations)?.is_empty() {
        return Ok(());
    }
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    // Asked again: another process may have migrated while this one waited.
    for migration in pending(&transaction, migrations)? {
        migration.run(&transaction)?;
    }
    let version = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    transaction.pragma_update(None, "user_version", version)?;
    transaction.commit()?;
    Ok(())
}

fn pending<'a>(
    connection: &Connection,
    migrations: &'a [Migration],
) -> Result<&'a [Migration], SchemaError> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    usize::try_from(found)
        .ok()
        .and_then(|done| migrations.get(done..))
        .ok_or(SchemaError::Newer {
            found,
            known: migrations.len(),
        })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    const FIRST: Migration = Migration::Sql("CREATE TABLE a (x); INSERT INTO a VALUES (1)");
    const SECOND: Migration = Migration::Code(|connection| {
        connection.execute_batch("ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x + 1")
    });
    const NONSENSE: Migration = Migration::Sql("nonsense");

    fn version(connection: &Connection) -> i64 {
        connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn each_migration_runs_once_and_in_order() {
        let connection = Connection::open_in_memory().unwrap();
        for migrations in [&[FIRST][..], &[FIRST], &[FIRST, SECOND], &[FIRST, SECOND]] {
            migrate(&connection, migrations).unwrap();
            assert_eq!(usize::try_from(version(&connection)), Ok(migrations.len()));
        }
        let rows: Vec<(i64, i64)> = connection
            .prepare("SELECT x, y FROM a")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(rows, [(1, 2)]);
    }

    #[test]
    fn a_failed_migration_leaves_no_trace() {
        let connection = Connection::open_in_memory().unwrap();
        migrate(&connection, &[FIRST]).unwrap();
        let failure = migrate(&connection, &[FIRST, SECOND, NONSENSE]);
        assert!(matches!(failure, Err(SchemaError::Database(_))));
        assert_eq!(version(&connection), 1);
        assert!(connection.prepare("SELECT y FROM a").is_err());
        migrate(&connection, &[FIRST, SECOND]).unwrap();
        assert_eq!(version(&connection), 2);
    }

    #[test]
    fn a_newer_form_is_refused_and_untouched() {
        let connection = Connection::open_in_memory().unwrap();
        migrate(&connection, &[FIRST, SECOND]).unwrap();
        let error = migrate(&connection, &[FIRST]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a newer version of gti wrote it (format 2; this version knows up to 1)"
        );
        assert_eq!(version(&connection), 2);
        connection.pragma_update(None, "user_version", -1).unwrap();
        assert!(matches!(
            migrate(&connection, &[FIRST]),
            Err(SchemaError::Newer {
                found: -1,
                known: 1
            })
        ));
    }
}
