//! What stays on the disk between runs: the response cache, the checkpoints and the
//! mirror, in `SQLite`.
//!
//! Files and directories are for their owner alone (`directory`), and a schema is a
//! list of numbered migrations (`schema`).
//!
//! A cache may lose everything and harm nobody, so it never fails: it is deleted and
//! begun anew, or the run goes on without it, with one warning.

mod body;
mod cache;
pub(crate) mod checkpoint;
mod clear;
pub(crate) mod dead_letters;
pub(crate) mod directory;
mod error;
mod lock;
pub(crate) mod machine;
pub(crate) mod mirror;
pub(crate) mod path_bytes;
mod place;
mod prune;
mod responses;
mod schema;
mod stats;
mod store;

pub(crate) use cache::Cache;
pub(crate) use clear::clear;
pub(crate) use error::StateError;
pub(crate) use stats::stats;
