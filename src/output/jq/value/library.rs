//! What the interpreter's library wants to know of a value.

use super::number::float;
use super::{Num, Value};

impl jaq_std::ValT for Value {
    fn into_seq<S: FromIterator<Self>>(self) -> Result<S, Self> {
        match self {
            Self::Array(array) => Ok(array.items().iter().cloned().collect()),
            other => Err(other),
        }
    }

    fn is_int(&self) -> bool {
        matches!(self, Self::Number(Num::Int(_) | Num::BigInt(_)))
    }

    /// Also a number that was calculated and is whole: jq has no integers.
    fn as_isize(&self) -> Option<isize> {
        match self {
            Self::Number(Num::Int(integer)) => Some(*integer),
            Self::Number(number) => {
                let float = float(number);
                #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
                (float.fract() == 0.0 && float.abs() < 9e18).then_some(float as isize)
            }
            _ => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(float(number)),
            _ => None,
        }
    }

    fn is_utf8_str(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    fn as_bytes(&self) -> Option<&[u8]> {
        self.as_text().map(str::as_bytes)
    }

    fn as_sub_str(&self, part: &[u8]) -> Self {
        Self::from_utf8_bytes(part.to_vec())
    }

    fn from_utf8_bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        Self::text(&String::from_utf8_lossy(bytes.as_ref()))
    }
}
