//! The objects that facts become.

use jiff::Timestamp;
use serde::Serialize;

use super::fact::{Entity, EntityKind, Fact, Indicator, Reference};
use super::id::Id;
use super::object::{Object, time};
use super::syntax::is_uri;

/// When the objects that never change were created.
const CONSTANTS_SINCE: &str = "2026-01-01T00:00:00.000Z";

/// Who signs the objects: this program, not the vendor.
fn author() -> Id {
    Id::own("identity", "gti")
}

/// The definition of the properties for which STIX has no place.
fn extension() -> Id {
    Id::own("extension-definition", "assessment")
}

/// What every bundle with an object in it begins with.
pub(super) fn preamble() -> [Object; 2] {
    let constant = |id| {
        Object::new(id)
            .with("created", CONSTANTS_SINCE)
            .with("modified", CONSTANTS_SINCE)
    };
    [
        constant(author())
            .with("name", "gti")
            .with("description", "The command-line client gti; its facts come from Google Threat Intelligence.")
            .with("identity_class", "system"),
        constant(extension())
            .with("created_by_ref", &author())
            .with("name", "Google Threat Intelligence assessment")
            .with(
                "description",
                "What Google Threat Intelligence thinks of an indicator.",
            )
            .with("schema", "Properties of an indicator, each optional: `threat_score`, an integer from 0 to 100; `verdict` and `severity`, strings as Google Threat Intelligence words them.")
            .with("version", "1.0.0")
            .with("extension_types", &["property-extension"]),
    ]
}

/// The objects of a fact, each after those that it refers to.
pub(super) fn objects(fact: &Fact) -> Vec<Object> {
    let mut objects = Vec::new();
    match fact {
        Fact::Indicator(indicator) => add_indicator(indicator, &mut objects),
        Fact::Entity(entity) => {
            add_entity(entity, &mut objects);
        }
    }
    objects
}

fn add_indicator(facts: &Indicator, objects: &mut Vec<Object>) {
    if facts.observable.value().is_empty() {
        // There is nothing to look for.
        return;
    }
    let pattern = facts.observable.pattern();
    let id = Id::own("indicator", &pattern);
    let valid_until = facts
        .valid_until
        .filter(|until| *until > facts.valid_from)
        .map(time);
    let mut indicator = Object::new(id)
        .with("created_by_ref", &author())
        .times(facts.created, facts.modified)
        .with("name", &facts.observable.value())
        .with_some("description", description(facts).as_ref())
        .with("indicator_types", &[kind_of(facts.verdict.as_deref())])
        .with("pattern", &pattern)
        .with("pattern_type", "stix")
        .with("pattern_version", "2.1")
        .with("valid_from", &time(facts.valid_from))
        .with_some("valid_until", valid_until.as_ref())
        .with_list("labels", &present(&facts.labels))
        .with_list("external_references", &references(&facts.references));
    let assessment = Assessment {
        extension_type: "property-extension",
        threat_score: facts.threat_score,
        verdict: facts.verdict.as_deref(),
        severity: facts.severity.as_deref(),
    };
    if !assessment.is_empty() {
        let json = serde_json::to_string(&assessment).expect("plain data is JSON");
        indicator = indicator.with_json("extensions", &format!("{{\"{}\":{json}}}", extension()));
    }
    let times = (facts.created, facts.modified);
    match facts.observable.object() {
        Some(observable) => {
            let based_on = relationship(id, "based-on", observable.id(), times);
            objects.extend([observable, indicator, based_on]);
        }
        None => objects.push(indicator),
    }
    for entity in &facts.related {
        let target = add_entity(entity, objects);
        let verb = match entity.kind {
            EntityKind::Vulnerability => "related-to",
            _ => "indicates",
        };
        objects.push(relationship(id, verb, target, times));
    }
}

/// The assessment in words; nothing where there is none.
fn description(facts: &Indicator) -> Option<String> {
    let score = facts.threat_score.map(|score| score.to_string());
    let words: Vec<_> = [
        ("verdict", facts.verdict.as_deref()),
        ("severity", facts.severity.as_deref()),
        ("threat score", score.as_deref()),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!("{name} {}", value?)))
    .collect();
    (!words.is_empty()).then(|| format!("Google Threat Intelligence: {}.", words.join(", ")))
}

fn add_entity(facts: &Entity, objects: &mut Vec<Object>) -> Id {
    let id = Id::own(type_of(facts.kind), &facts.key);
    let times = (
        facts.created.unwrap_or(Timestamp::UNIX_EPOCH),
        facts
            .modified
            .or(facts.created)
            .unwrap_or(Timestamp::UNIX_EPOCH),
    );
    let name = if facts.name.is_empty() {
        &facts.key
    } else {
        &facts.name
    };
    let mut object = Object::new(id)
        .with("created_by_ref", &author())
        .times(times.0, times.1)
        .with("name", name)
        .with_some("description", facts.description.as_ref());
    if facts.kind == EntityKind::Malware {
        object = object.with("is_family", &true);
    }
    // A vulnerability has no aliases in STIX.
    if facts.kind != EntityKind::Vulnerability {
        object = object.with_list("aliases", &present(&facts.aliases));
    }
    let mut references = references(&facts.references);
    if facts.kind == EntityKind::Vulnerability && name.starts_with("CVE-") {
        references.insert(
            0,
            ExternalReference {
                source_name: "cve",
                url: None,
                external_id: Some(name),
            },
        );
    }
    objects.push(object.with_list("external_references", &references));
    for other in &facts.related {
        let target = add_entity(other, objects);
        let (source, verb, target) = relate((facts.kind, id), (other.kind, target));
        objects.push(relationship(source, verb, target, times));
    }
    id
}

/// The relationship of two entities, in the direction that the standard knows.
fn relate(
    (kind, id): (EntityKind, Id),
    (other_kind, other): (EntityKind, Id),
) -> (Id, &'static str, Id) {
    if let Some(verb) = verb(kind, other_kind) {
        return (id, verb, other);
    }
    match verb(other_kind, kind) {
        Some(verb) => (other, verb, id),
        None => (id, "related-to", other),
    }
}

/// What the first does to the second, if the standard has a word for it.
fn verb(source: EntityKind, target: EntityKind) -> Option<&'static str> {
    use EntityKind::{Campaign, Malware, ThreatActor, Tool, Vulnerability};
    match (source, target) {
        (Malware, Vulnerability) => Some("exploits"),
        (ThreatActor | Campaign, Vulnerability) => Some("targets"),
        (ThreatActor | Campaign, Malware | Tool) | (Malware, Tool) => Some("uses"),
        (Campaign, ThreatActor) => Some("attributed-to"),
        _ => None,
    }
}

fn relationship(source: Id, verb: &str, target: Id, times: (Timestamp, Timestamp)) -> Object {
    Object::new(Id::own(
        "relationship",
        &format!("{source} {verb} {target}"),
    ))
    .with("created_by_ref", &author())
    .times(times.0, times.1)
    .with("relationship_type", verb)
    .with("source_ref", &source)
    .with("target_ref", &target)
}

/// The extension's properties in an indicator.
#[derive(Serialize)]
struct Assessment<'a> {
    extension_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    threat_score: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'a str>,
}

impl Assessment<'_> {
    fn is_empty(&self) -> bool {
        self.threat_score.is_none() && self.verdict.is_none() && self.severity.is_none()
    }
}

/// A reference as STIX writes it.
#[derive(Serialize)]
struct ExternalReference<'a> {
    source_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
}

/// The references that refer to anything.
fn references(references: &[Reference]) -> Vec<ExternalReference<'_>> {
    references
        .iter()
        .map(|reference| ExternalReference {
            source_name: &reference.source_name,
            url: reference.url.as_deref().filter(|url| is_uri(url)),
            external_id: reference.external_id.as_deref(),
        })
        .filter(|reference| !reference.source_name.is_empty())
        .filter(|reference| reference.url.is_some() || reference.external_id.is_some())
        .collect()
}

/// The words that say anything.
fn present(words: &[String]) -> Vec<&str> {
    let words = words.iter().map(|word| word.trim());
    words.filter(|word| !word.is_empty()).collect()
}

/// The verdict in the words of the standard's vocabulary.
fn kind_of(verdict: Option<&str>) -> &'static str {
    match verdict {
        Some("malicious") => "malicious-activity",
        Some("suspicious") => "anomalous-activity",
        Some("benign") => "benign",
        _ => "unknown",
    }
}

fn type_of(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Malware => "malware",
        EntityKind::Tool => "tool",
        EntityKind::ThreatActor => "threat-actor",
        EntityKind::Campaign => "campaign",
        EntityKind::Vulnerability => "vulnerability",
    }
}
