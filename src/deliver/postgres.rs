//! A sink that is a `PostgreSQL` database: records are rows, and the checkpoint moves in
//! their transaction.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use futures::future::LocalBoxFuture;
use secrecy::ExposeSecret;
use tokio::runtime::Handle;

use super::delivery::Sender;
use super::destination::{Destination, Kind, Network};
use super::error::DeliverError;
use super::halt::Halt;
use super::key;
use super::record::{Emitted, Step, Unprocessed};
use super::trial::Trial;
use crate::model::error::Error;
use crate::postgres::{Database, Enlisted, Given, Patience, Rows, Sharing, Target, Undone};
use crate::settings::{Settings, SinkSection};
use crate::state::checkpoint::DestinationId;

pub(super) const KIND: Kind = Kind {
    name: "postgres",
    read,
};

const KEYS: [&str; 7] = [
    "url",
    "user",
    "password_file",
    "sslmode",
    "sslrootcert",
    "schema",
    "history",
];

fn read(section: &SinkSection<'_>) -> Result<Destination, Error> {
    section.only(&KEYS)?;
    let path = |key| -> Result<Option<PathBuf>, Error> {
        Ok(section.text(key)?.map(|path| section.path(&path)))
    };
    let given = Given {
        url: section.text("url")?,
        password_file: path("password_file")?,
        user: section.text("user")?,
        ssl_mode: section.text("sslmode")?,
        ssl_root_cert: path("sslrootcert")?,
        schema: section.text("schema")?,
        ca_cert: section.ca_cert()?,
    };
    let target = Target::resolve(given, &|name| section.variable(name), section.home())?;
    Ok(Destination::Table(Box::new(Table {
        sink: section.name().to_owned(),
        target,
        history: section.flag("history")?.unwrap_or_default(),
    })))
}

/// A database that records go to.
pub(crate) struct Table {
    sink: String,
    target: Target,
    /// Whether every version of a record is kept.
    history: bool,
}

/// A table that records are written to.
pub(crate) struct OpenTable {
    rows: Arc<Mutex<Rows>>,
    history: bool,
    database: Database,
    runtime: Handle,
    /// Whether the checkpoint's transaction has its rows.
    shares: bool,
    /// What the server did not take since the last commit.
    refused: Vec<RefusedRow>,
}

/// A record that the server does not take as a row.
pub(crate) struct RefusedRow {
    /// Why.
    pub why: Unprocessed,
    /// What tells it from others.
    pub identity: String,
    /// The object.
    pub json: String,
}

impl Table {
    /// What a checkpoint knows it by.
    pub(super) fn id(&self) -> DestinationId {
        DestinationId::Sink {
            name: self.sink.clone(),
        }
    }

    pub(super) fn password(&self) -> Option<&str> {
        self.target.password()
    }

    /// The database, to be asked as patiently as a run is.
    pub(crate) fn database(&self, patience: Patience) -> Database {
        Database::new(self.target.clone(), patience)
    }

    /// Opens it. Where the checkpoint is in the same database, its transaction writes
    /// the rows.
    pub(super) fn open(
        &self,
        sender: &Sender,
        network: &Network,
        shared: Option<&(Sharing, Target)>,
    ) -> OpenTable {
        let rows = Arc::new(Mutex::new(Rows::new(sender.feed)));
        let shared = shared.filter(|(_, target)| target.is_same(&self.target));
        if let Some((sharing, _)) = shared {
            sharing.enlist(Enlisted {
                rows: Arc::clone(&rows),
                history: self.history,
            });
        }
        let patience = patience(network, sender.persistence, sender.halt.clone());
        OpenTable {
            rows,
            history: self.history,
            database: self.database(patience),
            runtime: Handle::current(),
            shares: shared.is_some(),
            refused: Vec::new(),
        }
    }

    /// Looks whether records can be written, and writes none.
    pub(super) fn test(&self) -> LocalBoxFuture<'_, Vec<Trial>> {
        Box::pin(async {
            let mut database = self.database(Patience::none());
            let mut trials = Vec::new();
            let connected = database.connect().await;
            let told = format!("{}, schema `{}`", self.target, self.target.schema());
            trials.push(Trial::of("connection", connected.map(|()| told)));
            if trials.iter().all(Trial::is_good) {
                let tables = database.check_tables().await;
                trials.push(Trial::of(
                    "tables",
                    tables.map(|()| "they are there".to_owned()),
                ));
            }
            if trials.iter().all(Trial::is_good) {
                let rights = database.check_rights().await;
                let told = "records can be read, written and replaced".to_owned();
                trials.push(Trial::of("rights", rights.map(|()| told)));
            }
            trials
        })
    }

    /// Creates the tables that are missing.
    pub(super) fn init(&self) -> LocalBoxFuture<'_, Result<String, Error>> {
        Box::pin(async {
            let mut database = self.database(Patience::none());
            let applied = database.migrate().await?;
            let schema = self.target.schema();
            Ok(match applied {
                0 => format!("the tables in the schema `{schema}` are up to date"),
                1 => format!("applied 1 migration to the schema `{schema}`"),
                applied => format!("applied {applied} migrations to the schema `{schema}`"),
            })
        })
    }
}

/// The database that settings name for the state; none where this machine keeps it.
///
/// # Errors
/// Usage: something that cannot be understood or read.
pub(crate) fn state_target(settings: &Settings) -> Result<Option<Target>, Error> {
    let Some(url) = &settings.state else {
        return Ok(None);
    };
    let given = Given {
        url: Some(url.expose_secret().to_owned()),
        ca_cert: settings.sinks.ca_cert()?,
        ..Given::default()
    };
    let variable = |name: &str| settings.sinks.variable(name);
    Target::resolve(given, &variable, settings.home.as_deref()).map(Some)
}

/// As patient with a database as with the service; a call to end cuts its waits short.
pub(crate) fn patience(
    network: &Network,
    persistence: Option<std::time::Duration>,
    halt: Halt,
) -> Patience {
    Patience::new(network.policy, persistence, move |wait| {
        let halt = halt.clone();
        Box::pin(async move { halt.pause(wait).await })
    })
}

impl OpenTable {
    /// Takes a record, which waits for the transaction.
    pub(super) fn take(
        &mut self,
        record: Emitted<'_>,
    ) -> Result<Result<(), Unprocessed>, DeliverError> {
        if record.json.contains('\0') {
            let why = "a record holds a NUL byte, which no JSON has";
            return Ok(Err(Unprocessed::new(Step::Read, why)));
        }
        let identity = key::identity(record.json.as_bytes(), record.identity);
        let mut rows = self.rows.lock().expect("nobody panics with it");
        rows.push(&identity, record.json).map_err(spooling)?;
        Ok(Ok(()))
    }

    /// Writes what waits, unless the checkpoint's transaction does.
    pub(super) fn flush(&mut self) -> Result<(), DeliverError> {
        if self.shares {
            return Ok(());
        }
        match self.write() {
            Err(Undone::Row(error)) => {
                if self.sift()? == 0 {
                    return Err(DeliverError::Failed(error));
                }
                Ok(self.write()?)
            }
            written => Ok(written?),
        }
    }

    fn write(&mut self) -> Result<(), Undone> {
        let mut rows = self.rows.lock().expect("nobody panics with it");
        if rows.is_empty() {
            return Ok(());
        }
        let written = self.database.write(&mut rows, self.history);
        self.runtime.block_on(written)?;
        rows.clear()
            .map_err(|error| Undone::Failed(Error::io(SPOOLING, error)))
    }

    /// Takes out of what waits the rows that the server does not take; how many.
    pub(super) fn sift(&mut self) -> Result<usize, DeliverError> {
        let mut rows = self.rows.lock().expect("nobody panics with it");
        let found = self.database.sift(&mut rows, self.history);
        let found = self.runtime.block_on(found)?;
        let places = found.iter().map(|(place, _)| *place).collect();
        let taken = rows.take_out(&places).map_err(spooling)?;
        let count = taken.len();
        for ((identity, json), (_, error)) in taken.into_iter().zip(found) {
            self.refused.push(RefusedRow {
                why: Unprocessed::new(Step::Row, error.to_string()),
                identity,
                json,
            });
        }
        Ok(count)
    }

    /// What was not taken, to be kept elsewhere.
    pub(super) fn refused(&mut self) -> Vec<RefusedRow> {
        std::mem::take(&mut self.refused)
    }

    /// Forgets what was taken since the last commit: it comes again.
    pub(super) fn take_back(&mut self) -> Result<(), DeliverError> {
        self.refused.clear();
        let mut rows = self.rows.lock().expect("nobody panics with it");
        rows.clear().map_err(spooling)
    }
}

impl From<Undone> for DeliverError {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Halted => Self::Halted,
            Undone::Failed(error) | Undone::Row(error) => Self::Failed(error),
        }
    }
}

const SPOOLING: &str = "cannot keep records that wait";

fn spooling(error: std::io::Error) -> DeliverError {
    DeliverError::Local(Error::io(SPOOLING, error))
}
