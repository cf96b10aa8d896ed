//! A checkpoint that several hosts share. It moves in the transaction of the records
//! that it counts, and only from the round and the epoch that the run knows: that is
//! the fence, whoever believes to hold the lease.
//!
//! Longer than other files: its statements and the row that they read are one contract.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio_postgres::types::Type;
use tokio_postgres::{GenericClient, Row, Transaction};

use super::database::{Database, Undone};
use super::fault::Fault;
use super::lease::{Holder, Lease, Leased};
use super::row::key;
use super::rows::Rows;
use super::schema::{check, within};
use super::target::Target;
use super::upsert;
use crate::model::error::Error;
use crate::model::time::rfc3339;
use crate::state::StateError;
use crate::state::checkpoint::{
    Belongings, Checkpoint, CheckpointName, Checkpoints, Commit, FileOwner, Kept, KeptError,
    OutputFile, Remembered, SharedRow,
};

/// Rows that are written in the transaction of a checkpoint.
#[derive(Clone)]
pub(crate) struct Enlisted {
    /// The rows.
    pub rows: Arc<Mutex<Rows>>,
    /// Whether every version of them is kept.
    pub history: bool,
}

/// The tables that share the transaction of a checkpoint.
#[derive(Clone, Default)]
pub(crate) struct Sharing(Arc<Mutex<Vec<Enlisted>>>);

impl Sharing {
    /// Has rows written together with the checkpoint.
    pub(crate) fn enlist(&self, rows: Enlisted) {
        self.0.lock().expect("nobody panics with it").push(rows);
    }
}

/// A checkpoint whose lease is held, and which is not taken up yet.
pub(crate) struct Claimed {
    database: Database,
    lease: Lease,
    /// What an earlier run has left.
    pub(crate) found: Option<Checkpoint>,
    name: CheckpointName,
}

/// A checkpoint of a database.
pub(crate) struct Shared {
    database: Database,
    lease: Lease,
    checkpoint: Checkpoint,
    /// How often it was taken over, this run included.
    epoch: i64,
    sharing: Sharing,
    /// The database of this machine, where files of sinks are written besides.
    files: Option<Checkpoints>,
    /// The file of this host, as it was last committed.
    file: Option<OutputFile>,
    runtime: Handle,
}

pub(super) const COLUMNS: &str = "name, belongings, position, \
    extract(epoch FROM mark)::bigint, emitted, round, \
    extract(epoch FROM created_at)::bigint, extract(epoch FROM updated_at)::bigint, epoch";

/// What the lease of a checkpoint is called.
pub(super) fn lease_of(name: &CheckpointName) -> String {
    format!("checkpoint:{name}")
}

/// The checkpoint of a name as it is; nothing is created or held.
///
/// # Errors
/// A database that cannot be asked.
pub(crate) async fn peek(
    database: &mut Database,
    name: &CheckpointName,
) -> Result<Option<Checkpoint>, Undone> {
    let found = database
        .ask(async |client, target| {
            check(client, target).await?;
            load(client, target, name).await
        })
        .await?;
    Ok(found.map(|(checkpoint, _)| checkpoint))
}

impl Claimed {
    /// Takes the lease of a checkpoint, or says who has it.
    ///
    /// # Errors
    /// A database that cannot be asked, or lacks the tables.
    pub(crate) async fn take(
        mut database: Database,
        name: &CheckpointName,
        now: Timestamp,
    ) -> Result<Result<Self, (Database, Option<Holder>)>, Undone> {
        database
            .ask(async |client, target| check(client, target).await)
            .await?;
        let lease = match Lease::take(&mut database, &lease_of(name), now).await? {
            Leased::Taken(lease) => lease,
            Leased::Held(holder) => return Ok(Err((database, holder))),
        };
        let found = database
            .ask(async |client, target| load(client, target, name).await)
            .await?;
        Ok(Ok(Self {
            database,
            lease,
            found: found.map(|(checkpoint, _)| checkpoint),
            name: name.clone(),
        }))
    }

    /// What is asked, and about which checkpoint.
    pub(super) fn parts(&mut self) -> (&mut Database, &CheckpointName) {
        (&mut self.database, &self.name)
    }

    /// Gives the lease back.
    pub(crate) async fn give_back(mut self) {
        if let Err(error) = self.lease.give_back(&mut self.database).await {
            tracing::debug!("the lease is not given back: {error:?}");
        }
    }

    /// Takes the checkpoint up, or begins it at a position. From now on no other run
    /// can move it that took it up before. What an earlier run staged and did not
    /// commit is dropped.
    ///
    /// # Errors
    /// A database that cannot be asked.
    ///
    /// # Panics
    /// Never: texts always serialise.
    pub(crate) async fn take_up(
        mut self,
        belongings: &Belongings,
        position: &str,
        files: Option<Checkpoints>,
    ) -> Result<Shared, Undone> {
        let belongings = serde_json::to_string(belongings).expect("belongings are JSON");
        let name = self.name.as_str();
        let of = &self.name;
        let (checkpoint, epoch, file) = self
            .database
            .ask(async |client, target| {
                let transaction = client.transaction().await?;
                let insert = "INSERT INTO {schema}.checkpoints (name, belongings, position)
                     VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
                let parameters = [
                    (&name as _, Type::TEXT),
                    (&belongings as _, Type::TEXT),
                    (&position as _, Type::TEXT),
                ];
                let insert = within(insert, target);
                transaction.execute_typed(&insert, &parameters).await?;
                let update = format!(
                    "UPDATE {{schema}}.checkpoints SET epoch = epoch + 1 WHERE name = $1
                     RETURNING {COLUMNS}"
                );
                let row = transaction
                    .query_typed_one(&within(&update, target), &[(&name, Type::TEXT)])
                    .await?;
                let (found, epoch) = read(&row)?;
                drop_staged(&transaction, target, name, found.round()).await?;
                let file = super::files::load(&transaction, target, of).await?;
                transaction.commit().await?;
                Ok((found, epoch, file))
            })
            .await?;
        Ok(Shared {
            database: self.database,
            lease: self.lease,
            checkpoint,
            epoch,
            sharing: Sharing::default(),
            files,
            file,
            runtime: Handle::current(),
        })
    }
}

impl Shared {
    /// What has its rows written together with the checkpoint.
    pub(crate) fn sharing(&self) -> Sharing {
        self.sharing.clone()
    }

    /// Where it is kept.
    pub(crate) fn target(&self) -> &Target {
        self.database.target()
    }

    /// The database of this machine that keeps the files of sinks.
    pub(crate) fn files(&self) -> Option<&Checkpoints> {
        self.files.as_ref()
    }

    /// The file of this host, as it was last committed.
    pub(crate) fn file(&self) -> Option<&OutputFile> {
        self.file.as_ref()
    }

    /// Writes down the files of sinks, which this machine keeps.
    ///
    /// # Errors
    /// State that can't be used.
    pub(crate) fn keep_local_files(&mut self, files: &[OutputFile]) -> Result<(), StateError> {
        match &mut self.files {
            Some(store) => store.commit_files(&of_sinks(files)),
            None => Ok(()),
        }
    }

    /// Holds the position to another one, which the next commit stores.
    pub(crate) fn stand_at(&mut self, position: String, mark: Option<Timestamp>) {
        self.checkpoint.position = position;
        self.checkpoint.mark = mark;
    }

    /// A run that another host has taken over from is to ask nothing more.
    fn check_lease(&self) -> Result<(), KeptError> {
        if self.lease.is_lost() {
            return Err(KeptError::Failed(taken_over(&self.checkpoint.name)));
        }
        Ok(())
    }
}

impl Kept for Shared {
    fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    fn have_seen(&mut self, identities: &[Option<&str>]) -> Result<Vec<bool>, KeptError> {
        self.check_lease()?;
        let keys: Vec<Option<String>> = identities.iter().map(|it| it.map(key)).collect();
        let asked: Vec<&str> = keys.iter().filter_map(Option::as_deref).collect();
        if asked.is_empty() {
            return Ok(vec![false; keys.len()]);
        }
        let name = &self.checkpoint.name;
        let known = self
            .runtime
            .block_on(self.database.ask(async |client, target| {
                let sql = "SELECT identity FROM {schema}.seen
                 WHERE checkpoint = $1 AND identity = ANY ($2)";
                let rows = client
                    .query_typed(
                        &within(sql, target),
                        &[(name, Type::TEXT), (&asked, Type::TEXT_ARRAY)],
                    )
                    .await?;
                let known = rows.iter().map(|row| row.get::<_, String>(0));
                Ok(known.collect::<std::collections::HashSet<_>>())
            }))?;
        let has = |key: &Option<String>| key.as_ref().is_some_and(|key| known.contains(key));
        Ok(keys.iter().map(has).collect())
    }

    fn remembered(&mut self) -> Result<Remembered, KeptError> {
        self.check_lease()?;
        let name = &self.checkpoint.name;
        let known = self
            .runtime
            .block_on(self.database.ask(async |client, target| {
                let sql = "SELECT identity FROM {schema}.seen WHERE checkpoint = $1";
                let sql = within(sql, target);
                let rows = client.query_typed(&sql, &[(name, Type::TEXT)]).await?;
                let known = rows.iter().map(|row| row.get::<_, String>(0));
                Ok(known.collect::<std::collections::HashSet<_>>())
            }))?;
        Ok(Remembered::new(known, key))
    }

    fn stage(&mut self, seen: &HashMap<String, i64>) -> Result<(), KeptError> {
        let (name, round) = (&self.checkpoint.name, self.checkpoint.round());
        Ok(self
            .runtime
            .block_on(self.database.ask(async |client, target| {
                let transaction = client.transaction().await?;
                insert_seen(&transaction, target, name, round + 1, seen).await?;
                Ok(transaction.commit().await?)
            }))?)
    }

    fn drop_staged(&mut self) -> Result<(), KeptError> {
        let (name, round) = (&self.checkpoint.name, self.checkpoint.round());
        Ok(self.runtime.block_on(
            self.database
                .ask(async |client, target| drop_staged(client, target, name, round).await),
        )?)
    }

    #[expect(
        clippy::await_holding_lock,
        reason = "one future alone runs on this runtime, and nothing else takes the lock meanwhile"
    )]
    fn commit(&mut self, commit: &Commit<'_>) -> Result<(), KeptError> {
        self.check_lease()?;
        self.keep_local_files(commit.files)?;
        let sharing = self
            .sharing
            .0
            .lock()
            .expect("nobody panics with it")
            .clone();
        let (checkpoint, epoch) = (&self.checkpoint, self.epoch);
        // Whether an earlier try may have been committed, its answer lost.
        let mut unsure = false;
        self.runtime
            .block_on(self.database.ask(async |client, target| {
                let transaction = client.transaction().await?;
                if stands(&transaction, target, checkpoint, epoch, unsure).await? == Stands::Behind
                {
                    return Ok(());
                }
                for enlisted in &sharing {
                    let mut rows = enlisted.rows.lock().expect("nobody panics with it");
                    if !rows.is_empty() {
                        upsert::write(&transaction, target, &mut rows, enlisted.history).await?;
                    }
                }
                advance(&transaction, target, checkpoint, commit).await?;
                super::files::write(&transaction, target, commit.files).await?;
                unsure = true;
                Ok(transaction.commit().await?)
            }))?;
        for enlisted in &sharing {
            let mut rows = enlisted.rows.lock().expect("nobody panics with it");
            rows.clear()
                .map_err(|error| KeptError::Failed(Error::io("cannot forget records", error)))?;
        }
        self.checkpoint.advance(commit);
        Ok(())
    }

    fn dismiss(&mut self) -> Result<(), KeptError> {
        let given = self.lease.give_back(&mut self.database);
        Ok(self.runtime.block_on(given)?)
    }

    fn keep_files(&mut self, files: &[OutputFile]) -> Result<(), KeptError> {
        self.keep_local_files(files)?;
        let write = self
            .database
            .ask(async |client, target| super::files::write(client, target, files).await);
        Ok(self.runtime.block_on(write)?)
    }

    fn close_files(&mut self, files: &[OutputFile]) -> Result<(), KeptError> {
        if let Some(store) = &mut self.files {
            store.close_files(&of_sinks(files))?;
        }
        let closed = files.iter().cloned();
        let closed = closed.map(|file| OutputFile { boot: None, ..file });
        let closed: Vec<OutputFile> = closed.collect();
        let write = self
            .database
            .ask(async |client, target| super::files::write(client, target, &closed).await);
        Ok(self.runtime.block_on(write)?)
    }
}

/// The files that belong to sinks, of which this machine keeps count.
fn of_sinks(files: &[OutputFile]) -> Vec<OutputFile> {
    let of_sink = |file: &&OutputFile| matches!(file.owner, FileOwner::Sink(_));
    files.iter().filter(of_sink).cloned().collect()
}

impl From<Undone> for KeptError {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Failed(error) => Self::Failed(error),
            Undone::Row(error) => Self::Refused(error),
            Undone::Halted => Self::Halted,
        }
    }
}

/// Where a checkpoint stands, as a commit sees it.
#[derive(Debug, PartialEq, Eq)]
enum Stands {
    /// Where this run left it.
    Here,
    /// Behind the commit that is to be made: it was made already.
    Behind,
}

/// Looks where a checkpoint stands, and keeps others from moving it meanwhile.
async fn stands(
    transaction: &Transaction<'_>,
    target: &Target,
    checkpoint: &Checkpoint,
    epoch: i64,
    unsure: bool,
) -> Result<Stands, Fault> {
    let sql = "SELECT round, epoch FROM {schema}.checkpoints WHERE name = $1 FOR UPDATE";
    let row = transaction
        .query_typed_opt(&within(sql, target), &[(&checkpoint.name, Type::TEXT)])
        .await?;
    let found: Option<(i64, i64)> = row.map(|row| (row.get(0), row.get(1)));
    match found {
        Some((_, found)) if found != epoch => Err(Fault::Settled(taken_over(&checkpoint.name))),
        Some((round, _)) if round == checkpoint.round() => Ok(Stands::Here),
        Some((round, _)) if unsure && round == checkpoint.round() + 1 => Ok(Stands::Behind),
        _ => Err(Fault::Settled(Error::state(format!(
            "checkpoint `{}` was reset or rewound while it was in use",
            checkpoint.name
        )))),
    }
}

fn taken_over(name: &str) -> Error {
    Error::state(format!("another run has taken checkpoint `{name}` over"))
        .hint("nothing is lost: the records that were not committed are read by that run")
}

/// Moves a checkpoint on.
async fn advance(
    transaction: &Transaction<'_>,
    target: &Target,
    checkpoint: &Checkpoint,
    commit: &Commit<'_>,
) -> Result<(), Fault> {
    let name = &checkpoint.name;
    insert_seen(
        transaction,
        target,
        name,
        checkpoint.round() + 1,
        commit.seen,
    )
    .await?;
    if let Some(before) = commit.forget_before {
        let sql = "DELETE FROM {schema}.seen WHERE checkpoint = $1 AND time < $2";
        let parameters = [(name as _, Type::TEXT), (&before as _, Type::INT8)];
        transaction
            .execute_typed(&within(sql, target), &parameters)
            .await?;
    }
    let sql = "UPDATE {schema}.checkpoints SET position = $2, mark = $3::text::timestamptz,
             emitted = emitted + $4, round = round + 1, updated_at = now()
         WHERE name = $1";
    let parameters = [
        (name as _, Type::TEXT),
        (&commit.position as _, Type::TEXT),
        (&commit.mark.map(rfc3339) as _, Type::TEXT),
        (&commit.emitted.cast_signed() as _, Type::INT8),
    ];
    transaction
        .execute_typed(&within(sql, target), &parameters)
        .await?;
    Ok(())
}

async fn insert_seen(
    transaction: &Transaction<'_>,
    target: &Target,
    name: &str,
    round: i64,
    seen: &HashMap<String, i64>,
) -> Result<(), Fault> {
    if seen.is_empty() {
        return Ok(());
    }
    let identities: Vec<String> = seen.keys().map(|identity| key(identity)).collect();
    let times: Vec<i64> = seen.values().copied().collect();
    // Two long identities may have one key only by their bytes being the same.
    let sql = "INSERT INTO {schema}.seen AS kept (checkpoint, identity, time, round)
         SELECT $1, identity, time, $4 FROM unnest($2::text[], $3::bigint[]) AS new (identity, time)
         ON CONFLICT (checkpoint, identity) DO UPDATE SET time = greatest(kept.time, excluded.time)";
    transaction
        .execute_typed(
            &within(sql, target),
            &[
                (&name, Type::TEXT),
                (&identities, Type::TEXT_ARRAY),
                (&times, Type::INT8_ARRAY),
                (&round, Type::INT8),
            ],
        )
        .await?;
    Ok(())
}

async fn drop_staged(
    client: &impl GenericClient,
    target: &Target,
    name: &str,
    round: i64,
) -> Result<(), Fault> {
    let sql = "DELETE FROM {schema}.seen WHERE checkpoint = $1 AND round > $2";
    let parameters = [(&name as _, Type::TEXT), (&round as _, Type::INT8)];
    client
        .execute_typed(&within(sql, target), &parameters)
        .await?;
    Ok(())
}

pub(super) async fn load(
    client: &impl GenericClient,
    target: &Target,
    name: &CheckpointName,
) -> Result<Option<(Checkpoint, i64)>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM {{schema}}.checkpoints WHERE name = $1");
    let rows = client
        .query_typed(&within(&sql, target), &[(&name.as_str(), Type::TEXT)])
        .await?;
    rows.first().map(read).transpose()
}

pub(super) fn read(row: &Row) -> Result<(Checkpoint, i64), Fault> {
    let time = |seconds: i64| Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let name: String = row.get(0);
    let belongings = serde_json::from_str(row.get(1)).map_err(|error| {
        Fault::Settled(Error::state(format!(
            "the checkpoint `{name}` is damaged: {error}"
        )))
    })?;
    let row_of = SharedRow {
        name,
        belongings,
        position: row.get(2),
        mark: row.get::<_, Option<i64>>(3).map(time),
        emitted: row.get::<_, i64>(4).cast_unsigned(),
        round: row.get(5),
        created_at: time(row.get(6)),
        updated_at: time(row.get(7)),
    };
    Ok((row_of.into(), row.get(8)))
}
