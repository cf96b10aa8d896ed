//! STIX 2.1: facts in, one bundle out.
//!
//! Every id is deterministic, so that a second export updates what the first one
//! created instead of adding to it. Observables get the ids that the standard
//! lays down, everything else a name-based UUID in a namespace of our own.

pub(crate) mod api;
mod bundle;
mod entity;
pub(super) mod fact;
mod id;
mod indicator;
mod join;
mod names;
mod object;
mod pattern;
mod preamble;
mod reference;
mod syntax;
#[cfg(test)]
mod tests;

use crate::model::tlp::Tlp;
use crate::model::valid_for::ValidFor;

pub(super) use bundle::Bundle;
pub(crate) use fact::Fact;

/// What the user wants of an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    /// How far it may be passed on.
    pub tlp: Option<Tlp>,
    /// How long indicators are valid.
    pub valid_for: ValidFor,
    /// Whether what is benign or undetected is an indicator too.
    pub include_benign: bool,
    /// Whose taste the objects are to.
    pub profile: Profile,
}

/// Who reads the objects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Anybody who knows the standard.
    #[default]
    Standard,
    /// `OpenCTI`: the score where it looks for one, actors as intrusion sets.
    OpenCti,
    /// The upload API of Microsoft Sentinel: the types that it takes, the score as
    /// confidence.
    Sentinel,
}
