//! A lease: who works on something, so that others don't. It only saves quota; that
//! nothing is done twice follows from the checkpoint itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::task::AbortHandle;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::connection::connect;
use super::database::{Database, Undone};
use super::fault::Fault;
use super::schema::within;
use super::target::Target;
use crate::state::machine::{Process, host_name, process_space};

/// How long a lease lasts that nobody renews.
const LASTS: Duration = Duration::from_secs(9);
/// How often it is renewed.
const RENEWED: Duration = Duration::from_secs(3);

/// Who holds a lease.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Holder {
    /// What its machine is called.
    pub host: String,
    process: Process,
    /// What its process number means something in.
    space: Option<String>,
    /// Tells two leases of one process apart.
    at: String,
}

impl Holder {
    fn current(now: Timestamp) -> Self {
        Self {
            host: host_name(),
            process: Process::current(),
            space: process_space(),
            at: now.to_string(),
        }
    }

    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.pid
    }

    /// Whether it is known to have ended. That of another machine never is.
    fn has_ended(&self) -> bool {
        self.space.is_some() && self.space == process_space() && !self.process.is_running()
    }
}

/// A lease that is held, and renewed until it is dropped.
pub(crate) struct Lease {
    name: String,
    holder: String,
    lost: Arc<AtomicBool>,
    renewal: AbortHandle,
}

/// What came of the attempt to take a lease.
pub(crate) enum Leased {
    /// It is held.
    Taken(Lease),
    /// Somebody else holds it, if who can be read.
    Held(Option<Holder>),
}

impl Lease {
    /// Takes the lease of a name, if nobody else has it.
    pub(super) async fn take(
        database: &mut Database,
        name: &str,
        now: Timestamp,
    ) -> Result<Leased, Undone> {
        let holder = Holder::current(now);
        // Numbers and texts always serialise.
        let text = serde_json::to_string(&holder).expect("a holder is JSON");
        let found = database
            .ask(async |client, target| {
                let sql = within("SELECT holder FROM {schema}.leases WHERE name = $1", target);
                let found = client.query_typed_opt(&sql, &[(&name, Type::TEXT)]).await?;
                let found: Option<String> = found.map(|row| row.get(0));
                let ended = found.as_deref().filter(|text| {
                    let holder = serde_json::from_str::<Holder>(text);
                    holder.is_ok_and(|holder| holder.has_ended())
                });
                let sql = within(
                    "INSERT INTO {schema}.leases AS held (name, holder, until)
                     VALUES ($1, $2, clock_timestamp() + $4 * interval '1 second')
                     ON CONFLICT (name) DO UPDATE
                     SET holder = excluded.holder, until = excluded.until
                     WHERE held.until < clock_timestamp() OR held.holder IN ($2, $3)",
                    target,
                );
                let taken = client
                    .execute_typed(
                        &sql,
                        &[
                            (&name, Type::TEXT),
                            (&text, Type::TEXT),
                            (&ended.unwrap_or_default(), Type::TEXT),
                            (&LASTS.as_secs_f64(), Type::FLOAT8),
                        ],
                    )
                    .await?;
                Ok((taken == 0).then_some(found.unwrap_or_default()))
            })
            .await?;
        if let Some(found) = found {
            return Ok(Leased::Held(serde_json::from_str(&found).ok()));
        }
        let lost = Arc::new(AtomicBool::new(false));
        let renewal = tokio::spawn(renew(
            database.target().clone(),
            name.to_owned(),
            text.clone(),
            Arc::clone(&lost),
        ));
        Ok(Leased::Taken(Self {
            name: name.to_owned(),
            holder: text,
            lost,
            renewal: renewal.abort_handle(),
        }))
    }

    /// Whether somebody else is known to have it now.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Gives it back, so that nobody has to wait for it to run out.
    pub(super) async fn give_back(&self, database: &mut Database) -> Result<(), Undone> {
        self.renewal.abort();
        database
            .ask(async |client, target| {
                let sql = "DELETE FROM {schema}.leases WHERE name = $1 AND holder = $2";
                let parameters = [
                    (&self.name as _, Type::TEXT),
                    (&self.holder as _, Type::TEXT),
                ];
                client
                    .execute_typed(&within(sql, target), &parameters)
                    .await?;
                Ok(())
            })
            .await
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewal.abort();
    }
}

/// Renews a lease, on a connection of its own: the other one may be busy for long.
async fn renew(target: Target, name: String, holder: String, lost: Arc<AtomicBool>) {
    let mut client = None;
    loop {
        tokio::time::sleep(RENEWED).await;
        match extend(&mut client, &target, &name, &holder).await {
            Ok(0) => {
                lost.store(true, Ordering::Relaxed);
                return;
            }
            Ok(_) => {}
            Err(fault) => {
                client = None;
                tracing::debug!("the lease is not renewed: {}", fault.into_error());
            }
        }
    }
}

/// Who holds the lease of a name, if anybody does.
pub(super) async fn held(
    client: &Client,
    target: &Target,
    name: &str,
) -> Result<Option<Holder>, Fault> {
    let sql = "SELECT holder FROM {schema}.leases WHERE name = $1 AND until >= clock_timestamp()";
    let row = client
        .query_typed_opt(&within(sql, target), &[(&name, Type::TEXT)])
        .await?;
    let holder: Option<Holder> = row.and_then(|row| serde_json::from_str(row.get(0)).ok());
    Ok(holder.filter(|holder| !holder.has_ended()))
}

/// Extends a lease; gives whether it is still held, as a number of rows.
async fn extend(
    client: &mut Option<Client>,
    target: &Target,
    name: &str,
    holder: &str,
) -> Result<u64, Fault> {
    let client = match client {
        Some(client) => client,
        None => client.insert(connect(target).await?),
    };
    let sql = "UPDATE {schema}.leases SET until = clock_timestamp() + $3 * interval '1 second'
         WHERE name = $1 AND holder = $2";
    let lasts = LASTS.as_secs_f64();
    let parameters = [
        (&name as _, Type::TEXT),
        (&holder as _, Type::TEXT),
        (&lasts as _, Type::FLOAT8),
    ];
    Ok(client
        .execute_typed(&within(sql, target), &parameters)
        .await?)
}
