//! The record that answers one input (contract, section 5).

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::bulk::{Answer, Fate, Outcome, PartErrors, ShownErrors, write_with_report};
use crate::client::endpoints::indicators::Object;
use crate::model::common::Common;
use crate::model::indicator::{Indicator, Kind};
use crate::model::mitre::SandboxTactics;
use crate::model::time::rfc3339;
use crate::model::verdict::Judgement;
use crate::object::relation::{Relations, ShownRelations};

/// The answer to one input.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// The input as given.
    pub ioc: String,
    /// What was recognised in it; `None` for what is no indicator.
    pub indicator: Option<Indicator>,
    /// What came of it.
    pub outcome: Outcome<Box<Found>>,
}

impl Answer for Record {
    fn fate(&self) -> Fate<'_> {
        self.outcome.fate()
    }

    fn judgement(&self) -> Option<&Judgement> {
        Some(&self.found()?.judgement)
    }

    fn object(&self) -> Option<&str> {
        Some(self.found()?.report.json())
    }
}

/// A report, and what was asked for beside it.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The API's id of the object.
    pub id: Option<String>,
    /// The page about it.
    pub link: String,
    /// Verdict, score and counts.
    pub judgement: Judgement,
    /// Relationships in the order they were asked for; `None` when not asked.
    pub relationships: Option<Relations>,
    /// ATT&CK; `None` when not asked.
    pub mitre: Option<Vec<SandboxTactics>>,
    /// Sandbox reports as sent; `None` when not asked.
    pub behaviours: Option<Vec<Box<RawValue>>>,
    /// What of it could not be had.
    pub errors: PartErrors,
    /// The API object.
    pub report: Object,
}

impl Record {
    /// The report and what is beside it, if there is one.
    pub(crate) fn found(&self) -> Option<&Found> {
        self.outcome.done().map(|found| &**found)
    }

    /// What was recognised: `ip`, `domain`, `url`, `file`.
    pub(crate) fn kind(&self) -> Option<Kind> {
        self.indicator.as_ref().map(Indicator::kind)
    }
}

impl Record {
    /// Appends the record as JSON, the report's bytes as they came.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) {
        let report = self.found().map(|found| found.report.json());
        write_with_report(out, &Head(self), report);
    }
}

/// All of a record but the report.
struct Head<'a>(&'a Record);

impl Serialize for Head<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("ioc", &record.ioc)?;
        map.serialize_entry("value", &record.indicator.as_ref().map(Indicator::value))?;
        map.serialize_entry("type", &record.kind().map(Kind::name))?;
        if let Some(found) = record.found() {
            map.serialize_entry("id", &found.id)?;
        }
        map.serialize_entry("status", record.outcome.status().name())?;
        if let Some(found) = record.found() {
            found.entries(&mut map)?;
        }
        record.outcome.why_not(&mut map)?;
        map.end()
    }
}

impl Found {
    /// What the common record has beyond the members of this one.
    fn common<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        // What cannot be read says nothing; the judgement was read before.
        let told = Common::read(self.report.json()).unwrap_or_default();
        map.serialize_entry("kind", "indicator")?;
        map.serialize_entry("title", &told.title)?;
        map.serialize_entry("time", &told.time)?;
        map.serialize_entry("first_seen", &told.first_seen)?;
        map.serialize_entry("last_seen", &told.last_seen)?;
        map.serialize_entry("sources", &told.sources)?;
        map.serialize_entry("actors", &self.names(told.actors, "related_threat_actors"))?;
        map.serialize_entry("malware", &self.names(told.malware, "malware_families"))?;
        map.serialize_entry("tags", &told.tags)
    }

    /// These names, and those of a relationship that was asked for by itself.
    fn names(&self, told: Vec<String>, relationship: &str) -> Vec<String> {
        let relations = self.relationships.iter().flatten();
        let asked = relations.filter(|(name, _)| name == relationship);
        let asked = asked.flat_map(|(_, relation)| &relation.items);
        let mut names = told;
        for name in asked.filter_map(|item| item.name.as_ref()) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    fn entries<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let judged = &self.judgement;
        map.serialize_entry("verdict", &judged.verdict)?;
        map.serialize_entry("severity", &judged.severity)?;
        map.serialize_entry("threat_score", &judged.threat_score)?;
        map.serialize_entry("verdict_source", &judged.source)?;
        map.serialize_entry("detections", &judged.detections)?;
        map.serialize_entry("link", &self.link)?;
        map.serialize_entry("fetched_at", &rfc3339(self.report.fetched_at))?;
        map.serialize_entry("cached", &self.report.cached)?;
        self.common(map)?;
        if let Some(relations) = &self.relationships {
            map.serialize_entry("relationships", &ShownRelations(relations))?;
        }
        if let Some(mitre) = &self.mitre {
            map.serialize_entry("mitre", mitre)?;
        }
        if let Some(behaviours) = &self.behaviours {
            map.serialize_entry("behaviours", behaviours)?;
        }
        map.serialize_entry("errors", &ShownErrors(&self.errors))
    }
}
