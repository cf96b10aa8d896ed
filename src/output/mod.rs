//! Encoders (json, jsonl, csv, text, stix) and sinks (standard output, files),
//! joined by one [`Output`].
//!
//! A command hands in records and what it knows of their shape; neither feeds nor
//! commands are known here.

mod cell;
mod digest;
mod encoder;
mod error;
mod fields;
mod format;
pub mod html;
pub mod jq;
mod plain;
mod record;
mod remote;
pub mod sink;
pub mod stix;
#[cfg(test)]
mod tests;
mod writer;

pub use digest::Digest;
pub use encoder::header_of;
pub use error::OutputError;
pub use format::Format;
pub use plain::plain;
pub use record::{Columns, Layout, Record};
pub use remote::{sanitize, sanitize_block};
pub use writer::{Options, Output};
