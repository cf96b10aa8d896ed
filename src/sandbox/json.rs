//! JSON with its members in the order in which they were put in, and numbers as
//! they were spelled.
//!
//! `serde_json::Value` sorts members and respells numbers; a client that leans
//! on either would pass its tests here and fail against the real service.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// A JSON value. Fixtures are read into it without a [`Json::Number`].
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
#[serde(untagged)]
pub(super) enum Json {
    Bool(bool),
    Int(i64),
    #[serde(deserialize_with = "kept")]
    Text(Cow<'static, str>),
    List(Vec<Json>),
    Object(Object),
    #[default]
    Null,
    /// A number with its exact spelling: `1.10`, `87.0`.
    #[serde(skip)]
    Number(String),
}

/// The members of a JSON object, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Object(pub(super) Vec<(Cow<'static, str>, Json)>);

impl Object {
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

    pub(super) fn get(&self, key: &str) -> Option<&Json> {
        let member = self.0.iter().find(|(name, _)| name == key);
        member.map(|(_, value)| value)
    }

    /// A member that is a text.
    pub(super) fn text(&self, key: &str) -> &str {
        match self.get(key) {
            Some(Json::Text(text)) => text,
            _ => "",
        }
    }

    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Json> {
        let member = self.0.iter_mut().find(|(name, _)| name == key);
        member.map(|(_, value)| value)
    }

    /// Replaces the values of the members that both have.
    pub(super) fn update(&mut self, other: Self) {
        for (key, value) in other.0 {
            if let Some(old) = self.get_mut(&key) {
                *old = value;
            }
        }
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Json> {
        self.0.iter_mut().map(|(_, value)| value)
    }
}

impl Json {
    /// A number of things. None here comes near the bound.
    pub(super) fn count(number: impl TryInto<i64>) -> Self {
        Self::Int(number.try_into().unwrap_or(i64::MAX))
    }

    /// Texts, and numbers as they would be written; nothing for the rest.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(spelling) => Cow::Borrowed(spelling),
            Self::Int(number) => Cow::Owned(number.to_string()),
            Self::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Self::Null | Self::List(_) | Self::Object(_) => Cow::Borrowed(""),
        }
    }

    /// The items of a list.
    pub(super) fn into_items(self) -> Vec<Self> {
        match self {
            Self::List(items) => items,
            _ => vec![],
        }
    }

    /// The object that it is; an empty one for anything else.
    pub(super) fn into_object(self) -> Object {
        match self {
            Self::Object(object) => object,
            _ => Object::default(),
        }
    }

    /// The text of the value, indented as the service does.
    pub(super) fn render(&self) -> Vec<u8> {
        // The size of a usual report: most answers need no second allocation.
        let mut out = Vec::with_capacity(32 * 1024);
        self.write(&mut out, 0);
        out
    }

    /// The text of the value on one line.
    pub(super) fn render_line(&self) -> Vec<u8> {
        // Within texts line breaks are escaped: those that there are begin an indentation.
        let mut indenting = false;
        let mut out = self.render();
        out.retain(|byte| {
            indenting = *byte == b'\n' || (indenting && *byte == b' ');
            !indenting
        });
        out
    }

    fn write(&self, out: &mut Vec<u8>, depth: usize) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(_) | Self::Int(_) | Self::Number(_) => {
                out.extend_from_slice(self.text().as_bytes());
            }
            Self::Text(text) => write_text(out, text),
            Self::List(items) if items.is_empty() => out.extend_from_slice(b"[]"),
            Self::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    line(out, index, depth + 1);
                    item.write(out, depth + 1);
                }
                line(out, 0, depth);
                out.push(b']');
            }
            Self::Object(Object(members)) if members.is_empty() => out.extend_from_slice(b"{}"),
            Self::Object(Object(members)) => {
                out.push(b'{');
                for (index, (key, value)) in members.iter().enumerate() {
                    line(out, index, depth + 1);
                    write_text(out, key);
                    out.extend_from_slice(b": ");
                    value.write(out, depth + 1);
                }
                line(out, 0, depth);
                out.push(b'}');
            }
        }
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    if is_plain(text.as_bytes()) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // Writing a string into a Vec can't fail.
        let _ = serde_json::to_writer(out, text);
    }
}

/// Whether a text needs no escapes.
fn is_plain(text: &[u8]) -> bool {
    // A bare loop: most of what unoptimised builds do for an answer is this.
    for byte in text {
        if *byte < 0x20 || *byte == b'"' || *byte == b'\\' {
            return false;
        }
    }
    true
}

/// Begins the line of an item, after the comma behind the one before.
fn line(out: &mut Vec<u8>, index: usize, depth: usize) {
    const INDENTED: &[u8] = &[b' '; 64];
    out.extend_from_slice(if index > 0 { b",\n" } else { b"\n" });
    out.extend_from_slice(&INDENTED[..INDENTED.len().min(depth * 2)]);
}

/// Fixtures are read once and stay: what is filled from them needs no copies of
/// their texts.
fn kept<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'static, str>, D::Error> {
    Ok(Cow::Borrowed(String::deserialize(deserializer)?.leak()))
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut object = Object::default();
                while let Some((key, value)) = map.next_entry::<String, Json>()? {
                    object.push(&*key.leak(), value);
                }
                Ok(object)
            }
        }

        deserializer.deserialize_map(Members)
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
        $crate::sandbox::json::Object(vec![
            $(($key.into(), $crate::sandbox::json::Json::from($value))),*
        ])
    };
}

pub(super) use object;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_indented_and_in_the_order_given() {
        let json = Json::from(object! {
            "z": 1,
            "a": vec![Json::Bool(true), Json::Null, Json::Number("1.10".into())],
            "empty": Json::List(vec![]),
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

    #[test]
    fn fixtures_keep_their_order() {
        let json: Json = serde_json::from_str(r#"{"z": [1, null], "a": "\u0041"}"#).expect("JSON");
        let list = vec![Json::Int(1), Json::Null];
        assert_eq!(json, object! { "z": list, "a": "A" }.into());
    }
}
