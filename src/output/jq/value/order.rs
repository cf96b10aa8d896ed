//! Which value comes before which: null, false, true, numbers, strings, arrays,
//! objects.

use std::cmp::Ordering;
use std::rc::Rc;

use jaq_json::Num;

use super::{Members, Value};
use crate::output::jq::budget::step;

impl Value {
    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(false) => 1,
            Self::Bool(true) => 2,
            Self::Number(_) => 3,
            Self::Text(_) => 4,
            Self::Array(_) => 5,
            Self::Object(_) => 6,
        }
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        step();
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => left.cmp(right),
            (Self::Text(left), Self::Text(right)) => left.as_str().cmp(right.as_str()),
            (Self::Array(left), Self::Array(right)) => left.items().cmp(right.items()),
            (Self::Object(left), Self::Object(right)) => objects(left.members(), right.members()),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

/// Objects are compared by their keys first, then value by value.
fn objects(left: &Members, right: &Members) -> Ordering {
    let sorted = |members: &Members| {
        let mut keys: Vec<Rc<str>> = members.keys().cloned().collect();
        keys.sort();
        keys
    };
    let (keys, others) = (sorted(left), sorted(right));
    keys.cmp(&others).then_with(|| {
        let values = keys.iter().map(|key| left.get(key));
        values.cmp(others.iter().map(|key| right.get(key)))
    })
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        step();
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::Number(Num::Int(left)), Self::Number(Num::Int(right))) => left == right,
            (Self::Number(left), Self::Number(right)) => left == right,
            (Self::Text(left), Self::Text(right)) => left.as_str() == right.as_str(),
            (Self::Array(left), Self::Array(right)) => left.items() == right.items(),
            (Self::Object(left), Self::Object(right)) => left.members() == right.members(),
            _ => false,
        }
    }
}

impl Eq for Value {}
