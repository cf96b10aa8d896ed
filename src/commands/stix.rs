//! What records say in STIX, beyond the object in them.

use jiff::Timestamp;

use crate::object::relation::Relations;
use crate::output::stix::Fact;
use crate::output::stix::api::Item;

/// A fact with what it is related to.
pub(super) fn with_relations(fact: Fact, relations: Option<&Relations>, seen: Timestamp) -> Fact {
    let mut related = vec![];
    for (name, relation) in relations.into_iter().flatten() {
        related.extend(relation.items.iter().filter_map(|item| {
            let item = Item {
                kind: item.kind.as_deref(),
                id: item.id.as_deref(),
                name: item.name.as_deref(),
                object: item.object.as_ref().map(|object| object.get()),
            };
            fact.related(name, item, seen)
        }));
    }
    fact.with_related(related)
}
