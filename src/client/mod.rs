//! The shared client of the API: one transport for every request.
//!
//! It is blind: no command line, no output, no environment, no database. It
//! defines what it wants of a response cache and leaves storing to `state`.

pub mod cache;
pub mod key;
