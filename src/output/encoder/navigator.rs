//! Layers for the ATT&CK Navigator.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Encoder, Item};
use crate::model::mitre::SandboxTactics;
use crate::output::export::Choice;
use crate::output::export::Export;
use crate::output::export::json::line;
use crate::output::stix::Fact;
use crate::output::stix::fact::EntityKind;

/// The version of layers, and the oldest Navigator that reads it.
const LAYER: &str = "4.5";
const NAVIGATOR: &str = "4.9.0";

/// A layer an object; of several, one with all of them before.
pub(in crate::output) struct Navigator {
    now: fn() -> jiff::Timestamp,
    layers: Vec<(String, Techniques)>,
}

/// What is known of each technique, under each tactic.
type Techniques = BTreeMap<(String, Option<String>), Seen>;

/// How severe a technique was, and where it was seen.
#[derive(Clone, Default)]
struct Seen {
    score: u8,
    name: Option<String>,
    places: Vec<String>,
}

impl Navigator {
    pub(in crate::output) fn new(choice: &Choice) -> Self {
        Self {
            now: choice.clock,
            layers: Vec::new(),
        }
    }
}

impl Encoder for Navigator {
    fn item(&mut self, item: Item<'_>, _: &mut Vec<u8>) {
        let Item::Record(record) = item else {
            return;
        };
        let Some(export) = record
            .exported()
            .and_then(|exported| Export::read(exported, self.now))
        else {
            return;
        };
        let mut techniques = by_sandbox(record.tactics());
        if techniques.is_empty() {
            techniques = by_fact(&record.stix());
        }
        let common = &export.common;
        let names = [
            export.matter.value(),
            common.title.clone(),
            common.id.clone(),
        ];
        let name = names
            .into_iter()
            .flatten()
            .find(|name| !name.trim().is_empty());
        self.layers
            .push((name.unwrap_or_else(|| "gti".to_owned()), techniques));
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        let layers = std::mem::take(&mut self.layers);
        let document = match layers.as_slice() {
            [] => layer("gti", &Techniques::new()),
            [(name, techniques)] => layer(name, techniques),
            several => {
                let all = layer(&format!("{} objects", several.len()), &merged(several));
                let each = several
                    .iter()
                    .map(|(name, techniques)| layer(name, techniques));
                Value::Array(std::iter::once(all).chain(each).collect())
            }
        };
        line(&document, out);
        out.push(b'\n');
    }
}

fn by_sandbox(seen: &[SandboxTactics]) -> Techniques {
    let mut found = Techniques::new();
    for sandbox in seen {
        for tactic in &sandbox.tactics {
            let phase = tactic.name.as_deref().and_then(phase);
            for technique in &tactic.techniques {
                let id = technique.id.as_deref().filter(|id| is_technique(id));
                let Some(id) = id else { continue };
                let seen = found.entry((id.to_owned(), phase.clone())).or_default();
                seen.score = seen.score.max(score(technique.severity.as_deref()));
                seen.name = seen.name.take().or_else(|| technique.name.clone());
                if !sandbox.sandbox.is_empty() && !seen.places.contains(&sandbox.sandbox) {
                    seen.places.push(sandbox.sandbox.clone());
                }
            }
        }
    }
    found
}

/// Techniques that an object is related to; nobody has said how severe they are.
fn by_fact(facts: &[Fact]) -> Techniques {
    let mut found = Techniques::new();
    let mut add = |fact: &Fact| {
        if let Fact::Entity(entity) = fact
            && entity.kind == EntityKind::AttackPattern
            && is_technique(&entity.key)
        {
            let seen = found.entry((entity.key.clone(), None)).or_default();
            seen.score = score(None);
            seen.name = Some(entity.name.clone());
        }
    };
    for fact in facts {
        add(fact);
        let related = match fact {
            Fact::Indicator(indicator) => &indicator.related,
            Fact::Entity(entity) => &entity.related,
            Fact::Software(_) => continue,
        };
        for related in related {
            add(&related.fact);
        }
    }
    found
}

/// Everything, each technique as severe as it ever was; the comment says how many
/// objects have it.
fn merged(layers: &[(String, Techniques)]) -> Techniques {
    let mut all = Techniques::new();
    for (name, techniques) in layers {
        for (key, seen) in techniques {
            let known = all.entry(key.clone()).or_default();
            known.score = known.score.max(seen.score);
            known.name = known.name.take().or_else(|| seen.name.clone());
            known.places.push(name.clone());
        }
    }
    all
}

fn layer(name: &str, techniques: &Techniques) -> Value {
    let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
    let entries = techniques.iter().map(|((id, tactic), seen)| {
        let places = seen.places.iter().take(20);
        let metadata = places.map(|place| json!({"name": "seen in", "value": place}));
        let mut entry = json!({
            "techniqueID": id,
            "score": seen.score,
            "comment": seen.name.clone().unwrap_or_default(),
            "enabled": true,
            "metadata": metadata.collect::<Vec<_>>(),
            "showSubtechniques": id.contains('.') || has_sub(techniques, id),
        });
        if let Some(tactic) = tactic {
            entry["tactic"] = tactic.clone().into();
        }
        entry
    });
    json!({
        "name": name,
        "domain": "enterprise-attack",
        "versions": {"navigator": NAVIGATOR, "layer": LAYER},
        "description": "Techniques that Google Threat Intelligence knows of it. Scores: 100 high, 75 medium, 50 low, 25 informational or unknown.",
        "sorting": 3,
        "techniques": entries.collect::<Vec<_>>(),
        "gradient": {"colors": ["#fff7b3", "#ff6666"], "minValue": 0, "maxValue": 100},
        "legendItems": [],
    })
}

fn has_sub(techniques: &Techniques, id: &str) -> bool {
    let prefix = format!("{id}.");
    techniques
        .keys()
        .any(|(other, _)| other.starts_with(&prefix))
}

fn score(severity: Option<&str>) -> u8 {
    match severity.map(str::to_ascii_uppercase).as_deref() {
        Some("HIGH" | "CRITICAL") => 100,
        Some("MEDIUM") => 75,
        Some("LOW") => 50,
        _ => 25,
    }
}

/// The short name of a tactic of the enterprise matrix, if it is one.
fn phase(name: &str) -> Option<String> {
    const KNOWN: [&str; 14] = [
        "reconnaissance",
        "resource-development",
        "initial-access",
        "execution",
        "persistence",
        "privilege-escalation",
        "defense-evasion",
        "credential-access",
        "discovery",
        "lateral-movement",
        "collection",
        "command-and-control",
        "exfiltration",
        "impact",
    ];
    let short = name.to_ascii_lowercase().replace(' ', "-");
    KNOWN.contains(&short.as_str()).then_some(short)
}

/// Whether the text is the id of a technique: `T1059`, `T1059.001`.
fn is_technique(id: &str) -> bool {
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let Some(rest) = id.strip_prefix('T') else {
        return false;
    };
    match rest.split_once('.') {
        None => digits(rest, 4),
        Some((technique, sub)) => digits(technique, 4) && digits(sub, 3),
    }
}
