//! The bundle: one document around all objects, each of them once.

use std::collections::{HashMap, HashSet};

use super::fact::{Entity, Fact, Indicator, Related};
use super::id::Id;
use super::join::{Node, Times, join};
use super::object::Object;
use super::preamble::{author, marking_id, preamble};
use super::{Policy, Profile};
use crate::output::export::json::one_line;

/// A bundle that is written as it grows.
///
/// Its id stands at the end, because it follows from the objects in it: the same
/// facts make the same document, to the byte. An object that comes up again is
/// left out; the first version of it stands. Reports and groupings come last,
/// when all that they hold is known.
pub(in crate::output) struct Bundle {
    policy: Policy,
    id: Id,
    /// How many objects are in the batch that is being written.
    batched: usize,
    written: HashSet<Id>,
    containers: Vec<Container>,
    container_at: HashMap<Id, usize>,
}

/// A report or grouping, and what it holds.
struct Container {
    object: Object,
    held: Vec<Id>,
}

impl Bundle {
    /// A bundle without objects.
    pub(in crate::output) fn new(policy: Policy) -> Self {
        Self {
            policy,
            id: Id::own("bundle", ""),
            batched: 0,
            written: HashSet::new(),
            containers: Vec::new(),
            container_at: HashMap::new(),
        }
    }

    /// Opens the document.
    pub(in crate::output) fn begin(&self, out: &mut Vec<u8>) {
        if !self.is_batched() {
            out.extend_from_slice(b"{\"type\":\"bundle\"");
        }
    }

    /// Whether the objects are the bodies of requests, a line each.
    fn is_batched(&self) -> bool {
        self.policy.profile == Profile::Sentinel
    }

    /// Adds what a fact says.
    pub(in crate::output) fn add(&mut self, fact: &Fact, out: &mut Vec<u8>) {
        self.put(fact, out);
    }

    /// Closes the document. A bundle without objects has no list of them, for the
    /// standard knows no empty lists.
    pub(in crate::output) fn end(&mut self, out: &mut Vec<u8>) {
        for Container { object, mut held } in std::mem::take(&mut self.containers) {
            // A container of which nothing is known but itself must hold something.
            if held.is_empty() {
                held.push(author());
            }
            self.write(object.with("object_refs", &held), out);
        }
        if self.is_batched() {
            self.end_batch(out);
            return;
        }
        if !self.written.is_empty() {
            out.extend_from_slice(b"\n]");
        }
        out.extend_from_slice(format!(",\"id\":\"{}\"}}\n", self.id).as_bytes());
    }

    /// Writes a fact and what it is related to; gives what it has become.
    fn put(&mut self, fact: &Fact, out: &mut Vec<u8>) -> Node {
        match fact {
            Fact::Indicator(indicator) => self.put_indicator(indicator, out),
            Fact::Entity(entity) => self.put_entity(entity, out),
            Fact::Software(software) => {
                let object = software.object();
                let id = object.id();
                self.write(object, out);
                Node::Software(id)
            }
        }
    }

    fn put_indicator(&mut self, indicator: &Indicator, out: &mut Vec<u8>) -> Node {
        let (objects, seen) = indicator.objects(&self.policy);
        for object in objects {
            self.write(object, out);
        }
        let node = Node::Observed(seen);
        self.put_related(node, &indicator.related, indicator.times(), out);
        node
    }

    fn put_entity(&mut self, entity: &Entity, out: &mut Vec<u8>) -> Node {
        let node = match entity.object(self.policy.profile) {
            None => Node::Nothing,
            Some(object) if entity.kind.is_container() => {
                let id = object.id();
                self.container_at.entry(id).or_insert_with(|| {
                    let held = Vec::new();
                    self.containers.push(Container { object, held });
                    self.containers.len() - 1
                });
                Node::Container(id)
            }
            Some(object) => {
                let id = object.id();
                self.write(object, out);
                Node::Entity(entity.kind, id)
            }
        };
        self.put_related(node, &entity.related, entity.times(), out);
        node
    }

    fn put_related(&mut self, node: Node, related: &[Related], times: Times, out: &mut Vec<u8>) {
        for Related { relationship, fact } in related {
            let other = self.put(fact, out);
            match (node, other) {
                (Node::Container(id), held) | (held, Node::Container(id)) => self.hold(id, held),
                _ => {
                    if let Some(object) = join(node, other, relationship, times) {
                        self.write(object, out);
                    }
                }
            }
        }
    }

    fn hold(&mut self, container: Id, node: Node) {
        let Some(at) = self.container_at.get(&container) else {
            return;
        };
        let held = &mut self.containers[*at].held;
        for id in node.held() {
            if id != container && !held.contains(&id) {
                held.push(id);
            }
        }
    }

    fn write(&mut self, object: Object, out: &mut Vec<u8>) {
        if self.written.is_empty() {
            if !self.is_batched() {
                out.extend_from_slice(b",\"objects\":[\n");
            }
            for constant in preamble(&self.policy) {
                self.append(constant, out);
            }
        }
        let marking = self
            .policy
            .tlp
            .map(|tlp| marking_id(tlp, self.policy.profile));
        self.append(
            object.with_list("object_marking_refs", &Vec::from_iter(marking)),
            out,
        );
    }

    fn append(&mut self, object: Object, out: &mut Vec<u8>) {
        if self.is_batched() {
            self.append_to_batch(object, out);
            return;
        }
        let first = self.written.is_empty();
        if !self.written.insert(object.id()) {
            return;
        }
        if !first {
            out.extend_from_slice(b",\n");
        }
        self.id = object.id().added_to(self.id);
        out.extend_from_slice(object.json().as_bytes());
    }

    /// Adds an object to the batch, if the upload API takes it and what it refers to.
    fn append_to_batch(&mut self, object: Object, out: &mut Vec<u8>) {
        let is_taken = object.ids().all(|id| TAKEN.contains(&id.kind()));
        if !is_taken || !self.written.insert(object.id()) {
            return;
        }
        if self.batched == MOST_A_REQUEST {
            self.end_batch(out);
        }
        out.extend_from_slice(if self.batched == 0 {
            br#"{"sourcesystem":"gti","stixobjects":["#
        } else {
            b","
        });
        self.batched += 1;
        // A body is a line, whatever a reader takes for the end of one.
        one_line(object.json(), out);
    }

    fn end_batch(&mut self, out: &mut Vec<u8>) {
        if self.batched > 0 {
            out.extend_from_slice(b"]}\n");
            self.batched = 0;
        }
    }
}

/// What Sentinel's upload API takes.
const TAKEN: [&str; 5] = [
    "indicator",
    "attack-pattern",
    "threat-actor",
    "identity",
    "relationship",
];

/// How many objects it takes in a request.
const MOST_A_REQUEST: usize = 100;
