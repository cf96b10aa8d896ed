//! The jq language: `--jq`, and every condition that is written in it.

mod document;
mod error;
mod filter;
#[cfg(test)]
mod tests;
mod value;

pub use document::Document;
pub use error::{FilterError, ProgramError};
pub use filter::Filter;
