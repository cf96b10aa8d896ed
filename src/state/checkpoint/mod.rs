//! Checkpoints: how far each ingest has come, and what it must not emit again.
//!
//! One database holds them all. A commit changes position, seen ids and the
//! committed length of the files in one transaction, so that a process that is
//! killed at any instant leaves a true checkpoint. Unlike the cache, state that
//! can't be understood is refused and never replaced.

mod commit;
mod destination;
mod hold;
mod kept;
mod lock;
mod migrations;
mod name;
mod output_file;
mod remembered;
mod row;
mod seen;
mod store;

#[cfg(test)]
mod tests;

pub(crate) use commit::Commit;
pub(crate) use destination::{DestinationId, DestinationIds};
pub use hold::Hold;
pub(crate) use kept::{Kept, KeptError, Local};
pub(crate) use lock::{Locked, compare, held, own_checkpoint};
pub(crate) use name::CheckpointName;
pub(crate) use output_file::{FileOwner, OutputFile};
pub(crate) use remembered::Remembered;
pub(crate) use row::{Belongings, Checkpoint, SharedRow};
pub(crate) use store::Checkpoints;
