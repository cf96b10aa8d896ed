//! What an enriched indicator says in STIX.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::enrich::Record;
use crate::enrich::record::Found;
use crate::enrich::relation::Related;
use crate::model::indicator::{Indicator, Kind};
use crate::model::report::{Report, ReportAttributes};
use crate::model::view::{Decoded, decode};
use crate::output::stix::{Entity, EntityKind, Fact, Indicator as Stated, Observable, Reference};

/// How long an indicator is worth looking for: addresses change hands soon,
/// files never become others.
fn lifetime(kind: Kind) -> SignedDuration {
    let days = match kind {
        Kind::Ip => 7,
        Kind::Url => 14,
        Kind::Domain => 30,
        Kind::File => 365,
    };
    SignedDuration::from_hours(days * 24)
}

/// The statements of a record; none for one without a report.
pub(super) fn facts(record: &Record) -> Vec<Fact> {
    let (Some(indicator), Some(found)) = (&record.indicator, record.found()) else {
        return vec![];
    };
    // The look-up has read it already: it is an object.
    let Ok(Decoded { view, .. }) = decode::<Report>(found.report.json()) else {
        return vec![];
    };
    let attributes = view.attributes;
    let Some(observable) = observable(indicator, &attributes) else {
        return vec![];
    };
    let fetched = found.report.fetched_at;
    let time = |seconds: Option<i64>| Timestamp::from_second(seconds.filter(|at| *at > 1)?).ok();
    let modified = time(attributes.last_modification_date)
        .or_else(|| time(attributes.last_analysis_date))
        .unwrap_or(fetched);
    let created = time(attributes.first_submission_date)
        .or_else(|| time(attributes.creation_date))
        .unwrap_or(modified)
        .min(modified);
    vec![Fact::Indicator(Box::new(Stated {
        observable,
        verdict: Some(found.judgement.verdict.name().to_owned()),
        severity: found.judgement.severity.clone(),
        threat_score: found.judgement.threat_score,
        created,
        modified,
        valid_from: modified,
        valid_until: modified.checked_add(lifetime(indicator.kind())).ok(),
        labels: attributes.tags,
        references: vec![Reference {
            source_name: "Google Threat Intelligence".to_owned(),
            url: Some(found.link.clone()),
            external_id: found.id.clone(),
        }],
        related: related(found),
    }))]
}

fn observable(indicator: &Indicator, attributes: &ReportAttributes) -> Option<Observable> {
    let value = indicator.value().to_owned();
    Some(match indicator.kind() {
        Kind::Ip => Observable::Ip(FromStr::from_str(&value).ok()?),
        Kind::Domain => Observable::Domain(value),
        Kind::Url => Observable::Url(value),
        Kind::File => {
            let asked = |length: usize| (value.len() == length).then(|| value.clone());
            Observable::File {
                md5: attributes.md5.clone().or_else(|| asked(32)),
                sha1: attributes.sha1.clone().or_else(|| asked(40)),
                sha256: attributes.sha256.clone().or_else(|| asked(64)),
            }
        }
    })
}

/// Whom and what it points to, where STIX has a word for it.
fn related(found: &Found) -> Vec<Entity> {
    let mut entities = vec![];
    for (name, relation) in found.relationships.iter().flatten() {
        let kind = match name.as_str() {
            "malware_families" => EntityKind::Malware,
            "software_toolkits" => EntityKind::Tool,
            "related_threat_actors" => EntityKind::ThreatActor,
            "campaigns" => EntityKind::Campaign,
            "vulnerabilities" => EntityKind::Vulnerability,
            _ => continue,
        };
        entities.extend(relation.items.iter().filter_map(|item| entity(kind, item)));
    }
    entities
}

pub(in crate::commands) fn entity(kind: EntityKind, item: &Related) -> Option<Entity> {
    let key = item.id.clone()?;
    Some(Entity {
        kind,
        name: item.name.clone().unwrap_or_default(),
        description: None,
        aliases: vec![],
        created: None,
        modified: None,
        references: vec![Reference {
            source_name: "Google Threat Intelligence".to_owned(),
            url: Some(format!("https://www.virustotal.com/gui/collection/{key}")),
            external_id: Some(key.clone()),
        }],
        related: vec![],
        key,
    })
}
