//! `gti`: a command-line client for Google Threat Intelligence.
//!
//! The crate is laid out in floors: a module names only modules on floors below
//! its own (`docs/architecture.md`; `tests/it/layers.rs` enforces it).

pub mod client;
pub mod model;
pub mod output;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod settings;
pub mod state;
pub mod ui;
