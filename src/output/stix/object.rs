//! STIX objects as JSON text.

use std::fmt::Write;

use jiff::Timestamp;
use serde::Serialize;

use super::id::Id;

/// One object of a bundle. Empty lists and absent values are left out, as the
/// standard demands.
#[derive(Debug)]
pub(super) struct Object {
    id: Id,
    /// What a relationship joins.
    ends: Option<(Id, Id)>,
    json: String,
}

impl Object {
    /// An object with nothing but its type and id.
    pub(super) fn new(id: Id) -> Self {
        let json = format!(
            "{{\"type\":\"{}\",\"spec_version\":\"2.1\",\"id\":\"{id}\"",
            id.kind()
        );
        Self {
            id,
            ends: None,
            json,
        }
    }

    pub(super) fn id(&self) -> Id {
        self.id
    }

    /// The same object, which joins two others.
    pub(super) fn joining(self, source: Id, target: Id) -> Self {
        Self {
            ends: Some((source, target)),
            ..self
        }
        .with("source_ref", &source)
        .with("target_ref", &target)
    }

    /// Its id, and those of what it joins.
    pub(super) fn ids(&self) -> impl Iterator<Item = Id> {
        let ends = self
            .ends
            .into_iter()
            .flat_map(|(source, target)| [source, target]);
        std::iter::once(self.id).chain(ends)
    }

    /// Adds when it was created and last modified, never the latter before the
    /// former.
    pub(super) fn times(self, created: Timestamp, modified: Timestamp) -> Self {
        self.with("created", &time(created))
            .with("modified", &time(modified.max(created)))
    }

    /// Adds a property.
    pub(super) fn with<T: Serialize + ?Sized>(self, name: &str, value: &T) -> Self {
        let json = serde_json::to_string(value).expect("plain data is JSON");
        self.with_json(name, &json)
    }

    /// Adds a property that is JSON already.
    pub(super) fn with_json(mut self, name: &str, json: &str) -> Self {
        let _ = write!(self.json, ",\"{name}\":{json}");
        self
    }

    /// Adds a property that may be absent.
    pub(super) fn with_some<T: Serialize>(self, name: &str, value: Option<&T>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a list that may be empty.
    pub(super) fn with_list<T: Serialize>(self, name: &str, values: &[T]) -> Self {
        if values.is_empty() {
            return self;
        }
        self.with(name, values)
    }

    /// The object as JSON.
    pub(super) fn json(mut self) -> String {
        self.json.push('}');
        self.json
    }
}

/// The words that say anything, each once.
pub(super) fn present(words: &[String]) -> Vec<&str> {
    let mut found: Vec<&str> = vec![];
    for word in words.iter().map(|word| word.trim()) {
        if !word.is_empty() && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string is JSON")
}

/// A time to the millisecond, which is what the standard demands.
pub(super) fn time(time: Timestamp) -> String {
    format!("{time:.3}")
}
