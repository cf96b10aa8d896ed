//! The bundle: one document around all objects, each of them once.

use std::collections::HashSet;

use super::build::{objects, preamble};
use super::fact::Fact;
use super::id::Id;
use super::object::Object;

/// A bundle that is written as it grows.
///
/// Its id stands at the end, because it follows from the objects in it: the same
/// facts make the same document, to the byte. An object that comes up again is
/// left out; the first version of it stands.
pub(in crate::output) struct Bundle {
    id: Id,
    written: HashSet<Id>,
}

impl Bundle {
    /// A bundle without objects.
    pub(in crate::output) fn new() -> Self {
        Self {
            id: Id::own("bundle", ""),
            written: HashSet::new(),
        }
    }

    /// Opens the document.
    pub(in crate::output) fn begin(out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"type\":\"bundle\"");
    }

    /// Adds what a fact says.
    pub(in crate::output) fn add(&mut self, fact: &Fact, out: &mut Vec<u8>) {
        if self.written.is_empty() {
            out.extend_from_slice(b",\"objects\":[\n");
            for object in preamble() {
                self.write(object, out);
            }
        }
        for object in objects(fact) {
            self.write(object, out);
        }
    }

    /// Closes the document. A bundle without objects has no list of them, for the
    /// standard knows no empty lists.
    pub(in crate::output) fn end(&self, out: &mut Vec<u8>) {
        if !self.written.is_empty() {
            out.extend_from_slice(b"\n]");
        }
        out.extend_from_slice(format!(",\"id\":\"{}\"}}\n", self.id).as_bytes());
    }

    fn write(&mut self, object: Object, out: &mut Vec<u8>) {
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
}
