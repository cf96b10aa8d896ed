//! The checkpoints of a database, for those who look at them and move them.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::checkpoint::{COLUMNS, Claimed, lease_of, load, read};
use super::database::{Database, Undone};
use super::files;
use super::lease::{Holder, held};
use super::schema::{check, within};
use crate::model::time::rfc3339;
use crate::state::checkpoint::{Checkpoint, CheckpointName, OutputFile};

/// A checkpoint, and what there is around it.
pub(crate) struct Entry {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Who holds it.
    pub holder: Option<Holder>,
    /// Its file on this host.
    pub file: Option<OutputFile>,
}

impl Database {
    /// Every checkpoint, by name.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn entries(&mut self) -> Result<Vec<Entry>, Undone> {
        let names = self
            .ask(async |client, target| {
                check(client, target).await?;
                let sql = "SELECT name FROM {schema}.checkpoints ORDER BY name";
                let rows = client.query_typed(&within(sql, target), &[]).await?;
                Ok(rows.iter().map(|row| row.get(0)).collect::<Vec<String>>())
            })
            .await?;
        let mut entries = Vec::new();
        for name in names.iter().filter_map(|name| name.parse().ok()) {
            entries.extend(self.entry(&name).await?);
        }
        Ok(entries)
    }

    /// The checkpoint of a name.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn entry(&mut self, name: &CheckpointName) -> Result<Option<Entry>, Undone> {
        self.ask(async |client, target| {
            check(client, target).await?;
            let Some((checkpoint, _)) = load(client, target, name).await? else {
                return Ok(None);
            };
            Ok(Some(Entry {
                checkpoint,
                holder: held(client, target, &lease_of(name)).await?,
                file: files::load(client, target, name).await?,
            }))
        })
        .await
    }

    /// How many identities a checkpoint remembers.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn seen_count(&mut self, name: &CheckpointName) -> Result<u64, Undone> {
        self.ask(async |client, target| {
            let sql = "SELECT count(*) FROM {schema}.seen WHERE checkpoint = $1";
            let row = client
                .query_typed_one(&within(sql, target), &[(&name.as_str(), Type::TEXT)])
                .await?;
            Ok(row.get::<_, i64>(0).cast_unsigned())
        })
        .await
    }
}

/// What is done to a checkpoint that nobody uses meanwhile.
impl Claimed {
    /// Forgets it.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn reset(&mut self) -> Result<(), Undone> {
        let (database, name) = self.parts();
        database
            .ask(async |client, target| {
                let sql = "DELETE FROM {schema}.checkpoints WHERE name = $1";
                let sql = within(sql, target);
                client
                    .execute_typed(&sql, &[(&name.as_str(), Type::TEXT)])
                    .await?;
                Ok(())
            })
            .await
    }

    /// Forgets its file on this host, so that its next run begins another.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn reset_file(&mut self) -> Result<(), Undone> {
        let (database, name) = self.parts();
        database
            .ask(async |client, target| files::forget(client, target, name).await)
            .await
    }

    /// Moves it back: what has a time from `since` to `now` is forgotten and so comes
    /// again. Gives it as it then is.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn rewind(
        &mut self,
        position: &str,
        mark: Option<Timestamp>,
        since: i64,
        now: Timestamp,
    ) -> Result<Checkpoint, Undone> {
        let (database, name) = self.parts();
        let name = name.as_str();
        database
            .ask(async |client, target| {
                let transaction = client.transaction().await?;
                let sql = "DELETE FROM {schema}.seen
                     WHERE checkpoint = $1 AND time BETWEEN $2 AND $3";
                let parameters = [
                    (&name as _, Type::TEXT),
                    (&since as _, Type::INT8),
                    (&now.as_second() as _, Type::INT8),
                ];
                transaction
                    .execute_typed(&within(sql, target), &parameters)
                    .await?;
                // A run that has not noticed that its lease is lost cannot move it now.
                let sql = format!(
                    "UPDATE {{schema}}.checkpoints SET position = $2, mark = $3::text::timestamptz,
                         round = round + 1, epoch = epoch + 1, updated_at = now()
                     WHERE name = $1 RETURNING {COLUMNS}"
                );
                let parameters = [
                    (&name as _, Type::TEXT),
                    (&position as _, Type::TEXT),
                    (&mark.map(rfc3339) as _, Type::TEXT),
                ];
                let row = transaction
                    .query_typed_one(&within(&sql, target), &parameters)
                    .await?;
                let (checkpoint, _) = read(&row)?;
                transaction.commit().await?;
                Ok(checkpoint)
            })
            .await
    }
}
