//! A list under a key that differs from endpoint to endpoint.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::ranges;

/// Where the items of the list under `key` lie in a body that is an object. One
/// that is absent or null has none.
pub(super) fn items_under(key: &str, body: &[u8]) -> Result<Vec<Range<usize>>, String> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let items = Under(key).deserialize(&mut json).and_then(|items| {
        json.end()?;
        Ok(items)
    });
    let items = items.map_err(|error| error.to_string())?;
    Ok(ranges(body, items.unwrap_or_default()))
}

/// Reads one member and passes over the others.
struct Under<'k>(&'k str);

impl<'de> DeserializeSeed<'de> for Under<'_> {
    type Value = Option<Vec<&'de RawValue>>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Under<'_> {
    type Value = Option<Vec<&'de RawValue>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with a list `{}`", self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(Key(name)) = members.next_key()? {
            if name == self.0 {
                found = members.next_value()?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_items_are_the_bytes_that_were_sent() {
        let body = br#"{"a":[1],"alerts" : [ {"id": 1.10} ,{"\"]":[]}],"b":{"alerts":[2]}}"#;
        let items = items_under("alerts", body).expect("a page");
        let items: Vec<&[u8]> = items.into_iter().map(|range| &body[range]).collect();
        assert_eq!(
            items,
            [br#"{"id": 1.10}"#.as_slice(), br#"{"\"]":[]}"#.as_slice()]
        );
        for body in [r#"{"alerts":null}"#, r#"{"alerts":[]}"#, "{}"] {
            assert_eq!(items_under("alerts", body.as_bytes()), Ok(Vec::new()));
        }
        for body in [
            "",
            "null",
            "[]",
            r#"{"alerts":{}}"#,
            r#"{"alerts":[{}"#,
            "{} x",
        ] {
            assert!(items_under("alerts", body.as_bytes()).is_err(), "{body}");
        }
    }
}
