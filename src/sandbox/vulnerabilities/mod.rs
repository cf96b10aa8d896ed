//! Vulnerabilities (type `collection`): any CVE id may be asked for, some are
//! documented, and a catalogue of them is listed and modified as time goes by.

mod attributes;
mod case;
mod cve;
mod profile;

pub(super) use attributes::attributes;
pub(super) use case::Case;
pub(super) use cve::Cve;
pub(super) use profile::Profile;
