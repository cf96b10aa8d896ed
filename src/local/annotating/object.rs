//! A line that is a JSON object: its texts, and where a member can be added.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// Where a member goes into an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    /// The byte of the line before which it goes: the last brace.
    pub at: usize,
    /// Whether the object has no member yet.
    pub first: bool,
}

/// Reads a line, and calls `each` with the path and the text of each string in it. None
/// where it is no JSON object, or has a member of this name.
pub(super) fn read(line: &[u8], member: &str, each: &mut dyn FnMut(&str, &str)) -> Option<Gap> {
    let text = simdutf8::basic::from_utf8(line).ok()?;
    if !text.trim_ascii_start().starts_with('{') {
        return None;
    }
    let mut walk = Walk {
        path: String::new(),
        each,
        member,
        has_member: false,
        members: 0,
        depth: 0,
    };
    let mut json = serde_json::Deserializer::from_str(text);
    Value(&mut walk).deserialize(&mut json).ok()?;
    json.end().ok()?;
    let (members, has_member) = (walk.members, walk.has_member);
    let at = memchr::memrchr(b'}', line)?;
    (!has_member).then_some(Gap {
        at,
        first: members == 0,
    })
}

struct Walk<'f> {
    /// The names on the way, with dots between them. Elements of arrays have none.
    path: String,
    each: &'f mut dyn FnMut(&str, &str),
    member: &'f str,
    has_member: bool,
    /// Members of the object itself.
    members: usize,
    /// Objects around the value in hand.
    depth: usize,
}

struct Value<'w, 'f>(&'w mut Walk<'f>);

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        (self.0.each)(&self.0.path, text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while elements.next_element_seed(Value(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let walk = self.0;
        let length = walk.path.len();
        let is_outermost = walk.depth == 0;
        walk.depth += 1;
        while let Some(name) = members.next_key_seed(Name)? {
            if is_outermost {
                walk.members += 1;
                walk.has_member |= name == walk.member;
            } else {
                walk.path.push('.');
            }
            walk.path.push_str(&name);
            members.next_value_seed(Value(&mut *walk))?;
            walk.path.truncate(length);
        }
        walk.depth -= 1;
        Ok(())
    }
}

/// The name of a member, borrowed where it has no escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> (Option<Gap>, Vec<String>) {
        let mut found = vec![];
        let gap = read(line.as_bytes(), "gti", &mut |path, text| {
            found.push(format!("{path}={text}"));
        });
        (gap, found)
    }

    #[test]
    fn each_text_has_its_path() {
        let (gap, found) = texts(r#"{"a":"1","b":{"c":["2",{"d\n":"3\u0041"}],"e":4},"":"5"} "#);
        assert_eq!(found, ["a=1", "b.c=2", "b.c.d\n=3A", "=5"]);
        assert_eq!(
            gap,
            Some(Gap {
                at: 55,
                first: false
            })
        );
        assert_eq!(texts(" {} ").0, Some(Gap { at: 2, first: true }));
    }

    #[test]
    fn what_is_no_object_or_has_the_member_gets_none() {
        for line in [
            "",
            "text",
            "[1]",
            "\"a\"",
            "{",
            "{}x",
            "{\"a\":}",
            "{\"gti\":1}",
            "{\"a\":1,\"g\\u0074i\":{}}",
        ] {
            assert_eq!(texts(line).0, None, "{line}");
        }
        assert!(texts(r#"{"a":{"gti":1},"":{"gti":1}}"#).0.is_some());
    }
}
