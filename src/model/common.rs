//! The common record (contract, second part, section 2): what an indicator, an alert,
//! an issue, a vulnerability and a collection have in common, each under one name,
//! beside the object that it was read from.

mod resource;

use serde::Serialize;

use super::descriptor::{Descriptor, OneOrMany};
use super::gti_alert::{Audit, Detail, Severity};
use super::gui;
use super::indicator::Kind;
use super::time::epoch;
use super::verdict::{AnalysisStats, Assessment, Judgement};
use super::view::{Decoded, Map, decode, view};

view! {
    struct Object {
        kind as "type": Option<String>,
        id: Option<String>,
        uid: Option<String>,
        title: Option<String>,
        status: Option<String>,
        severity: Option<String>,
        alert_type: Option<String>,
        indicator_mscore: Option<i64>,
        monitor_id: Option<String>,
        monitor_name: Option<String>,
        created_at: Option<String>,
        updated_at: Option<String>,
        first_seen: Option<String>,
        last_seen: Option<String>,
        name: Option<String>,
        pretty_name: Option<String>,
        entity_name: Option<String>,
        collection: Option<String>,
        tags: Vec<String>,
        summary: Summary,
        details: Details,
        attributes: Attributes,
        context_attributes: Context,
        relationships: Map<Related>,
        display_name as "displayName": Option<String>,
        state: Option<String>,
        audit: Audit,
        detail: Detail,
        severity_analysis as "severityAnalysis": Severity,
    }

    struct Summary {
        category: Option<String>,
        severity: Option<i64>,
        status: Option<String>,
        pretty_name: Option<String>,
    }

    struct Details {
        severity: Option<i64>,
    }

    struct Attributes {
        name: Option<String>,
        collection_type: Option<String>,
        risk_rating: Option<String>,
        url: Option<String>,
        meaningful_name: Option<String>,
        title: Option<String>,
        md5: Option<String>,
        sha1: Option<String>,
        gti_assessment: Assessment,
        last_analysis_stats: AnalysisStats,
        tags: Vec<String>,
        creation_date: Option<i64>,
        last_modification_date: Option<i64>,
        first_submission_date: Option<i64>,
        last_submission_date: Option<i64>,
        first_seen: Option<i64>,
        last_seen: Option<i64>,
    }

    struct Context {
        url: Option<String>,
        notification_date: Option<i64>,
        sources: Vec<StreamSource>,
        tags: Vec<String>,
        threat_list_id: Option<String>,
    }

    struct StreamSource {
        kind as "type": Option<String>,
        id: Option<String>,
        label: Option<String>,
    }

    struct Related {
        data: Option<OneOrMany>,
    }
}

/// The common record of an object. What the object does not tell is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Common {
    /// `indicator`, `alert`, `issue`, `vulnerability`, `collection` or `finding`.
    pub kind: &'static str,
    /// `ip`, `domain`, `url`, `file`, or the API's type.
    #[serde(rename = "type")]
    pub object_type: Option<String>,
    /// The API's id.
    pub id: Option<String>,
    /// The indicator, the CVE id, or what an issue was found on.
    pub value: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// The state of the work on it.
    pub status: Option<String>,
    /// The verdict on an indicator.
    pub verdict: Option<&'static str>,
    /// `critical`, `high`, `medium`, `low`, `none` or `unknown`.
    pub severity: Option<String>,
    /// 0 to 100.
    pub threat_score: Option<i64>,
    /// When the service made it: the notification, the creation, else the last
    /// modification.
    pub time: Option<String>,
    /// When it was first seen.
    pub first_seen: Option<String>,
    /// When it was last seen.
    pub last_seen: Option<String>,
    /// Where it comes from.
    pub sources: Vec<CommonSource>,
    /// Threat actors that the object names.
    pub actors: Vec<String>,
    /// Malware that the object names.
    pub malware: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The service's page about it.
    pub link: Option<String>,
    /// When the service last changed it, in seconds since the epoch.
    #[serde(skip)]
    pub modified: Option<i64>,
    /// The MD5 and the SHA-1 of a file, where they are not its id.
    #[serde(skip)]
    pub other_hashes: Vec<String>,
}

/// Where an object comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommonSource {
    /// `threat_profile`, `collection`, `threat_list`, `monitor`, …
    #[serde(rename = "type")]
    pub source_type: Option<String>,
    /// Its id.
    pub id: Option<String>,
    /// What it is called.
    pub name: Option<String>,
}

impl Common {
    /// Reads the common record of an object of the API.
    ///
    /// # Errors
    /// A reason, when it is no object, or no JSON.
    pub fn read(json: &str) -> Result<Self, String> {
        let Decoded { view, .. } = decode::<Object>(json)?;
        Ok(view.into())
    }

    /// The same as another kind, where somebody else knows better what it is.
    #[must_use]
    pub fn of(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    /// The record as JSON, with the object as it came.
    ///
    /// # Panics
    /// Never: texts and numbers always serialise.
    pub fn json(&self, report: &str) -> String {
        let mut json = serde_json::to_string(self).expect("a record is JSON");
        json.pop();
        json.push_str(",\"report\":");
        json.push_str(report.trim());
        json.push('}');
        json
    }
}

impl From<Object> for Common {
    fn from(object: Object) -> Self {
        match object.indicator() {
            Some(kind) => object.of_indicator(kind),
            None if object.resource("/alerts/") => object.of_gti_alert(),
            None if object.resource("/findings/") => object.of_resource("finding"),
            None if object.alert_type.is_some() || object.monitor_id.is_some() => object.of_alert(),
            None if object.is_collection() => object.of_collection(),
            None if object.entity_name.is_some() || object.uid.is_some() => object.of_issue(),
            None => object.basis("finding"),
        }
    }
}

impl Object {
    fn indicator(&self) -> Option<Kind> {
        let name = self.kind.as_deref()?;
        Some(match name.strip_prefix("private_").unwrap_or(name) {
            "ip_address" => Kind::Ip,
            "domain" => Kind::Domain,
            "url" => Kind::Url,
            "file" => Kind::File,
            _ => return None,
        })
    }

    fn is_collection(&self) -> bool {
        self.attributes.collection_type.is_some()
            || matches!(self.kind.as_deref(), Some("collection" | "vulnerability"))
    }

    /// What is read alike of every object.
    fn basis(self, kind: &'static str) -> Common {
        let attributes = &self.attributes;
        let context = &self.context_attributes;
        let made = [
            context.notification_date.and_then(epoch),
            self.created_at.clone(),
            attributes.creation_date.and_then(epoch),
            attributes.last_modification_date.and_then(epoch),
            self.updated_at.clone(),
        ];
        let tags = self
            .tags
            .iter()
            .chain(&attributes.tags)
            .chain(&context.tags);
        let mut tags: Vec<String> = tags.filter(|tag| !tag.is_empty()).cloned().collect();
        let mut seen = std::collections::HashSet::new();
        tags.retain(|tag| seen.insert(tag.clone()));
        Common {
            kind,
            time: made.into_iter().flatten().next(),
            sources: self.sources(),
            actors: self.named(
                &["threat_actors", "related_threat_actors"],
                "threat-actor--",
            ),
            malware: self.named(&["malware_families"], "malware--"),
            tags,
            first_seen: self.first_seen.or(attributes.first_seen.and_then(epoch)),
            last_seen: self.last_seen.or(attributes.last_seen.and_then(epoch)),
            object_type: self.kind,
            id: self.id.or(self.uid),
            value: None,
            title: self.title,
            status: self.status,
            verdict: None,
            severity: self.severity.map(|severity| severity.to_lowercase()),
            threat_score: None,
            link: None,
            modified: self.attributes.last_modification_date,
            other_hashes: Vec::new(),
        }
    }

    fn sources(&self) -> Vec<CommonSource> {
        let context = &self.context_attributes;
        let source = |source_type: &str, id: &Option<String>, name: &Option<String>| {
            (id.is_some() || name.is_some()).then(|| CommonSource {
                source_type: Some(source_type.to_owned()),
                id: id.clone(),
                name: name.clone(),
            })
        };
        let stream = context.sources.iter().map(|source| CommonSource {
            source_type: source.kind.clone(),
            id: source.id.clone(),
            name: source.label.clone(),
        });
        stream
            .chain(source("threat_list", &context.threat_list_id, &None))
            .chain(source("monitor", &self.monitor_id, &self.monitor_name))
            .chain(source("collection", &None, &self.collection))
            .collect()
    }

    /// The names of related objects, and of the sources that are such objects.
    fn named(&self, relationship: &[&str], prefix: &str) -> Vec<String> {
        let Map(relationships) = &self.relationships;
        let related = relationships
            .iter()
            .filter(|(name, _)| relationship.contains(&name.as_str()));
        let related = related.flat_map(|(_, related)| related.data.iter().flat_map(|data| &data.0));
        let related = related.filter_map(Descriptor::name);
        let sources = self.context_attributes.sources.iter().filter(|source| {
            let id = source.id.as_deref();
            id.is_some_and(|id| id.starts_with(prefix))
        });
        let mut names: Vec<String> = related
            .chain(sources.filter_map(|it| it.label.clone()))
            .collect();
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }

    fn of_indicator(self, kind: Kind) -> Common {
        let attributes = &self.attributes;
        let judgement = Judgement::of(&attributes.gti_assessment, &attributes.last_analysis_stats);
        let value = match kind {
            // The stream gives some URLs as their own ids.
            Kind::Url => attributes
                .url
                .clone()
                .or(self.context_attributes.url.clone())
                .or(self.id.clone().filter(|id| id.contains("://"))),
            Kind::Ip | Kind::Domain | Kind::File => self.id.clone(),
        };
        let title = attributes
            .meaningful_name
            .clone()
            .or(attributes.title.clone());
        let first_seen = attributes.first_submission_date.and_then(epoch);
        let last_seen = attributes.last_submission_date.and_then(epoch);
        let id = self.id.clone();
        let hashes = [&attributes.md5, &attributes.sha1].into_iter().flatten();
        let other_hashes = hashes
            .filter(|hash| Some(*hash) != id.as_ref())
            .cloned()
            .collect();
        Common {
            object_type: Some(kind.name().to_owned()),
            other_hashes,
            value,
            title,
            verdict: judgement.source.map(|_| judgement.verdict.name()),
            severity: judgement.severity.as_deref().map(plain),
            threat_score: judgement.threat_score,
            first_seen,
            last_seen,
            link: id
                .filter(|id| !id.contains("://"))
                .map(|id| gui::indicator(kind, &id)),
            ..self.basis("indicator")
        }
    }

    fn of_alert(self) -> Common {
        let (alert_type, score) = (self.alert_type.clone(), self.indicator_mscore);
        let basis = self.basis("alert");
        Common {
            object_type: alert_type,
            threat_score: score,
            link: basis.id.as_deref().and_then(gui::dtm_alert),
            ..basis
        }
    }

    fn of_issue(self) -> Common {
        const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "none"];
        let severity = self.summary.severity.or(self.details.severity);
        let severity = severity.and_then(|number| usize::try_from(number).ok()?.checked_sub(1));
        let severity = severity.and_then(|index| SEVERITIES.get(index));
        let value = self.entity_name.clone();
        let name = self
            .pretty_name
            .clone()
            .or(self.summary.pretty_name.clone());
        let title = name.or(self.name.clone());
        let status = self.summary.status.clone();
        let category = self.summary.category.clone();
        let seen = self.first_seen.clone();
        let uid = self.uid.clone().or(self.id.clone());
        let basis = self.basis("issue");
        Common {
            link: uid.as_deref().and_then(gui::asm_issue),
            object_type: category,
            value,
            title,
            status,
            severity: severity.map(|name| (*name).to_owned()),
            time: basis.time.clone().or(seen),
            ..basis
        }
    }

    fn of_collection(self) -> Common {
        let attributes = &self.attributes;
        let id = self.id.clone();
        let is_cve = attributes.collection_type.as_deref() == Some("vulnerability")
            || self.kind.as_deref() == Some("vulnerability")
            || id
                .as_deref()
                .is_some_and(|id| id.starts_with("vulnerability--"));
        let name = attributes.name.clone();
        let rating = attributes.risk_rating.as_deref().map(plain);
        let collection_type = attributes.collection_type.clone().or(self.kind.clone());
        let kind = if is_cve {
            "vulnerability"
        } else {
            "collection"
        };
        Common {
            object_type: collection_type,
            value: name.clone().filter(|_| is_cve),
            title: name,
            severity: rating,
            link: id.as_deref().map(gui::collection),
            ..self.basis(kind)
        }
    }
}

/// A severity as the record has it: `SEVERITY_HIGH` is `high`, `UNRATED` `unknown`.
fn plain(severity: &str) -> String {
    let lower = severity.to_lowercase();
    match lower.trim_start_matches("severity_") {
        "unrated" => "unknown".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests;
