//! The types of objects that a search can be narrowed to.

use clap::ValueEnum;

/// A type of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SearchKind {
    ThreatActor,
    MalwareFamily,
    SoftwareToolkit,
    Campaign,
    Report,
    Vulnerability,
    Collection,
    File,
    Url,
    Domain,
    Ip,
}

impl SearchKind {
    /// The terms of the service's language that say so.
    pub(super) fn terms(self) -> &'static str {
        match self {
            Self::ThreatActor => "entity:collection collection_type:threat-actor",
            Self::MalwareFamily => "entity:collection collection_type:malware-family",
            Self::SoftwareToolkit => "entity:collection collection_type:software-toolkit",
            Self::Campaign => "entity:collection collection_type:campaign",
            Self::Report => "entity:collection collection_type:report",
            Self::Vulnerability => "entity:collection collection_type:vulnerability",
            Self::Collection => "entity:collection collection_type:collection",
            Self::File => "entity:file",
            Self::Url => "entity:url",
            Self::Domain => "entity:domain",
            Self::Ip => "entity:ip",
        }
    }
}
