//! The tables: numbered migrations, and whether those of a database are the ones that
//! this program works with.
//!
//! A migration that only adds leaves older programs working: its `least` is the number
//! of the oldest one that can. Two versions can so work side by side.

use std::num::NonZeroUsize;

use tokio_postgres::types::Type;
use tokio_postgres::{Client, GenericClient};

use super::fault::Fault;
use super::literal::identifier;
use super::target::Target;
use crate::model::error::{Error, ErrorKind};

/// A step from one version of the tables to the next.
struct Migration {
    sql: &'static str,
    /// The number of the oldest version of the tables whose programs still work after
    /// it.
    least: i32,
}

/// All of them, in their order. A released one is never changed.
const MIGRATIONS: &[Migration] = &[
    Migration {
        sql: include_str!("migrations/0001.sql"),
        least: 1,
    },
    Migration {
        sql: include_str!("migrations/0002.sql"),
        least: 1,
    },
];

/// What a database has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version {
    /// The last migration; 0 where there are no tables.
    number: i32,
    /// The oldest program that works with it.
    least: i32,
}

/// The number that this program works with.
fn own() -> i32 {
    i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX)
}

/// Puts the name of the schema into a statement.
pub(super) fn within(sql: &str, target: &Target) -> String {
    sql.replace("{schema}", &identifier(target.schema()))
}

/// Creates what is missing; gives how many migrations that took. Programs that do so at
/// once wait for each other.
pub(super) async fn migrate(client: &mut Client, target: &Target) -> Result<usize, Fault> {
    let transaction = client.transaction().await?;
    let key = format!("gti:migrations:{}", target.schema());
    transaction
        .query_typed(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
            &[(&key, Type::TEXT)],
        )
        .await?;
    let found = version(&transaction, target).await?;
    refuse_newer(found, target)?;
    if found.number == 0 {
        // Whoever may not create schemas may be given one.
        let there = transaction
            .query_typed_one(
                "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)",
                &[(&target.schema(), Type::TEXT)],
            )
            .await?;
        if !there.get::<_, bool>(0) {
            let create = within("CREATE SCHEMA {schema}", target);
            transaction.batch_execute(&create).await?;
        }
        let create = "CREATE TABLE {schema}.migrations (
            number integer PRIMARY KEY, least integer NOT NULL,
            program text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())";
        transaction.batch_execute(&within(create, target)).await?;
    }
    let done = usize::try_from(found.number).unwrap_or_default();
    let mut applied = 0;
    for (place, migration) in MIGRATIONS.iter().enumerate().skip(done) {
        transaction
            .batch_execute(&within(migration.sql, target))
            .await?;
        let number = i32::try_from(place + 1).unwrap_or(i32::MAX);
        let insert = "INSERT INTO {schema}.migrations (number, least, program) VALUES ($1, $2, $3)";
        transaction
            .execute_typed(
                &within(insert, target),
                &[
                    (&number, Type::INT4),
                    (&migration.least, Type::INT4),
                    (&env!("CARGO_PKG_VERSION"), Type::TEXT),
                ],
            )
            .await?;
        applied += 1;
    }
    transaction.commit().await?;
    Ok(applied)
}

/// Refuses tables that are missing, or that another version of the program has to make.
pub(super) async fn check(client: &Client, target: &Target) -> Result<(), Fault> {
    let found = version(client, target).await?;
    refuse_newer(found, target)?;
    if found.number >= own() {
        return Ok(());
    }
    let schema = target.schema();
    let message = match NonZeroUsize::new(usize::try_from(found.number).unwrap_or_default()) {
        None => format!("there are no tables in the schema `{schema}`"),
        Some(number) => format!(
            "the tables in the schema `{schema}` are of version {number}, and this gti needs version {}",
            own()
        ),
    };
    Err(Fault::Settled(Error::new(ErrorKind::State, message).hint(
        "create what is missing with `gti sink init NAME`, or `gti state init` for --state; older versions of gti go on working",
    )))
}

fn refuse_newer(found: Version, target: &Target) -> Result<(), Fault> {
    if found.least <= own() {
        return Ok(());
    }
    let message = format!(
        "the tables in the schema `{}` are of version {}, which needs a newer gti",
        target.schema(),
        found.number
    );
    Err(Fault::Settled(Error::new(ErrorKind::State, message).hint(
        "nothing was changed: use the newer gti, or another `schema`",
    )))
}

async fn version(client: &impl GenericClient, target: &Target) -> Result<Version, Fault> {
    let name = within("{schema}.migrations", target);
    let there = client
        .query_typed("SELECT to_regclass($1) IS NOT NULL", &[(&name, Type::TEXT)])
        .await?;
    if !there.first().is_some_and(|row| row.get::<_, bool>(0)) {
        return Ok(Version {
            number: 0,
            least: 0,
        });
    }
    let sql = "SELECT coalesce(max(number), 0), coalesce(max(least), 0) FROM {schema}.migrations";
    let rows = client.query_typed(&within(sql, target), &[]).await?;
    Ok(rows.first().map_or(
        Version {
            number: 0,
            least: 0,
        },
        |row| Version {
            number: row.get(0),
            least: row.get(1),
        },
    ))
}

/// Refuses a user who may not do what a run does.
pub(super) async fn check_rights(client: &Client, target: &Target) -> Result<(), Fault> {
    for table in [
        "records",
        "history",
        "checkpoints",
        "seen",
        "leases",
        "files",
        "responses",
    ] {
        let name = format!("{}.{table}", identifier(target.schema()));
        let row = client
            .query_typed_one(
                "SELECT has_table_privilege($1, 'SELECT') AND has_table_privilege($1, 'INSERT')
                    AND has_table_privilege($1, 'UPDATE') AND has_table_privilege($1, 'DELETE')",
                &[(&name, Type::TEXT)],
            )
            .await?;
        if !row.get::<_, bool>(0) {
            return Err(Fault::Settled(
                Error::new(
                    ErrorKind::Forbidden,
                    format!("the user may not read and write the table {name}"),
                )
                .hint("grant SELECT, INSERT, UPDATE and DELETE on all tables of the schema"),
            ));
        }
    }
    Ok(())
}
