//! Checkpoints: how far each ingest has come, and what it must not emit again.
//!
//! One database holds them all. A commit changes position, seen ids and the
//! committed length of the file in one transaction, so that a process that is
//! killed at any instant leaves a true checkpoint. Unlike the cache, state that
//! can't be understood is refused and never replaced.

mod commit;
mod hold;
mod name;
mod row;
mod seen;
mod store;

#[cfg(test)]
mod tests;

pub use commit::Commit;
pub use hold::{Held, Hold};
pub use name::{CheckpointName, NameError};
pub use row::{Belongings, Checkpoint, FileMark};
pub use store::Checkpoints;
