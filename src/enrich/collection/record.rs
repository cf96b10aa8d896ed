//! The record that answers one id.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::indicators::Indicators;
use crate::bulk::{Answer, Fate, Outcome, PartErrors, ShownErrors, write_with_report};
use crate::client::endpoints::indicators::Object;

use crate::model::collection::CollectionTitle;
use crate::model::gui;
use crate::model::mitre::{SandboxTactics, Tactic};
use crate::model::time::rfc3339;
use crate::object::relation::{Relations, ShownRelations};

/// The answer to one id.
#[derive(Debug, Clone)]
pub(crate) struct CollectionRecord {
    /// The id; what was given, where that is none.
    pub id: String,
    /// What came of it.
    pub outcome: Outcome<Box<Found>>,
}

impl Answer for CollectionRecord {
    fn fate(&self) -> Fate<'_> {
        self.outcome.fate()
    }

    fn object(&self) -> Option<&str> {
        Some(self.outcome.done()?.report.json())
    }
}

/// An object, and what was asked for beside it.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// What it is and what it is called.
    pub title: CollectionTitle,
    /// The API object.
    pub report: Object,
    /// Relationships in the order they were asked for; `None` when not asked.
    pub relationships: Option<Relations>,
    /// ATT&CK, source by source; `None` when not asked.
    pub mitre: Option<Vec<SandboxTactics>>,
    /// The events on its timeline as sent; `None` when not asked.
    pub timeline: Option<Vec<Box<RawValue>>>,
    /// All of its indicators; `None` when not asked.
    pub iocs: Option<Indicators>,
    /// What of it could not be had.
    pub errors: PartErrors,
}

impl CollectionRecord {
    /// Appends the record as JSON, the object's bytes as they came.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) {
        write_with_report(out, &Head(self), self.object());
    }
}

/// All of a record but the object.
struct Head<'a>(&'a CollectionRecord);

impl Serialize for Head<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &record.id)?;
        let found = record.outcome.done();
        if let Some(Found { title, .. }) = found.map(|found| &**found) {
            map.serialize_entry("type", &title.kind)?;
            map.serialize_entry("collection_type", &title.attributes.collection_type)?;
            map.serialize_entry("name", &title.attributes.name)?;
        }
        map.serialize_entry("status", record.outcome.status().name())?;
        if let Some(found) = found {
            let id = found.title.id.as_deref().unwrap_or(&record.id);
            map.serialize_entry("link", &gui::collection(id))?;
            map.serialize_entry("fetched_at", &rfc3339(found.report.fetched_at))?;
            map.serialize_entry("cached", &found.report.cached)?;
            if let Some(relations) = &found.relationships {
                map.serialize_entry("relationships", &ShownRelations(relations))?;
            }
            if let Some(mitre) = &found.mitre {
                map.serialize_entry("mitre", &BySource(mitre))?;
            }
            if let Some(timeline) = &found.timeline {
                map.serialize_entry("timeline", timeline)?;
            }
            if let Some(iocs) = &found.iocs {
                map.serialize_entry("iocs", iocs)?;
            }
            map.serialize_entry("errors", &ShownErrors(&found.errors))?;
        }
        record.outcome.why_not(&mut map)?;
        map.end()
    }
}

/// Tactics under the names of their sources.
struct BySource<'a>(&'a [SandboxTactics]);

#[derive(serde::Serialize)]
struct OfSource<'a> {
    /// Null where the service does not say.
    source: Option<&'a str>,
    tactics: &'a [Tactic],
}

impl Serialize for BySource<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|seen| OfSource {
            source: Some(seen.sandbox.as_str()).filter(|name| !name.is_empty()),
            tactics: &seen.tactics,
        }))
    }
}
