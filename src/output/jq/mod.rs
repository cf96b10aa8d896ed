//! The jq language: `--jq`, and every condition that is written in it.

mod assign;
mod budget;
mod document;
mod error;
mod filter;
mod natives;
mod regex;
mod table;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use document::Document;
pub(crate) use error::{FilterError, ProgramError};
pub use filter::Filter;
