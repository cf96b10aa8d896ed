//! Ids that are the same in every export.

use std::fmt;

use serde::{Serialize, Serializer};
use uuid::Uuid;

/// The namespace that STIX 2.1, section 2.9, lays down for observables.
const OBSERVABLES: Uuid = Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);
/// The namespace of everything else. It must never change: the ids in every
/// export so far hang on it.
const OWN: Uuid = Uuid::from_u128(0xaa28_58d7_554b_467e_85e8_20df_3678_cfaf);

/// A STIX identifier: the type and a name-based UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Id {
    kind: &'static str,
    uuid: Uuid,
}

impl Id {
    /// The id of an observable from its contributing properties in canonical JSON.
    pub(super) fn observable(kind: &'static str, properties: &str) -> Self {
        Self {
            kind,
            uuid: Uuid::new_v5(&OBSERVABLES, properties.as_bytes()),
        }
    }

    /// The id of an object that is ours to name.
    pub(super) fn own(kind: &'static str, key: &str) -> Self {
        Self {
            kind,
            uuid: Uuid::new_v5(&OWN, format!("{kind}:{key}").as_bytes()),
        }
    }

    /// The id of an object that somebody else has laid down.
    pub(super) fn laid_down(kind: &'static str, uuid: u128) -> Self {
        Self {
            kind,
            uuid: Uuid::from_u128(uuid),
        }
    }

    /// The type of the object.
    pub(super) fn kind(self) -> &'static str {
        self.kind
    }

    /// The id of a bundle to which this object is added.
    pub(super) fn added_to(self, bundle: Self) -> Self {
        Self {
            kind: bundle.kind,
            uuid: Uuid::new_v5(&bundle.uuid, self.uuid.as_bytes()),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}--{}", self.kind, self.uuid)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn observables_have_the_ids_of_the_standard() {
        let id = Id::observable("ipv4-addr", r#"{"value":"198.51.100.7"}"#);
        assert!(id.to_string().starts_with("ipv4-addr--12592121-"), "{id}");
    }

    #[test]
    fn own_ids_depend_on_type_and_key_alone() {
        assert_eq!(Id::own("malware", "a"), Id::own("malware", "a"));
        assert_ne!(Id::own("malware", "a"), Id::own("malware", "b"));
        assert_ne!(Id::own("malware", "a").uuid, Id::own("tool", "a").uuid);
        assert_eq!(
            Id::own("indicator", "[url:value = 'http://evil.example/']").to_string(),
            "indicator--a4182467-5c5c-554a-9e0e-556322f4a8cf"
        );
    }
}
