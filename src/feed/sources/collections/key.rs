//! What tells a collection apart, and how many indicators it says to have.

use serde_json::json;

use crate::model::collection::Counters;
use crate::model::view::{decode, view};

view! {
    /// A collection, as far as the feed reads it.
    pub(super) struct Key {
        /// Its id.
        pub id: Option<String>,
        /// What it says.
        pub attributes: KeyAttributes,
    }

    /// What a collection says of itself.
    pub(super) struct KeyAttributes {
        /// What it is called.
        pub name: Option<String>,
        /// `report`, `threat-actor`, …
        pub collection_type: Option<String>,
        /// In seconds since the epoch.
        pub last_modification_date: Option<i64>,
        /// How many indicators it has.
        pub counters: Counters,
    }
}

impl Key {
    /// The key of a collection; an empty one for what is none.
    pub(super) fn of(json: &[u8]) -> Self {
        let text = String::from_utf8_lossy(json);
        decode(&text)
            .map(|decoded| decoded.view)
            .unwrap_or_default()
    }

    /// The collection and when it was modified: modified again, it is another one.
    /// `counted` includes how many indicators it says to have, which may change without
    /// its date.
    pub(super) fn identity(&self, counted: bool) -> Option<String> {
        let id = self.id.as_deref()?;
        let date = self.attributes.last_modification_date?;
        if !counted {
            return Some(format!("{id}@{date}"));
        }
        let counters = &self.attributes.counters;
        let counters = [
            counters.files,
            counters.domains,
            counters.ip_addresses,
            counters.urls,
        ];
        let counters = counters.map(|count| count.map_or(String::new(), |it| it.to_string()));
        Some(format!("{id}@{date}#{}", counters.join(".")))
    }

    /// How many indicators it says to have under a relationship.
    pub(super) fn counter(&self, relationship: &str) -> Option<u64> {
        let counters = &self.attributes.counters;
        match relationship {
            "files" => counters.files,
            "domains" => counters.domains,
            "ip_addresses" => counters.ip_addresses,
            "urls" => counters.urls,
            _ => None,
        }
    }

    /// Type and id alone.
    pub(super) fn descriptor(&self) -> String {
        json!({ "type": "collection", "id": self.id }).to_string()
    }

    /// The collection as its indicators name it.
    pub(super) fn mention(&self) -> String {
        json!({
            "id": self.id,
            "name": self.attributes.name,
            "type": self.attributes.collection_type,
        })
        .to_string()
    }
}
