//! Encoders (json, jsonl, csv, text, stix) and sinks (standard output, files),
//! joined by one [`Output`].
//!
//! A command hands in records and what it knows of their shape; neither feeds nor
//! commands are known here.

mod cell;
mod digest;
mod encoder;
mod error;
pub(crate) mod export;
mod fields;
mod format;
pub(crate) mod html;
mod hyperlink;
pub(crate) mod jq;
mod members;
mod plain;
mod record;
mod remote;
mod report;
pub(crate) mod row;
mod shape;
pub(crate) mod sink;
pub(crate) mod stix;
mod subject;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use digest::{Digest, Entry};
pub(crate) use encoder::header_of;
pub(crate) use error::OutputError;
pub(crate) use format::{Format, Growth};
pub(crate) use members::{COMMON, ERROR, Member, Members};
pub(crate) use plain::plain;
pub(crate) use record::{Columns, Layout, Record};
pub(crate) use remote::{sanitize, sanitize_block};
pub(crate) use report::{Bar, Flagged, Panel, Report};
pub(crate) use shape::Shape;
pub(crate) use subject::Subject;
pub(crate) use writer::{Options, Output};
