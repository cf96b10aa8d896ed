//! The mirror: indicators of feeds, kept to be looked up without a request.
//!
//! One database holds the entries and the positions of the feeds that they are read
//! from, so that both move in one transaction: a process that is killed at any instant
//! leaves a whole mirror. Entries stand in the order of their keys
//! ([`value_key`](crate::model::value_key)); what a feed says is gathered in a temporary
//! table first and merged in that order, which touches each page of the database once.
//!
//! Readers have the state of their last commit, whatever a writer does.

mod archive;
mod entry;
mod filter;
mod kept;
mod migrations;
mod signature;
mod store;
mod summary;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use archive::ArchiveError;
pub(crate) use entry::{Change, Entry};
pub(crate) use kept::Mirrored;
pub(crate) use signature::{KeyError, SigningKey, VerifyingKey};
pub(crate) use store::Mirror;
pub(crate) use summary::{SourceSummary, Summary};
pub(crate) use writer::Writer;
