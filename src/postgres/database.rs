//! A database that is asked again when the connection is lost.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::Client;

use super::connection::{connect, look_over};
use super::fault::Fault;
use super::rows::Rows;
use super::target::Target;
use super::{schema, upsert};
use crate::client::retry::{Intervals, Policy};
use crate::model::error::Error;

/// Waits so long, and says whether to go on afterwards.
type Pause = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// How patient to be with a database.
#[derive(Clone)]
pub(crate) struct Patience {
    policy: Policy,
    /// What a run that never ends waits once the tries are used up.
    persistence: Option<Duration>,
    pause: Pause,
}

impl Patience {
    /// As patient as with the service.
    pub(crate) fn new(
        policy: Policy,
        persistence: Option<Duration>,
        pause: impl Fn(Duration) -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            policy,
            persistence,
            pause: Arc::new(pause),
        }
    }

    /// One try.
    pub(crate) fn none() -> Self {
        let policy = Policy {
            retries: 0,
            max_wait: Duration::ZERO,
        };
        Self::new(policy, None, |_| Box::pin(async { false }))
    }
}

/// Why a database did not do what was asked.
#[derive(Debug)]
pub(crate) enum Undone {
    /// It can't, or could not for as long as one waits.
    Failed(Error),
    /// It does not take what a row holds.
    Row(Error),
    /// The run is to end.
    Halted,
}

impl From<Undone> for Error {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Failed(error) | Undone::Row(error) => error,
            Undone::Halted => Self::state("the run was asked to end"),
        }
    }
}

pub(crate) struct Database {
    target: Target,
    patience: Patience,
    client: Option<Client>,
}

impl Database {
    /// A database that is not connected to yet.
    pub(crate) fn new(target: Target, patience: Patience) -> Self {
        Self {
            target,
            patience,
            client: None,
        }
    }

    /// Where it is.
    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// Asks it something, again after a connection that was lost. What is asked must
    /// come to the same when it is done twice.
    pub(crate) async fn ask<T>(
        &mut self,
        mut question: impl AsyncFnMut(&mut Client, &Target) -> Result<T, Fault>,
    ) -> Result<T, Undone> {
        let mut intervals = Intervals::new();
        let mut tries = 0;
        loop {
            let fault = match self.attempt(&mut question).await {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            tries += 1;
            let named = |error: Error| {
                let error = Error { tries, ..error };
                error.context(&self.target)
            };
            let error = match fault {
                Fault::Lost(error) => {
                    self.client = None;
                    error
                }
                Fault::Again(error) => error,
                Fault::Row(error) => return Err(Undone::Row(named(error))),
                Fault::Settled(error) => {
                    self.client = None;
                    return Err(Undone::Failed(named(error)));
                }
            };
            let policy = self.patience.policy;
            let wait = if tries <= policy.retries {
                intervals.grow().min(policy.max_wait)
            } else if let Some(wait) = self.patience.persistence {
                tracing::warn!("{}; trying again in {} s", named(error), wait.as_secs());
                wait
            } else {
                let hint = "nothing of that page is committed: check that the server runs and can be reached, then run again";
                return Err(Undone::Failed(named(error).hint(hint)));
            };
            tracing::debug!(tries, "waiting {wait:?} for the database");
            if !(self.patience.pause)(wait).await {
                return Err(Undone::Halted);
            }
        }
    }

    async fn attempt<T>(
        &mut self,
        question: &mut impl AsyncFnMut(&mut Client, &Target) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let client = match self.client.take() {
            Some(client) if !client.is_closed() => self.client.insert(client),
            _ => {
                let client = connect(&self.target).await?;
                look_over(&client).await?;
                self.client.insert(client)
            }
        };
        question(client, &self.target).await
    }
}

/// What is asked of every database, whatever it is used for.
impl Database {
    /// Connects, if it is not connected.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn connect(&mut self) -> Result<(), Undone> {
        self.ask(async |client, _| Ok(client.check_connection().await?))
            .await
    }

    /// Refuses a database without the tables.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn check_tables(&mut self) -> Result<(), Undone> {
        self.ask(async |client, target| schema::check(client, target).await)
            .await
    }

    /// Refuses a user who may not write to the tables.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn check_rights(&mut self) -> Result<(), Undone> {
        self.ask(async |client, target| schema::check_rights(client, target).await)
            .await
    }

    /// Creates the tables that are missing; gives how many steps that took.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn migrate(&mut self) -> Result<usize, Undone> {
        self.ask(async |client, target| schema::migrate(client, target).await)
            .await
    }

    /// Writes records in a transaction of their own. It may be written twice: a row is
    /// what its identity says.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn write(&mut self, rows: &mut Rows, history: bool) -> Result<(), Undone> {
        self.ask(async |client, target| {
            let transaction = client.transaction().await?;
            upsert::write(&transaction, target, rows, history).await?;
            Ok(transaction.commit().await?)
        })
        .await
    }

    /// Finds the records that the server does not take, by their places, and why.
    ///
    /// # Errors
    /// [`Undone`].
    pub(crate) async fn sift(
        &mut self,
        rows: &mut Rows,
        history: bool,
    ) -> Result<Vec<(u64, Error)>, Undone> {
        self.ask(async |client, target| {
            upsert::sift(client.transaction().await?, target, rows, history).await
        })
        .await
    }
}
