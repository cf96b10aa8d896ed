//! STIX 2.1: facts in, one bundle out.
//!
//! Every id is deterministic, so that a second export updates what the first one
//! created instead of adding to it. Observables get the ids that the standard
//! lays down, everything else a name-based UUID in a namespace of our own.

mod build;
mod bundle;
mod fact;
mod id;
mod object;
mod pattern;
mod syntax;
#[cfg(test)]
mod tests;

pub(super) use bundle::Bundle;
pub use fact::{Entity, EntityKind, Fact, Indicator, Observable, Reference};
