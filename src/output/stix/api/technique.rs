//! Techniques of ATT&CK: objects of their own, and what sandboxes saw.

use crate::model::collection::Collection;
use crate::model::mitre::SandboxTactics;
use crate::model::view::decode;
use crate::output::stix::fact::{Entity, EntityKind, Fact, Related};

/// What a technique's object says.
pub(super) fn read(json: &str) -> Option<Fact> {
    // It has the members of a collection that matter here.
    let technique: Collection = decode(json).ok()?.view;
    let said = technique.attributes;
    Some(Fact::Entity(Box::new(Entity {
        name: said.name.unwrap_or_default(),
        description: said.description,
        ..Entity::new(EntityKind::AttackPattern, technique.id?)
    })))
}

/// The techniques that sandboxes saw a file use, each once, with the tactics that
/// it served.
pub(crate) fn techniques(seen: &[SandboxTactics]) -> Vec<Related> {
    let mut found: Vec<Entity> = vec![];
    for tactic in seen.iter().flat_map(|sandbox| &sandbox.tactics) {
        for technique in &tactic.techniques {
            let Some(id) = &technique.id else { continue };
            let known = found.iter().position(|entity| entity.key == *id);
            let at = if let Some(at) = known {
                at
            } else {
                found.push(Entity {
                    name: technique.name.clone().unwrap_or_default(),
                    ..Entity::new(EntityKind::AttackPattern, id.clone())
                });
                found.len() - 1
            };
            let tactics = &mut found[at].tactics;
            if let Some(name) = &tactic.name
                && !tactics.contains(name)
            {
                tactics.push(name.clone());
            }
        }
    }
    let related = found.into_iter().map(|entity| Related {
        relationship: "attack_techniques".to_owned(),
        fact: Fact::Entity(Box::new(entity)),
    });
    related.collect()
}
