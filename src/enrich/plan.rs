//! What to ask about each indicator.

use crate::model::indicator::Kind;
use crate::object::Relationships;

/// What a run asks about each indicator beyond its report.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    /// Take all inputs for this kind.
    pub kind: Option<Kind>,
    /// Relationships to show.
    pub relationships: Relationships,
    /// Fetch the related objects whole.
    pub expand: bool,
    /// Related objects of each relationship at most.
    pub relationship_limit: usize,
    /// ATT&CK tactics and techniques of files.
    pub mitre: bool,
    /// Sandbox reports of files.
    pub behaviours: bool,
    /// Only these attributes, comma-separated.
    pub attributes: Option<String>,
    /// All but these attributes, comma-separated.
    pub exclude_attributes: Option<String>,
    /// Look up private, loopback, … addresses too.
    pub include_private: bool,
}

/// The threat objects that any indicator can relate to (contract, section 5).
const DEFAULT_SET: [&str; 7] = [
    "collections",
    "malware_families",
    "related_threat_actors",
    "software_toolkits",
    "campaigns",
    "reports",
    "vulnerabilities",
];

/// The relationships that are shown of an indicator of this kind where none is named.
pub(super) fn usual(kind: Kind) -> Vec<&'static str> {
    let resolutions = matches!(kind, Kind::Ip | Kind::Domain).then_some("resolutions");
    DEFAULT_SET.into_iter().chain(resolutions).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolutions_are_for_hosts() {
        for (kind, count) in [
            (Kind::Ip, 8),
            (Kind::Domain, 8),
            (Kind::Url, 7),
            (Kind::File, 7),
        ] {
            assert_eq!(usual(kind).len(), count);
        }
    }
}
