//! A line as the figures see it: the common record, whatever command has printed it.

use crate::model::common::Common;
use crate::model::descriptor::{Descriptor, Embedding};
use crate::model::json::member;
use crate::model::view::{Map, decode, view};

view! {
    // What commands print around an object, or in its place.
    struct Printed {
        kind: Option<String>,
        object_type as "type": Option<String>,
        id: Option<String>,
        ioc: Option<String>,
        value: Option<String>,
        title: Option<String>,
        status: Option<String>,
        verdict: Option<String>,
        severity: Option<String>,
        threat_score: Option<i64>,
        time: Option<String>,
        first_seen: Option<String>,
        sources: Vec<Source>,
        actors: Vec<String>,
        malware: Vec<String>,
        mitre: Vec<Seen>,
        relationships: Map<Shown>,
    }

    struct Source {
        kind as "type": Option<String>,
        id: Option<String>,
        name: Option<String>,
    }

    struct Shown {
        items: Vec<Item>,
    }

    struct Item {
        name: Option<String>,
    }

    struct Seen {
        tactics: Vec<Tactic>,
    }

    struct Tactic {
        techniques: Vec<Technique>,
    }

    struct Technique {
        id: Option<String>,
        name: Option<String>,
    }

    // What only the figures ask of an object.
    struct Object {
        attributes: Attributes,
    }

    struct Attributes {
        country: Option<String>,
        classification as "popular_threat_classification": Classification,
    }

    struct Classification {
        suggested_threat_label: Option<String>,
    }
}

/// The kinds of the common record.
const KINDS: [&str; 6] = [
    "indicator",
    "alert",
    "issue",
    "vulnerability",
    "collection",
    "finding",
];

const VERDICTS: [&str; 5] = ["malicious", "suspicious", "undetected", "benign", "unknown"];

/// A line.
pub(super) struct Line {
    pub(super) common: Common,
    pub(super) label: Option<String>,
    pub(super) country: Option<String>,
    pub(super) campaigns: Vec<String>,
    pub(super) techniques: Vec<String>,
}

impl Line {
    /// Reads a line; `None` for what is no object.
    pub(super) fn read(text: &str) -> Option<Self> {
        let printed: Printed = decode(text).ok()?.view;
        let report = member(text, "report").filter(|report| report.starts_with('{'));
        let object = report.unwrap_or(text);
        let told: Object = decode(object).ok()?.view;
        // Its input says what a look-up is of which `--fields` has left a part. One that
        // found nothing is about no indicator that anybody knows.
        let is_found = printed
            .status
            .as_deref()
            .is_none_or(|status| status == "ok");
        let kind = match &printed.ioc {
            Some(_) if is_found => Some("indicator"),
            Some(_) => None,
            None => printed.kind.as_deref(),
        };
        let kind = KINDS.iter().find(|known| Some(**known) == kind);
        let is_printed = kind.is_some() || report.is_some();
        let mut common = match (kind, report) {
            (Some(_), None) => Common::default(),
            _ => Common::read(object).ok()?,
        };
        let embedded = decode::<Embedding>(object).map(|read| read.view);
        let embedded = embedded
            .map(|read| read.relationships.0)
            .unwrap_or_default();
        let embedded = embedded.iter().filter(|(name, _)| name == "campaigns");
        let embedded = embedded.flat_map(|(_, one)| one.data.iter().flat_map(|data| &data.0));
        let mut campaigns: Vec<String> = embedded.filter_map(Descriptor::name).collect();
        let techniques = printed.mitre.iter().flat_map(|seen| &seen.tactics);
        let techniques = techniques.flat_map(|tactic| &tactic.techniques);
        let mut techniques: Vec<String> = techniques
            .map(|one| {
                let parts = [one.id.as_deref(), one.name.as_deref()];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
            })
            .filter(|name| !name.is_empty())
            .collect();
        techniques.sort();
        techniques.dedup();
        for (name, shown) in &printed.relationships.0 {
            let names = shown.items.iter().filter_map(|item| item.name.clone());
            match name.as_str() {
                "campaigns" => campaigns.extend(names),
                "threat_actors" | "related_threat_actors" => common.actors.extend(names),
                "malware_families" => common.malware.extend(names),
                _ => {}
            }
        }
        if is_printed {
            overlay(&mut common, printed, kind.copied());
        }
        for names in [&mut common.actors, &mut common.malware, &mut campaigns] {
            let mut seen = std::collections::HashSet::new();
            names.retain(|name| seen.insert(name.clone()));
        }
        Some(Self {
            common,
            label: told.attributes.classification.suggested_threat_label,
            country: told.attributes.country,
            campaigns,
            techniques,
        })
    }
}

/// Puts what a command has printed over what its object says.
fn overlay(common: &mut Common, printed: Printed, kind: Option<&'static str>) {
    fn over<T>(place: &mut Option<T>, printed: Option<T>) {
        if printed.is_some() {
            *place = printed;
        }
    }
    let verdict = VERDICTS
        .iter()
        .find(|known| Some(**known) == printed.verdict.as_deref());
    over(&mut common.verdict, verdict.copied());
    over(&mut common.severity, printed.severity);
    over(&mut common.threat_score, printed.threat_score);
    over(&mut common.value, printed.value.or(printed.ioc));
    over(&mut common.time, printed.time);
    over(&mut common.first_seen, printed.first_seen);
    let Some(kind) = kind else { return };
    common.kind = kind;
    over(&mut common.object_type, printed.object_type);
    over(&mut common.id, printed.id);
    over(&mut common.title, printed.title);
    over(&mut common.status, printed.status);
    common.actors.extend(printed.actors);
    common.malware.extend(printed.malware);
    if common.sources.is_empty() {
        let sources = printed.sources.into_iter();
        common.sources = sources
            .map(|source| crate::model::common::CommonSource {
                source_type: source.kind,
                id: source.id,
                name: source.name,
            })
            .collect();
    }
}
