//! What a path leads to, and what is changed there: as in jq, `null` holds nothing
//! and becomes whatever is put into it.

use std::rc::Rc;

use jaq_core::box_iter::{BoxIter, box_once};
use jaq_core::path::Opt;
use jaq_core::val::Range;
use jaq_core::{Exn, ValR, ValX};
use jaq_json::Num;

use super::number::{float, number};
use super::{Array, Charge, ITEM, Members, Object, Text, Value};
use crate::output::jq::budget::{Spent, spend, step};

type Error = jaq_core::Error<Value>;

/// An array is not filled up with nulls beyond this: jq refuses the same.
const LAST_PLACE: usize = 536_870_911;

impl jaq_core::ValT for Value {
    fn from_num(text: &str) -> ValR<Self> {
        let fail = || Error::str(format_args!("{text} is not a number"));
        number(text).map(Self::Number).ok_or_else(fail)
    }

    fn from_map<I: IntoIterator<Item = (Self, Self)>>(members: I) -> ValR<Self> {
        let mut found = Members::default();
        for (key, value) in members {
            found.insert(name(&key)?, value);
        }
        Ok(Self::object(found))
    }

    fn key_values(self) -> BoxIter<'static, ValR<(Self, Self), Self>> {
        match self {
            Self::Array(array) => Box::new((0..array.items().len()).map(move |at| {
                step();
                Ok((Self::from(at), array.items()[at].clone()))
            })),
            Self::Object(object) => Box::new((0..object.members().len()).filter_map(move |at| {
                step();
                let (key, value) = object.members().get_index(at)?;
                Some(Ok((Self::text(key), value.clone())))
            })),
            other => box_once(Err(iterating(&other))),
        }
    }

    fn values(self) -> Box<dyn Iterator<Item = ValR<Self>>> {
        match self {
            Self::Array(array) => Box::new((0..array.items().len()).map(move |at| {
                step();
                Ok(array.items()[at].clone())
            })),
            Self::Object(object) => Box::new((0..object.members().len()).filter_map(move |at| {
                step();
                let (_, value) = object.members().get_index(at)?;
                Some(Ok(value.clone()))
            })),
            other => box_once(Err(iterating(&other))),
        }
    }

    fn index(self, index: &Self) -> ValR<Self> {
        step();
        match (&self, index) {
            (Self::Object(object), Self::Text(key)) => Ok(object
                .members()
                .get(key.as_str())
                .cloned()
                .unwrap_or_default()),
            (Self::Array(array), Self::Number(at)) => {
                let at = place(at, array.items().len());
                let item = at.and_then(|at| array.items().get(at));
                Ok(item.cloned().unwrap_or_default())
            }
            (Self::Array(array), Self::Array(wanted)) => Ok(places(array.items(), wanted.items())),
            (Self::Null, Self::Text(_) | Self::Number(_) | Self::Array(_)) => Ok(Self::Null),
            (Self::Null | Self::Text(_) | Self::Array(_), Self::Object(bounds)) => {
                let bound = |name| bounds.members().get(name);
                self.range(bound("start")..bound("end"))
            }
            _ => Err(Error::index(self, index.clone())),
        }
    }

    fn range(self, range: Range<&Self>) -> ValR<Self> {
        step();
        match self {
            Self::Null => Ok(Self::Null),
            Self::Array(array) => {
                let (from, to) = bounds(range, array.items().len())?;
                Ok(array.items()[from..to].iter().cloned().collect())
            }
            Self::Text(text) => {
                let text = text.as_str();
                let (from, to) = bounds(range, text.chars().count())?;
                let at = |place: usize| {
                    text.char_indices()
                        .nth(place)
                        .map_or(text.len(), |(at, _)| at)
                };
                Ok(Self::text(&text[at(from)..at(to)]))
            }
            other => Err(Error::str(format_args!(
                "cannot take a part of {}",
                described(&other)
            ))),
        }
    }

    fn map_values<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        match self {
            Self::Array(array) => array.items().iter().cloned().flat_map(f).collect(),
            Self::Object(object) => {
                let mut members = Members::default();
                for (key, value) in object.members() {
                    if let Some(value) = f(value.clone()).next().transpose()? {
                        members.insert(Rc::clone(key), value);
                    }
                }
                Ok(Self::object(members))
            }
            other => opt.fail(other, |other| Exn::from(iterating(&other))),
        }
    }

    fn map_index<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        index: &Self,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        step();
        let nothing = matches!(self, Self::Null);
        let value = match (self, index) {
            (value, Self::Object(bounds)) => {
                let bound = |name| bounds.members().get(name);
                return value.map_range(bound("start")..bound("end"), opt, f);
            }
            (Self::Null, Self::Text(_)) => Self::object(Members::default()),
            (Self::Null, Self::Number(_)) => Self::from_iter([]),
            (value, _) => value,
        };
        match (value, index) {
            (Self::Object(object), Self::Text(key)) => {
                let changed = map_member(object, key, f)?;
                Ok(if nothing && changed.is_empty() {
                    Self::Null
                } else {
                    changed
                })
            }
            (Self::Array(array), Self::Number(at)) => match put(at, array.items().len()) {
                Ok(at) => {
                    let changed = map_item(array, at, f)?;
                    Ok(if nothing && changed.is_empty() {
                        Self::Null
                    } else {
                        changed
                    })
                }
                Err(error) => opt.fail(Self::Array(array), |_| Exn::from(error)),
            },
            (value, _) => opt.fail(value, |value| Exn::from(Error::index(value, index.clone()))),
        }
    }

    fn map_range<'a, I: Iterator<Item = ValX<'a, Self>>>(
        self,
        range: Range<&Self>,
        opt: Opt,
        f: impl Fn(Self) -> I,
    ) -> ValX<'a, Self> {
        let array = match &self {
            Self::Null => &[][..],
            Self::Array(array) => array.items(),
            Self::Text(_) => {
                return opt.fail(self, |_| {
                    Exn::from(Error::str("cannot update a part of a string"))
                });
            }
            _ => {
                return opt.fail(self, |value| {
                    let what = described(&value);
                    Exn::from(Error::str(format_args!("cannot update a part of {what}")))
                });
            }
        };
        let (from, to) = match bounds(range, array.len()) {
            Ok(bounds) => bounds,
            Err(error) => return opt.fail(self, |_| Exn::from(error)),
        };
        let part: Self = array[from..to].iter().cloned().collect();
        let part = match f(part).next().transpose()? {
            None => Vec::new(),
            Some(Self::Array(part)) => part.items().to_vec(),
            Some(_) => {
                let error = Error::str("a part of an array can only be assigned another array");
                return Err(Exn::from(error));
            }
        };
        let (before, after) = (&array[..from], &array[to..]);
        let items = before.iter().chain(&part).chain(after);
        Ok(items.cloned().collect())
    }

    fn as_bool(&self) -> bool {
        !matches!(self, Self::Null | Self::Bool(false))
    }

    fn into_string(self) -> Self {
        match self {
            Self::Text(_) => self,
            other => Self::from(super::json(&other)),
        }
    }
}

/// Changes a member of an object. The old value is taken out, so that what changes
/// it has it alone.
fn map_member<'a, I: Iterator<Item = ValX<'a, Value>>>(
    mut object: Rc<Object>,
    key: &Text,
    f: impl Fn(Value) -> I,
) -> ValX<'a, Value> {
    let key = key.as_str();
    let old = if object.members().contains_key(key) {
        Object::own(&mut object)
            .members
            .get_mut(key)
            .map(std::mem::take)
    } else {
        None
    };
    let missing = old.is_none();
    match f(old.unwrap_or_default()).next().transpose()? {
        Some(new) => object.insert(key.into(), new),
        None if missing => {}
        None => {
            Object::own(&mut object).members.shift_remove(key);
        }
    }
    Ok(Value::Object(object))
}

/// Changes an item of an array, in the same way.
fn map_item<'a, I: Iterator<Item = ValX<'a, Value>>>(
    mut array: Rc<Array>,
    at: usize,
    f: impl Fn(Value) -> I,
) -> ValX<'a, Value> {
    let length = array.items().len();
    let old = if at < length {
        array.change(|items| std::mem::take(&mut items[at]))
    } else {
        Value::Null
    };
    match f(old).next().transpose()? {
        Some(new) => {
            drop(Charge::of(
                (at + 1).saturating_sub(length).saturating_mul(ITEM),
            ));
            array.change(|items| {
                if items.len() <= at {
                    items.resize(at + 1, Value::Null);
                }
                items[at] = new;
            });
            array.holds(at);
        }
        None if at < length => drop(array.change(|items| items.remove(at))),
        None => {}
    }
    Ok(Value::Array(array))
}

/// The key of a member.
fn name(key: &Value) -> Result<Rc<str>, Error> {
    match key {
        Value::Text(Text::Short(text)) => Ok(Rc::clone(text)),
        Value::Text(text) => Ok(text.as_str().into()),
        other => Err(Error::str(format_args!(
            "cannot use {} as object key",
            described(other)
        ))),
    }
}

fn iterating(value: &Value) -> Error {
    Error::str(format_args!("cannot iterate over {}", described(value)))
}

/// Type and value, for messages.
pub(in crate::output::jq) fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        other => format!("{} ({other})", other.kind()),
    }
}

/// The place in an array of this length that a number names; what is negative
/// counts from the end.
fn place(at: &Num, length: usize) -> Option<usize> {
    let at = float(at).floor();
    #[expect(clippy::cast_precision_loss, reason = "no array is that long")]
    let at = if at < 0.0 { at + length as f64 } else { at };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is not negative, and what is too large is no place"
    )]
    (at >= 0.0).then_some(at as usize)
}

/// The place that an item is put at.
fn put(at: &Num, length: usize) -> Result<usize, Error> {
    match place(at, length) {
        Some(at) if at > LAST_PLACE => spend(Spent::Memory),
        Some(at) => Ok(at),
        None => Err(Error::str("out of bounds negative array index")),
    }
}

/// The part of something of this length that a range names.
fn bounds(range: Range<&Value>, length: usize) -> Result<(usize, usize), Error> {
    let bound = |value: Option<&Value>, default: usize, up: bool| match value {
        None | Some(Value::Null) => Ok(default),
        Some(Value::Number(at)) => {
            let at = float(at);
            let at = if up { at.ceil() } else { at.floor() };
            Ok(place(&Num::Float(at), length).unwrap_or(0).min(length))
        }
        Some(_) => Err(Error::str(
            "start and end indices of a part must be numbers",
        )),
    };
    let from = bound(range.start, 0, false)?;
    let to = bound(range.end, length, true)?;
    Ok((from, to.max(from)))
}

/// Where a list stands within another one.
fn places(items: &[Value], wanted: &[Value]) -> Value {
    if wanted.is_empty() {
        return Value::Null;
    }
    let found = items.windows(wanted.len()).enumerate();
    let found = found.filter(|(_, window)| *window == wanted);
    found.map(|(at, _)| Value::from(at)).collect()
}
