//! A JSON value, read once for as many programs as look at it.

use super::budget::{Budget, bounded};
use super::error::FilterError;
use super::value::{Value, read};
use crate::model::json::well_formed;

/// How deep a value may be nested. Programs recurse, and the depth is the sender's
/// choice.
pub(super) const DEEPEST: usize = 512;

/// A JSON value as the interpreter holds it.
pub struct Document(pub(super) Value);

impl Document {
    /// Reads one JSON value.
    ///
    /// # Errors
    /// What is no JSON, or nested too deep.
    pub fn read(json: &str) -> Result<Self, FilterError> {
        Self::read_within(Budget::USUAL, json)
    }

    pub(super) fn read_within(budget: Budget, json: &str) -> Result<Self, FilterError> {
        if is_deeper_than(json, DEEPEST) {
            return Err(FilterError::new(&format!(
                "the record is nested more than {DEEPEST} levels deep"
            )));
        }
        let read = || read(json.as_bytes()).or_else(|_| read(well_formed(json).as_bytes()));
        bounded(budget, read)?
            .map(Self)
            .map_err(|error| FilterError::new(&format!("the record is not JSON: {error}")))
    }
}

/// Whether objects and arrays nest deeper than so many levels.
pub(super) fn is_deeper_than(json: &str, levels: usize) -> bool {
    // Most values have not even so many brackets, which is found much faster.
    let brackets = memchr::memchr2_iter(b'{', b'[', json.as_bytes());
    if brackets.take(levels + 1).count() <= levels {
        return false;
    }
    let mut depth = 0_usize;
    let mut bytes = json.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                if depth > levels {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                while let Some(byte) = bytes.next().filter(|byte| *byte != b'"') {
                    if byte == b'\\' {
                        bytes.next();
                    }
                }
            }
            _ => {}
        }
    }
    false
}
