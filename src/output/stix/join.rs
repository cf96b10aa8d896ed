//! How two things in a bundle are related, in the words of the standard.

use jiff::Timestamp;

use super::fact::EntityKind;
use super::id::Id;
use super::indicator::Observed;
use super::object::Object;
use super::preamble::author;

/// When something was first known, and when what is known last changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) created: Timestamp,
    pub(super) modified: Timestamp,
}

/// What a fact has become in the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    /// An observable, an indicator, both, or neither.
    Observed(Observed),
    /// Somebody or something with a name.
    Entity(EntityKind, Id),
    /// A product.
    Software(Id),
    /// A report or grouping, which holds what it is related to.
    Container(Id),
    /// Nothing: it could not be said.
    Nothing,
}

impl Node {
    /// The objects that a container holds of it.
    pub(super) fn held(self) -> Vec<Id> {
        match self {
            Self::Observed(seen) => seen.observable.into_iter().chain(seen.indicator).collect(),
            Self::Entity(_, id) | Self::Software(id) | Self::Container(id) => vec![id],
            Self::Nothing => vec![],
        }
    }
}

/// The relationship of two things, neither of which holds the other; `None` where
/// there is nothing to relate.
pub(super) fn join(source: Node, target: Node, name: &str, times: Times) -> Option<Object> {
    match (source, target) {
        (Node::Entity(kind, id), Node::Entity(other_kind, other)) => {
            let (source, verb, target) = relate((kind, id), (other_kind, other));
            Some(relationship(source, verb, target, times))
        }
        (Node::Observed(seen), Node::Entity(kind, id))
        | (Node::Entity(kind, id), Node::Observed(seen)) => match seen {
            Observed {
                indicator: Some(indicator),
                ..
            } => {
                let verb = match kind {
                    EntityKind::Vulnerability => "related-to",
                    _ => "indicates",
                };
                Some(relationship(indicator, verb, id, times))
            }
            Observed {
                observable: Some(observable),
                ..
            } => Some(relationship(observable, "related-to", id, times)),
            _ => None,
        },
        (Node::Observed(source), Node::Observed(target)) => {
            let source = source.observable.or(source.indicator)?;
            let target = target.observable.or(target.indicator)?;
            observed(source, target, name, times)
        }
        (source, target) => {
            let (source, target) = (*source.held().first()?, *target.held().first()?);
            Some(relationship(source, "related-to", target, times))
        }
    }
}

/// What the first does to the second, if the standard has a word for it.
fn verb(source: EntityKind, target: EntityKind) -> Option<&'static str> {
    use EntityKind::{AttackPattern, Campaign, Malware, ThreatActor, Tool, Vulnerability};
    match (source, target) {
        (Malware, Vulnerability) => Some("exploits"),
        (ThreatActor | Campaign | AttackPattern | Tool, Vulnerability) => Some("targets"),
        (ThreatActor | Campaign, Malware | Tool | AttackPattern)
        | (Malware, Tool | AttackPattern) => Some("uses"),
        (Campaign, ThreatActor) => Some("attributed-to"),
        _ => None,
    }
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

/// The relationship of two observables. The standard has a word for the addresses
/// of a domain and for no other; the API's word stands in the description.
fn observed(source: Id, target: Id, name: &str, times: Times) -> Option<Object> {
    if source == target {
        return None;
    }
    let is_address = |id: Id| matches!(id.kind(), "ipv4-addr" | "ipv6-addr");
    if name == "resolutions" {
        match (source.kind(), target.kind()) {
            ("domain-name", _) if is_address(target) => {
                return Some(relationship(source, "resolves-to", target, times));
            }
            (_, "domain-name") if is_address(source) => {
                return Some(relationship(target, "resolves-to", source, times));
            }
            _ => {}
        }
    }
    let id = Id::own(
        "relationship",
        &format!("{source} related-to {target} {name}"),
    );
    let related = related(id, source, "related-to", target, times);
    Some(related.with("description", name))
}

/// A relationship; its id says all of it.
pub(super) fn relationship(source: Id, verb: &str, target: Id, times: Times) -> Object {
    let id = Id::own("relationship", &format!("{source} {verb} {target}"));
    related(id, source, verb, target, times)
}

fn related(id: Id, source: Id, verb: &str, target: Id, times: Times) -> Object {
    Object::new(id)
        .with("created_by_ref", &author())
        .times(times.created, times.modified)
        .with("relationship_type", verb)
        .joining(source, target)
}
