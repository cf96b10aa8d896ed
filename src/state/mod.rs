//! What stays on the disk between runs: the response cache and the checkpoints,
//! in `SQLite`.
//!
//! A connection lives on a thread of its own (`worker`), because `SQLite`
//! blocks and the client must not. Files and directories are for their owner
//! alone (`directory`), and a schema is a list of numbered migrations
//! (`schema`).
//!
//! A cache may lose everything and harm nobody, so it never fails: it is set
//! aside and begun anew, or replaced by a temporary one, with one warning.

mod aside;
mod body;
mod cache;
pub mod checkpoint;
mod clear;
pub mod dead_letters;
pub mod directory;
mod error;
mod lock;
pub mod machine;
mod path_bytes;
mod pending;
mod place;
mod prune;
mod responses;
mod schema;
mod stats;
mod store;
mod worker;

pub use cache::Cache;
pub use clear::Cleared;
pub use clear::clear;
pub use error::StateError;
pub use stats::CacheStats;
pub use stats::stats;
