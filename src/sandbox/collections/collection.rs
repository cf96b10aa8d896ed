//! One collection of any type.

use crate::sandbox::asked::Asked;
use crate::sandbox::json::{Object, object};
use crate::sandbox::objects::{self, Dates};
use crate::sandbox::seed::Seed;
use crate::sandbox::threats::{POOL, Threat, ThreatKind};
use crate::sandbox::vulnerabilities::{self, Cve};

/// A collection, by its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    Vulnerability(Cve),
    Threat(Threat),
}

impl Collection {
    /// The one with this id.
    pub(super) fn find(id: &str) -> Option<Self> {
        match Cve::find(id) {
            Some(cve) => Some(Self::Vulnerability(cve)),
            None => Threat::find(id).map(Self::Threat),
        }
    }

    /// All that lists have.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let threats = ThreatKind::ALL
            .into_iter()
            .filter(|kind| *kind != ThreatKind::Vulnerability)
            .flat_map(|kind| (0..POOL).map(move |index| Threat::new(kind, index)));
        Cve::listed()
            .map(Self::Vulnerability)
            .chain(threats.map(Self::Threat))
    }

    pub(super) fn id(self) -> String {
        match self {
            Self::Vulnerability(cve) => cve.id(),
            Self::Threat(threat) => threat.id(),
        }
    }

    pub(super) fn name(self) -> String {
        match self {
            Self::Vulnerability(cve) => cve.name(),
            Self::Threat(threat) => threat.name(),
        }
    }

    /// The value of `collection_type`.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Vulnerability(_) => ThreatKind::Vulnerability.name(),
            Self::Threat(threat) => threat.kind.name(),
        }
    }

    pub(super) fn seed(self) -> Seed {
        match self {
            Self::Vulnerability(cve) => cve.seed(),
            Self::Threat(threat) => threat.seed(),
        }
    }

    /// When it was created.
    pub(super) fn created(self) -> i64 {
        let first = Dates::of(self.seed()).first_submission;
        match self {
            Self::Vulnerability(_) => first + 86_400,
            Self::Threat(_) => first,
        }
    }

    /// When it was last modified, seen at a time.
    pub(super) fn modified(self, now: i64) -> i64 {
        match self {
            Self::Vulnerability(cve) => cve.last_modified(now),
            Self::Threat(threat) => Dates::of(threat.seed()).last_modification,
        }
    }

    /// The object whole, with the attributes that were asked for.
    pub(super) fn whole(self, asked: &Asked) -> Object {
        let cve = match self {
            Self::Threat(threat) => return threat.whole(asked),
            Self::Vulnerability(cve) => cve,
        };
        let mut attributes = vulnerabilities::attributes(cve, asked.now);
        objects::select(&mut attributes, asked);
        let id = cve.id();
        object! {
            "id": id.clone(),
            "type": "collection",
            "links": object! { "self": format!("{}/collections/{id}", asked.base) },
            "attributes": attributes,
            "context_attributes": object! { "role": "viewer", "shared_with_me": false },
        }
    }

    /// `{"type", "id"}`.
    pub(super) fn descriptor(self) -> Object {
        object! { "type": "collection", "id": self.id() }
    }
}
