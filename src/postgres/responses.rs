//! The response cache that several hosts share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;
use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::OnceCell;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::connection::{connect, look_over};
use super::database::{Database, Undone};
use super::fault::Fault;
use super::schema::{check, within};
use super::target::Target;
use crate::client::cache::{ResponseCache, Stored};

/// What the answers of one key may take, before the oldest tenth of them goes.
const LIMIT: i64 = 2 << 30;
/// After so many answers of a run it is looked at.
const SELDOM: u64 = 500;

/// The answers for one key, in a database.
///
/// It never fails: what goes wrong is a warning, and the run goes on without it.
pub(crate) struct Responses {
    target: Target,
    /// Stands for the key.
    fingerprint: String,
    /// The connection; none where it could not be made.
    client: OnceCell<Option<Client>>,
    is_broken: AtomicBool,
    stored: AtomicU64,
}

/// What is kept for one key.
#[derive(Debug)]
pub(crate) struct KeptResponses {
    /// Stands for the key.
    pub fingerprint: String,
    /// Answers.
    pub entries: u64,
    /// Their bytes, as they came from the service.
    pub bytes: u64,
    /// Their bytes, as the database keeps them.
    pub packed_bytes: u64,
    /// When the oldest was given.
    pub oldest: Option<Timestamp>,
    /// When the newest was given.
    pub newest: Option<Timestamp>,
}

impl Responses {
    /// The answers for a key. Nothing is connected yet.
    pub(crate) fn new(target: Target, fingerprint: String) -> Self {
        Self {
            target,
            fingerprint,
            client: OnceCell::new(),
            is_broken: AtomicBool::new(false),
            stored: AtomicU64::new(0),
        }
    }

    /// The connection, unless it is broken.
    async fn client(&self) -> Option<&Client> {
        if self.is_broken.load(Ordering::Relaxed) {
            return None;
        }
        let made = self.client.get_or_init(async || {
            let made = async {
                let client = connect(&self.target).await?;
                look_over(&client).await?;
                check(&client, &self.target).await?;
                Ok(client)
            };
            made.await.map_err(|fault| self.broke(fault)).ok()
        });
        made.await.as_ref()
    }

    /// Goes on without the cache, and says so once.
    fn broke(&self, fault: Fault) {
        if !self.is_broken.swap(true, Ordering::Relaxed) {
            let error = fault.into_error();
            tracing::warn!("the run goes on without the shared cache: {error}");
        }
    }

    async fn find(&self, client: &Client, key: &str) -> Result<Option<Stored>, Fault> {
        let sql = "SELECT status, body, fetched_at FROM {schema}.responses
             WHERE fingerprint = $1 AND key = $2";
        let parameters = [
            (&self.fingerprint as _, Type::TEXT),
            (&key as _, Type::TEXT),
        ];
        let row = client
            .query_typed_opt(&within(sql, &self.target), &parameters)
            .await?;
        Ok(row.and_then(|row| {
            Some(Stored {
                status: u16::try_from(row.get::<_, i32>(0)).ok()?,
                body: Bytes::from(row.get::<_, Vec<u8>>(1)),
                fetched_at: Timestamp::from_second(row.get(2)).ok()?,
            })
        }))
    }

    async fn keep(&self, client: &Client, key: &str, stored: &Stored) -> Result<(), Fault> {
        // An answer that is newer stays: another host was later.
        let sql = "INSERT INTO {schema}.responses AS kept
                 (fingerprint, key, status, body, fetched_at, size)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (fingerprint, key) DO UPDATE SET status = excluded.status,
                 body = excluded.body, fetched_at = excluded.fetched_at, size = excluded.size
             WHERE kept.fetched_at <= excluded.fetched_at";
        let size = i64::try_from(stored.body.len()).unwrap_or(i64::MAX);
        let parameters = [
            (&self.fingerprint as _, Type::TEXT),
            (&key as _, Type::TEXT),
            (&i32::from(stored.status) as _, Type::INT4),
            (&stored.body.as_ref() as _, Type::BYTEA),
            (&stored.fetched_at.as_second() as _, Type::INT8),
            (&size as _, Type::INT8),
        ];
        client
            .execute_typed(&within(sql, &self.target), &parameters)
            .await?;
        if self.stored.fetch_add(1, Ordering::Relaxed) % SELDOM == SELDOM - 1 {
            self.prune(client).await?;
        }
        Ok(())
    }

    /// Lets the oldest tenth go where the answers take too much.
    async fn prune(&self, client: &Client) -> Result<(), Fault> {
        let sql = "DELETE FROM {schema}.responses WHERE fingerprint = $1
             AND (SELECT sum(size) FROM {schema}.responses WHERE fingerprint = $1) > $2
             AND fetched_at <= (
                 SELECT percentile_disc(0.1) WITHIN GROUP (ORDER BY fetched_at)
                 FROM {schema}.responses WHERE fingerprint = $1)";
        let parameters = [
            (&self.fingerprint as _, Type::TEXT),
            (&LIMIT as _, Type::INT8),
        ];
        client
            .execute_typed(&within(sql, &self.target), &parameters)
            .await?;
        Ok(())
    }
}

impl ResponseCache for Responses {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<Stored>> {
        Box::pin(async move {
            let found = self.find(self.client().await?, key).await;
            found.unwrap_or_else(|fault| {
                self.broke(fault);
                None
            })
        })
    }

    fn store<'a>(&'a self, key: &'a str, stored: Stored) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Some(client) = self.client().await
                && let Err(fault) = self.keep(client, key, &stored).await
            {
                self.broke(fault);
            }
        })
    }
}

impl Database {
    /// What is kept of answers, key by key.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn kept_responses(&mut self) -> Result<Vec<KeptResponses>, Undone> {
        self.ask(async |client, target| {
            check(client, target).await?;
            let sql = "SELECT fingerprint, count(*), coalesce(sum(size), 0)::bigint,
                     min(fetched_at), max(fetched_at),
                     coalesce(sum(pg_column_size(body)), 0)::bigint
                 FROM {schema}.responses GROUP BY fingerprint ORDER BY fingerprint";
            let rows = client.query_typed(&within(sql, target), &[]).await?;
            let time = |seconds: Option<i64>| Timestamp::from_second(seconds?).ok();
            let rows = rows.iter().map(|row| KeptResponses {
                fingerprint: row.get(0),
                entries: row.get::<_, i64>(1).cast_unsigned(),
                bytes: row.get::<_, i64>(2).cast_unsigned(),
                oldest: time(row.get(3)),
                newest: time(row.get(4)),
                packed_bytes: row.get::<_, i64>(5).cast_unsigned(),
            });
            Ok(rows.collect())
        })
        .await
    }

    /// Forgets all answers.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn clear_responses(&mut self) -> Result<(), Undone> {
        self.ask(async |client, target| {
            let sql = within("DELETE FROM {schema}.responses", target);
            client.execute_typed(&sql, &[]).await?;
            Ok(())
        })
        .await
    }
}
