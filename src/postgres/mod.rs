//! `PostgreSQL`: where a database is, connections that are lost and made again, the
//! tables and their migrations, records, and checkpoints that several hosts share.
//!
//! `tokio_postgres` is named here alone.

mod checkpoint;
mod connection;
mod database;
mod fault;
mod files;
mod lease;
mod ledger;
mod literal;
mod pgpass;
mod responses;
mod row;
mod rows;
mod schema;
mod scrub;
mod target;
mod upsert;

pub(crate) use checkpoint::{Claimed, Enlisted, Shared, Sharing, peek};
pub(crate) use database::{Database, Patience, Undone};
pub(crate) use lease::Holder;
pub(crate) use ledger::Entry;
pub(crate) use responses::Responses;
pub(crate) use rows::Rows;
pub(crate) use target::{Given, Target};
