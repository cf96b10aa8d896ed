//! Threat objects (type `collection`): actors, malware, campaigns, reports and
//! the like, out of a fixed pool.

mod attributes;

pub(super) use attributes::counters;

use std::collections::HashMap;
use std::sync::LazyLock;

use uuid::Uuid;

use super::asked::Asked;
use super::json::{Object, object};
use super::objects::{self, BIDI, ESCAPES, FORMULA};
use super::seed::Seed;
use super::vulnerabilities::Cve;

/// How many objects there are of each type. The last one is hostile.
pub(super) const POOL: usize = 200;

/// The values of `collection_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ThreatKind {
    Actor,
    Malware,
    Toolkit,
    Campaign,
    Report,
    Vulnerability,
    Collection,
}

impl ThreatKind {
    pub(super) const ALL: [Self; 7] = [
        Self::Actor,
        Self::Malware,
        Self::Toolkit,
        Self::Campaign,
        Self::Report,
        Self::Vulnerability,
        Self::Collection,
    ];

    /// The value of `collection_type`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Actor => "threat-actor",
            Self::Malware => "malware-family",
            Self::Toolkit => "software-toolkit",
            Self::Campaign => "campaign",
            Self::Report => "report",
            Self::Vulnerability => "vulnerability",
            Self::Collection => "collection",
        }
    }
}

/// One object of the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Threat {
    pub(super) kind: ThreatKind,
    index: usize,
}

impl Threat {
    pub(super) fn new(kind: ThreatKind, index: usize) -> Self {
        Self {
            kind,
            index: index % POOL,
        }
    }

    /// The one whose name is hostile.
    pub(super) fn hostile(kind: ThreatKind) -> Self {
        Self::new(kind, POOL - 1)
    }

    /// The vulnerability that one of that type is.
    fn cve(self) -> Cve {
        Cve::catalogued(self.index)
    }

    /// The object with this id.
    pub(super) fn find(id: &str) -> Option<Self> {
        static IDS: LazyLock<HashMap<String, Threat>> = LazyLock::new(|| {
            ThreatKind::ALL
                .into_iter()
                .flat_map(|kind| (0..POOL).map(move |index| Threat::new(kind, index)))
                .map(|threat| (threat.id(), threat))
                .collect()
        });
        IDS.get(id).copied()
    }

    /// The id, in the form that its type has.
    pub(super) fn id(self) -> String {
        let (kind, index) = (self.kind.name(), self.index);
        let uuid = || {
            let name = format!("https://sandbox.example/{kind}/{index}");
            Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
        };
        match self.kind {
            ThreatKind::Actor | ThreatKind::Campaign => format!("{kind}--{}", uuid()),
            ThreatKind::Malware | ThreatKind::Toolkit => format!("malware--{}", uuid()),
            ThreatKind::Report if index % 2 == 0 => format!("report--25-{}", 20_000_000 + index),
            ThreatKind::Report => format!("report--{}", self.seed().hex("id", 64)),
            ThreatKind::Vulnerability => self.cve().id(),
            ThreatKind::Collection if index % 4 == 1 => {
                format!("simulatedfeed_{}", self.seed().hex("id", 24))
            }
            ThreatKind::Collection => self.seed().hex("id", 64),
        }
    }

    /// What it grows from.
    pub(super) fn seed(self) -> Seed {
        Seed::of("threat", self.kind.name()).child("index", self.index)
    }

    /// The name, which people chose.
    pub(super) fn name(self) -> String {
        let number = self.index;
        if number == POOL - 1 {
            return match self.kind {
                ThreatKind::Malware | ThreatKind::Toolkit => BIDI,
                ThreatKind::Report | ThreatKind::Collection => FORMULA,
                _ => ESCAPES,
            }
            .to_owned();
        }
        match self.kind {
            ThreatKind::Actor => format!("Example Heron {number}"),
            ThreatKind::Malware => format!("EXAMPLELOADER.{number}"),
            ThreatKind::Toolkit => format!("EXAMPLEKIT.{number}"),
            ThreatKind::Campaign => format!("Example Campaign {number}"),
            ThreatKind::Report => format!("Simulated report {number}: what an example actor does"),
            ThreatKind::Vulnerability => self.cve().name(),
            ThreatKind::Collection => format!("Simulated collection {number}"),
        }
    }

    /// The object whole.
    pub(super) fn whole(self, asked: &Asked) -> Object {
        let mut attributes = self.attributes(asked.now);
        objects::select(&mut attributes, asked);
        let id = self.id();
        object! {
            "id": id.clone(),
            "type": "collection",
            "links": object! { "self": format!("{}/collections/{id}", asked.base) },
            "attributes": attributes,
            "context_attributes": object! { "role": "viewer", "shared_with_me": false },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_lead_back() {
        let mut ids = std::collections::HashSet::new();
        for kind in ThreatKind::ALL {
            for index in 0..POOL {
                let threat = Threat::new(kind, index);
                assert!(ids.insert(threat.id()), "{}", threat.id());
                assert_eq!(Threat::find(&threat.id()), Some(threat));
            }
        }
        assert_eq!(Threat::find("malware--x"), None);
    }
}
