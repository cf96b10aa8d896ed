//! The values that programs work with.
//!
//! They behave as jq's do, numbers excepted, which keep their digits; and each
//! knows how deep it is nested and counts the bytes that it has.

mod arithmetic;
mod library;
mod number;
mod order;
mod path;
mod read;

mod text;

use std::rc::Rc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
pub(super) use jaq_json::Num;

pub(super) use self::number::{float, number};
pub(super) use self::path::described;
pub(super) use self::read::{read, read_all};
pub(super) use self::text::{json, shown};
use super::budget::{Charge, DEEPEST, Spent, spend};

/// A JSON value.
#[derive(Debug, Clone, Default)]
pub(super) enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(Num),
    Text(Text),
    Array(Rc<Array>),
    Object(Rc<Object>),
}

/// The members of an object, in the order in which they came.
pub(super) type Members = IndexMap<Rc<str>, Value, RandomState>;

/// A string. Long ones are counted by themselves, and grow in place; short ones are
/// counted with what holds them.
#[derive(Debug, Clone)]
pub(super) enum Text {
    Short(Rc<str>),
    Long(Rc<Long>),
}

/// From this many bytes on a string is long.
const LONG: usize = 256;

#[derive(Debug)]
pub(super) struct Long {
    text: String,
    charge: Charge,
}

/// A list of values.
#[derive(Debug)]
pub(super) struct Array {
    items: Vec<Value>,
    depth: u32,
    charge: Charge,
}

/// Values by name.
#[derive(Debug)]
pub(super) struct Object {
    members: Members,
    depth: u32,
    charge: Charge,
}

/// What an array and an object take, and a place in each, about.
const ARRAY: usize = size_of::<Array>() + 32;
const OBJECT: usize = size_of::<Object>() + 64;
const ITEM: usize = size_of::<Value>();
const MEMBER: usize = 2 * ITEM + 32;

impl Text {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Short(text) => text,
            Self::Long(long) => &long.text,
        }
    }

    /// The same text with another one behind it.
    pub(super) fn followed_by(mut self, more: &str) -> Self {
        if let Self::Long(long) = &mut self
            && let Some(long) = Rc::get_mut(long)
        {
            let before = long.text.capacity();
            // The old text and the new one are there at the same time.
            let during = Charge::of(before + more.len());
            long.text.push_str(more);
            drop(during);
            long.charge.add(long.text.capacity() - before);
            return self;
        }
        let text = self.as_str();
        let _during = Charge::of(text.len() + more.len());
        [text, more].concat().into()
    }

    /// What it takes besides, in whatever holds it.
    fn size(&self) -> usize {
        match self {
            Self::Short(text) => text.len() + 16,
            Self::Long(_) => 0,
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        if text.len() < LONG {
            return Self::Short(text.into());
        }
        let charge = Charge::of(text.capacity());
        Self::Long(Rc::new(Long { text, charge }))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        if text.len() < LONG {
            return Self::Short(text.into());
        }
        text.to_owned().into()
    }
}

/// The depth of what holds something so deep.
fn around(depth: u32) -> u32 {
    if depth >= DEEPEST {
        spend(Spent::Depth);
    }
    depth + 1
}

impl Array {
    pub(super) fn items(&self) -> &[Value] {
        &self.items
    }

    /// Changes the items; `added` is what was put among them, if anything was.
    fn change<T>(self: &mut Rc<Self>, change: impl FnOnce(&mut Vec<Value>) -> T) -> T {
        let array = Self::own(self);
        let before = array.items.len();
        let done = change(&mut array.items);
        let more = array.items.len().saturating_sub(before);
        array.charge.add(more * ITEM);
        done
    }

    /// Takes note of an item that was put in.
    fn holds(self: &mut Rc<Self>, at: usize) {
        let array = Self::own(self);
        let item = &array.items[at];
        let (size, depth) = (item.size(), around(item.depth()));
        array.charge.add(size);
        array.depth = array.depth.max(depth);
    }

    /// The only one that has it.
    fn own(this: &mut Rc<Self>) -> &mut Self {
        if Rc::get_mut(this).is_none() {
            let copy: Vec<Value> = this.items.clone();
            *this = Rc::new(copy.into_iter().collect());
        }
        Rc::get_mut(this).expect("it has just been made")
    }
}

impl Object {
    pub(super) fn members(&self) -> &Members {
        &self.members
    }

    /// The only one that has it.
    fn own(this: &mut Rc<Self>) -> &mut Self {
        if Rc::get_mut(this).is_none() {
            *this = Rc::new(this.members.clone().into());
        }
        Rc::get_mut(this).expect("it has just been made")
    }

    /// Puts a member in, in the place of one of the same name.
    fn insert(self: &mut Rc<Self>, key: Rc<str>, value: Value) {
        let object = Self::own(self);
        object.depth = object.depth.max(around(value.depth()));
        object.charge.add(MEMBER + key.len() + value.size());
        object.members.insert(key, value);
    }
}

impl FromIterator<Value> for Array {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        let (mut items, mut depth, mut charge) = (Vec::new(), 1, Charge::of(ARRAY));
        for value in values {
            depth = depth.max(around(value.depth()));
            charge.add(ITEM + value.size());
            items.push(value);
        }
        Self {
            items,
            depth,
            charge,
        }
    }
}

impl From<Members> for Object {
    fn from(members: Members) -> Self {
        let (mut depth, mut charge) = (1, Charge::of(OBJECT));
        for (key, value) in &members {
            depth = depth.max(around(value.depth()));
            charge.add(MEMBER + key.len() + value.size());
        }
        Self {
            members,
            depth,
            charge,
        }
    }
}

impl Value {
    /// A string.
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn object(members: Members) -> Self {
        Self::Object(Rc::new(members.into()))
    }

    /// The string, if it is one.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// Whether it holds nothing.
    fn is_empty(&self) -> bool {
        match self {
            Self::Array(array) => array.items.is_empty(),
            Self::Object(object) => object.members.is_empty(),
            _ => false,
        }
    }

    /// The name of its type.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// How many containers stand within each other.
    fn depth(&self) -> u32 {
        match self {
            Self::Array(array) => array.depth,
            Self::Object(object) => object.depth,
            _ => 0,
        }
    }

    /// What it takes besides, in whatever holds it.
    fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.size(),
            _ => 0,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<isize> for Value {
    fn from(value: isize) -> Self {
        Self::Number(Num::Int(value))
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Number(Num::from_integral(value))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(Num::Float(value))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// The bounds of a part, as they stand in a path.
impl From<jaq_core::val::Range<Self>> for Value {
    fn from(range: jaq_core::val::Range<Self>) -> Self {
        let bounds = [("start", range.start), ("end", range.end)];
        let bounds = bounds.map(|(name, bound)| (name.into(), bound.unwrap_or_default()));
        Self::object(bounds.into_iter().collect())
    }
}
