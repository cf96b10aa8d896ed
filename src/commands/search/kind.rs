//! The types of objects that a search can be narrowed to.

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// A type of objects, as the service names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::commands) enum SearchKind {
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
    /// Reads the types of collections alone.
    pub(in crate::commands) fn of_collections() -> impl TypedValueParser<Value = Self> {
        let kinds = Self::value_variants()
            .iter()
            .filter(|kind| kind.is_collection());
        PossibleValuesParser::new(kinds.filter_map(Self::to_possible_value))
            .try_map(|name| Self::from_str(&name, false))
    }

    fn is_collection(self) -> bool {
        !matches!(self, Self::File | Self::Url | Self::Domain | Self::Ip)
    }

    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// The term of the service's language for this type of collections.
    pub(in crate::commands) fn collection_type(self) -> String {
        format!("collection_type:{}", self.name())
    }

    /// The terms of the service's language that say so.
    pub(super) fn terms(self) -> String {
        if self.is_collection() {
            format!("entity:collection {}", self.collection_type())
        } else {
            format!("entity:{}", self.name())
        }
    }
}
