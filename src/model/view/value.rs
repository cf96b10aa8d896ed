//! The values that members have. The service does not hold itself to their types:
//! a number may come as a text, an integer as a float, a text as a number (API
//! notes, section 1).

use std::borrow::Cow;

use super::{Member, Unread, View};
use crate::model::json::Scan;

/// The members of an object whose keys are not known beforehand, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<V>(pub Vec<(String, V)>);

impl<V> Default for Map<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// A text of which nothing is replaced: one with half a character is unread. For
/// what is written back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exact(pub String);

/// The text of a scalar: of a string, or the digits of a number.
fn scalar<'a>(value: &mut Scan<'a>) -> Result<Option<Cow<'a, str>>, String> {
    match value.peek() {
        Some(b'"') => value.text().map(Some),
        Some(b'-' | b'0'..=b'9') => value.raw().map(|digits| Some(digits.into())),
        _ => Ok(None),
    }
}

/// Reads a scalar and makes a value of its text; an empty one is none.
fn parsed<T>(
    value: &mut Scan<'_>,
    unread: &mut Unread,
    reason: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, String> {
    let Some(text) = scalar(value)? else {
        return unread.pass_over(value, reason);
    };
    let text = text.trim();
    let parsed = parse(text);
    if parsed.is_none() && !text.is_empty() {
        unread.note(reason);
    }
    Ok(parsed)
}

/// A text, or the digits of a number; an empty one is none, but in a list.
impl View for String {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        match scalar(value)? {
            Some(text) => Ok((!text.is_empty()).then(|| text.into_owned())),
            None => unread.pass_over(value, "expected a text"),
        }
    }

    fn item(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        if let Some(text) = scalar(value)? {
            return Ok(Some(text.into_owned()));
        }
        unread.note("expected a text");
        value.skip().map(|()| None)
    }
}

impl View for Exact {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        let mut ahead = value.clone();
        let sent = ahead.raw()?;
        if value.peek() != Some(b'"') {
            return unread.pass_over(value, "expected a text");
        }
        let text = value.text()?;
        if text.contains('\u{fffd}') && !is_whole(sent) {
            unread.note("half a character in it");
            return Ok(None);
        }
        Ok(Some(Self(text.into_owned())))
    }
}

/// Whether a string literal can be read without replacing anything.
fn is_whole(literal: &str) -> bool {
    serde_json::from_str::<String>(literal).is_ok()
}

impl View for i64 {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        parsed(value, unread, "expected an integer", integer)
    }
}

/// An integer that is written as one, or as a float without more digits than one
/// can hold.
fn integer(text: &str) -> Option<i64> {
    if let Ok(integer) = text.parse() {
        return Some(integer);
    }
    let float: f64 = text.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "the bounds are checked")]
    let whole = (float.abs() < 9.0e15).then(|| float.trunc() as i64);
    whole
}

impl View for u64 {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        parsed(value, unread, "expected a count", |text| {
            text.parse()
                .ok()
                .or_else(|| u64::try_from(integer(text)?).ok())
        })
    }
}

impl View for f64 {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        parsed(value, unread, "expected a number", |text| {
            text.parse().ok().filter(|number: &f64| number.is_finite())
        })
    }
}

impl View for bool {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        if matches!(value.peek(), Some(b't' | b'f')) {
            return value.raw().map(|word| Some(word == "true"));
        }
        parsed(value, unread, "expected true or false", |text| {
            text.to_ascii_lowercase().parse().ok()
        })
    }
}

/// A list; items that cannot be read are passed over.
impl<V: View> View for Vec<V> {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        if value.peek() != Some(b'[') {
            return unread.pass_over(value, "expected a list");
        }
        let mut items = Self::new();
        let mut at = 0_usize;
        value.list(|value| {
            let before = unread.len();
            items.extend(V::item(value, unread)?);
            if unread.len() > before {
                unread.within(before, &at.to_string());
            }
            at += 1;
            Ok(())
        })?;
        Ok(Some(items))
    }
}

impl<V: View + PartialEq> Member for Vec<V> {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Self, String> {
        Ok(<Self as View>::read(value, unread)?.unwrap_or_default())
    }
}

/// Of a key that comes twice both stand, since nobody reads them by key.
impl<V: View> View for Map<V> {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        super::read_object(value, unread, |map: &mut Self, key, value, unread| {
            let read = V::read(value, unread)?;
            map.0.extend(read.map(|value| (key.to_owned(), value)));
            Ok(())
        })
    }
}

impl<V: View + PartialEq> Member for Map<V> {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Self, String> {
        Ok(<Self as View>::read(value, unread)?.unwrap_or_default())
    }
}
