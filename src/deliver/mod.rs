//! Where the records of a feed go: files, standard output, webhooks, and what joins
//! them: batches, keys, signatures, dead letters.

mod error;
mod files;
mod letters;
mod outlet;
mod outlets;
mod unprocessed;
pub(crate) mod webhook;

pub(crate) use error::DeliverError;
pub(crate) use files::Files;
pub(crate) use letters::{Addressed, Letters, told};
pub(crate) use outlet::{Emitted, Failures, Outlet};
pub(crate) use outlets::{Destination, Outlets};
#[cfg(test)]
pub(crate) use unprocessed::NotTaken;
pub(crate) use unprocessed::{Step, Unprocessed};
