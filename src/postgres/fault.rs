//! What an error of the database means for those who wait: whether it passes, and
//! what people are to do about it.

use std::error::Error as _;

use crate::client::tls;
use crate::model::error::{Error, ErrorKind};

/// Why something that was asked of a database was not done.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The connection is gone, or the server is on its way down or up: later may be
    /// better.
    Lost(Error),
    /// The transaction met another one: the same again may go through.
    Again(Error),
    /// The server does not take what a row holds: a constraint of its own, or a value.
    Row(Error),
    /// It will be the same until somebody changes something.
    Settled(Error),
}

impl Fault {
    /// The error, as people see it.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Lost(error) | Self::Again(error) | Self::Row(error) | Self::Settled(error) => {
                error
            }
        }
    }

    /// The fault that the library tells of.
    pub(super) fn of(error: tokio_postgres::Error) -> Self {
        let Some(told) = error.as_db_error() else {
            return Self::without_answer(error);
        };
        let code = told.code().code().to_owned();
        let text = format!("{} (SQLSTATE {code})", told.message());
        let make = |kind| Error::new(kind, text.clone());
        match code.as_str() {
            "40001" | "40P01" => return Self::Again(make(ErrorKind::Server).caused_by(error)),
            "25006" => {
                return Self::Settled(
                    make(ErrorKind::State)
                        .hint("it is a read-only replica: name the primary server, or several hosts, of which the writable one is used")
                        .caused_by(error),
                );
            }
            "42501" => {
                return Self::Settled(
                    make(ErrorKind::Forbidden)
                        .hint("grant the user SELECT, INSERT, UPDATE and DELETE on the tables of the schema; `gti sink init` needs CREATE besides")
                        .caused_by(error),
                );
            }
            "42P01" | "3F000" | "42703" => {
                return Self::Settled(
                    make(ErrorKind::State)
                        .hint("create the tables with `gti sink init NAME`, or `gti state init` for --state")
                        .caused_by(error),
                );
            }
            "3D000" => {
                return Self::Settled(
                    make(ErrorKind::Usage)
                        .hint("create the database, or name another one in the URL or PGDATABASE")
                        .caused_by(error),
                );
            }
            "57014" => return Self::Lost(make(ErrorKind::Timeout).caused_by(error)),
            _ => {}
        }
        match &code[..2] {
            "08" | "53" | "57" | "58" => Self::Lost(make(ErrorKind::Network).caused_by(error)),
            "22" | "23" => Self::Row(make(ErrorKind::Invalid).caused_by(error)),
            "28" => Self::Settled(
                make(ErrorKind::Auth)
                    .hint("check the user and the password: password_file, PGPASSWORD or ~/.pgpass, and pg_hba.conf on the server")
                    .caused_by(error),
            ),
            _ => Self::Settled(make(ErrorKind::State).caused_by(error)),
        }
    }

    /// A failure that the server did not tell of.
    fn without_answer(error: tokio_postgres::Error) -> Self {
        if let Some(refusal) = tls::refusal(&error) {
            let text = format!("the TLS handshake failed: {refusal}");
            return Self::Settled(
                Error::new(ErrorKind::Network, text)
                    .hint("check sslmode and sslrootcert: verify-full wants a certificate for the host from a trusted authority")
                    .caused_by(error),
            );
        }
        let mut text = error.to_string();
        if let Some(cause) = error.source() {
            let cause = cause.to_string();
            if !text.contains(&cause) {
                text = format!("{text}: {cause}");
            }
        }
        if text.contains("does not support TLS") {
            return Self::Settled(
                Error::new(ErrorKind::Network, text)
                    .hint("the server offers no TLS: sslmode=disable or prefer does without")
                    .caused_by(error),
            );
        }
        if text.contains("does not allow writes") {
            return Self::Settled(
                Error::new(ErrorKind::State, text)
                    .hint(
                        "all hosts that were named are read-only replicas: name the primary server",
                    )
                    .caused_by(error),
            );
        }
        if text.contains("password missing") || text.contains("authentication") {
            return Self::Settled(
                Error::new(ErrorKind::Auth, text)
                    .hint("give the password in password_file, PGPASSWORD or ~/.pgpass")
                    .caused_by(error),
            );
        }
        Self::Lost(Error::new(ErrorKind::Network, text).caused_by(error))
    }
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::of(error)
    }
}
