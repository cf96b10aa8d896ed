//! JSON as the simulated service writes it: indented, members in the order in
//! which they were put in, numbers as they were spelled.
//!
//! `serde_json::Value` sorts members and respells numbers; a client that leans
//! on either would pass its tests here and fail against the real service.

use std::borrow::Cow;
use std::io::Write;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Int(i64),
    /// A number with its exact spelling: `1.10`, `87.0`.
    Number(Cow<'static, str>),
    Text(Cow<'static, str>),
    List(Vec<Json>),
    Object(Object),
}

/// The members of a JSON object, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Object(Vec<(Cow<'static, str>, Json)>);

impl Object {
    pub(super) fn from_members(members: Vec<(Cow<'static, str>, Json)>) -> Self {
        Self(members)
    }

    /// Appends a member. The caller sees to it that the key is new.
    pub(super) fn push(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Json>) {
        self.0.push((key.into(), value.into()));
    }

    /// Appends all members of another object.
    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Keeps the members whose key passes.
    pub(super) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|(key, _)| keep(key));
    }

    /// The value of a member.
    pub(super) fn member_mut(&mut self, key: &str) -> Option<&mut Json> {
        let member = self.0.iter_mut().find(|(name, _)| name == key);
        member.map(|(_, value)| value)
    }

    /// Replaces the values of the members that both have.
    pub(super) fn update(&mut self, other: Self) {
        for (key, value) in other.0 {
            self.replace(&key, value);
        }
    }

    /// Replaces the value of a member that exists; does nothing otherwise.
    pub(super) fn replace(&mut self, key: &str, value: impl Into<Json>) {
        if let Some(old) = self.member_mut(key) {
            *old = value.into();
        }
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Json> {
        self.0.iter_mut().map(|(_, value)| value)
    }
}

impl Json {
    /// The text of the value, indented by two blanks a level.
    pub(super) fn render(&self) -> Vec<u8> {
        // The size of a usual report: most answers need no second allocation.
        let mut out = Vec::with_capacity(32 * 1024);
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut Vec<u8>, depth: usize) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Self::Int(value) => {
                // Writing into a Vec can't fail.
                let _ = write!(out, "{value}");
            }
            Self::Number(spelling) => out.extend_from_slice(spelling.as_bytes()),
            Self::Text(text) => write_text(out, text),
            Self::List(items) if items.is_empty() => out.extend_from_slice(b"[]"),
            Self::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    new_line(out, index > 0, depth + 1);
                    item.write(out, depth + 1);
                }
                new_line(out, false, depth);
                out.push(b']');
            }
            Self::Object(Object(members)) if members.is_empty() => out.extend_from_slice(b"{}"),
            Self::Object(Object(members)) => {
                out.push(b'{');
                for (index, (key, value)) in members.iter().enumerate() {
                    new_line(out, index > 0, depth + 1);
                    write_text(out, key);
                    out.extend_from_slice(b": ");
                    value.write(out, depth + 1);
                }
                new_line(out, false, depth);
                out.push(b'}');
            }
        }
    }
}

fn new_line(out: &mut Vec<u8>, comma: bool, depth: usize) {
    if comma {
        out.push(b',');
    }
    out.push(b'\n');
    out.resize(out.len() + depth * 2, b' ');
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // Writing a string into a Vec can't fail.
        let _ = serde_json::to_writer(out, text);
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&'static str> for Json {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Json>> FromIterator<T> for Json {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// Builds an [`Object`]: `object! { "key": value, … }`.
macro_rules! object {
    ($($key:literal : $value:expr),* $(,)?) => {
        $crate::sandbox::json::Object::from_members(vec![
            $((::std::borrow::Cow::Borrowed($key), $crate::sandbox::json::Json::from($value))),*
        ])
    };
}

/// Builds a [`Json::List`]: `list![value, …]`.
macro_rules! list {
    ($($value:expr),* $(,)?) => {
        $crate::sandbox::json::Json::List(vec![$($crate::sandbox::json::Json::from($value)),*])
    };
}

pub(super) use {list, object};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_indented_and_in_the_order_given() {
        let json = Json::from(object! {
            "z": 1,
            "a": list![true, Json::Null, Json::Number("1.10".into())],
            "empty": list![],
            "none": object! {},
            "text": "a \"quote\" \u{1b}[31m \u{202e}",
        });
        let expected = r#"{
  "z": 1,
  "a": [
    true,
    null,
    1.10
  ],
  "empty": [],
  "none": {},
  "text": "a \"quote\" \u001b[31m "#
            .to_owned()
            + "\u{202e}\"\n}";
        assert_eq!(String::from_utf8(json.render()).as_ref(), Ok(&expected));
    }
}
