//! What was sent and cannot be read.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::model::error::{Error, ErrorKind};
use crate::model::json::Scan;

/// The members of an object that were sent and cannot be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unread(Vec<UnreadMember>);

/// A member that was sent and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadMember {
    /// Its path within the object: `attributes.tags.0`.
    pub path: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// What is wrong with a member that comes twice.
pub(super) const REPEAT: &str = "comes twice";

impl UnreadMember {
    /// Whether it was read, and more than once.
    pub fn is_repeat(&self) -> bool {
        self.reason == REPEAT
    }
}

impl fmt::Display for UnreadMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read `{}`: {}", self.path, self.reason)
    }
}

/// As a record's `errors`.
impl Serialize for Unread {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Part(String, Error);

        impl Serialize for Part {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.1.serialize_within(serializer, Some(&self.0))
            }
        }

        serializer.collect_seq(self.problems().map(|(part, problem)| Part(part, problem)))
    }
}

impl Unread {
    /// Whether all that a view names could be read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members, in the order in which they stand.
    pub fn iter(&self) -> impl Iterator<Item = &UnreadMember> {
        self.0.iter()
    }

    /// The first that is this member, lies within it, or has it within.
    pub fn of(&self, member: &str) -> Option<&UnreadMember> {
        let within = |inner: &str, outer: &str| {
            let rest = inner.strip_prefix(outer);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let mut all = self.0.iter();
        all.find(|unread| within(&unread.path, member) || within(member, &unread.path))
    }

    /// The members as the parts of a record's `errors`.
    pub fn problems(&self) -> impl Iterator<Item = (String, Error)> {
        self.problems_of("report")
    }

    /// The same for another part of the record.
    pub fn problems_of(&self, part: &str) -> impl Iterator<Item = (String, Error)> {
        self.0.iter().map(move |member| {
            let problem = Error::new(ErrorKind::Decode, member.to_string());
            (part.to_owned(), problem)
        })
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Notes that the value in hand cannot be read.
    pub fn note(&mut self, reason: &'static str) {
        self.0.push(UnreadMember {
            path: String::new(),
            reason,
        });
    }

    /// Reads over a value, and notes it unless it is null.
    ///
    /// # Errors
    /// A reason, when the text is no JSON.
    pub fn pass_over<T>(
        &mut self,
        value: &mut Scan<'_>,
        reason: &'static str,
    ) -> Result<Option<T>, String> {
        if value.raw()? != "null" {
            self.note(reason);
        }
        Ok(None)
    }

    /// Says in which member of the object around it lies what was noted since.
    pub(super) fn within(&mut self, before: usize, key: &str) {
        for unread in &mut self.0[before..] {
            let inner = std::mem::take(&mut unread.path);
            unread.path.push_str(key);
            if !inner.is_empty() {
                unread.path.push('.');
                unread.path.push_str(&inner);
            }
        }
    }
}
