//! Readers for fields whose type the service does not hold itself to: an
//! integer may come as a string or a float, and anything may be null (API
//! notes, section 1). What can't be read counts as absent, never as an error.

use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An integer sent as integer, float or string.
pub fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer
        .deserialize_any(Scalar)
        .map(|scalar| match scalar {
            Some(Found::Integer(number)) => Some(number),
            #[expect(clippy::cast_possible_truncation, reason = "the bounds are checked")]
            Some(Found::Float(number)) if number.abs() < 9.0e15 => Some(number.trunc() as i64),
            Some(Found::Text(text)) => text.trim().parse().ok(),
            _ => None,
        })
}

/// A count: an integer that is not negative.
pub fn unsigned<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(integer(deserializer)?.and_then(|number| u64::try_from(number).ok()))
}

/// A number sent as a number or as a string; none for what is not finite.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let number = match deserializer.deserialize_any(Scalar)? {
        #[expect(clippy::cast_precision_loss, reason = "scores are small")]
        Some(Found::Integer(number)) => Some(number as f64),
        Some(Found::Float(number)) => Some(number),
        Some(Found::Text(text)) => text.trim().parse().ok(),
        None => None,
    };
    Ok(number.filter(|number| number.is_finite()))
}

/// The texts of a list; what is none is passed over, and what is no list counts
/// as absent.
pub fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let Value::Array(items) = Value::deserialize(deserializer)? else {
        return Ok(None);
    };
    let text = |item| match item {
        Value::String(text) => Some(text),
        _ => None,
    };
    Ok(Some(items.into_iter().filter_map(text).collect()))
}

/// A text; a number is taken as its digits.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer
        .deserialize_any(Scalar)
        .map(|scalar| match scalar {
            Some(Found::Text(text)) if !text.is_empty() => Some(text),
            Some(Found::Integer(number)) => Some(number.to_string()),
            Some(Found::Float(number)) => Some(number.to_string()),
            _ => None,
        })
}

/// A part that may be absent, null, or of a form that is not known: all of them
/// count as absent, so that one odd member does not spoil the object around it.
pub fn part<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(T::deserialize(Value::deserialize(deserializer)?).ok())
}

enum Found {
    Integer(i64),
    Float(f64),
    Text(String),
}

struct Scalar;

impl<'de> Visitor<'de> for Scalar {
    type Value = Option<Found>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(Found::Integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).ok().map(Found::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(Found::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Some(Found::Text(value.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_borne() {
        let read = |json: &str| integer(&mut serde_json::Deserializer::from_str(json)).expect(json);
        for (json, number) in [
            ("7", Some(7)),
            ("7.9", Some(7)),
            ("\"7\"", Some(7)),
            ("-1", Some(-1)),
            ("null", None),
            ("true", None),
            ("\"x\"", None),
            ("[1,{}]", None),
            ("{\"a\":[]}", None),
            ("1e300", None),
            ("18446744073709551615", None),
        ] {
            assert_eq!(read(json), number, "{json}");
        }
        let read = |json: &str| text(&mut serde_json::Deserializer::from_str(json)).expect(json);
        for (json, said) in [
            ("\"a\"", Some("a")),
            ("\"\"", None),
            ("5", Some("5")),
            ("null", None),
            ("[]", None),
        ] {
            assert_eq!(read(json).as_deref(), said, "{json}");
        }
    }
}
