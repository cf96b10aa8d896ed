//! A JSON value, read once for as many programs as look at it.

use jaq_json::{Val, read};

use super::error::FilterError;
use crate::output::surrogate::well_formed;

/// How deep a value may be nested. The interpreter recurses, and the depth is
/// the sender's choice.
pub(super) const DEEPEST: usize = 512;

/// A JSON value as the interpreter holds it.
pub struct Document(pub(super) Val);

impl Document {
    /// Reads one JSON value.
    ///
    /// # Errors
    /// What is no JSON, or nested too deep.
    pub fn read(json: &str) -> Result<Self, FilterError> {
        if is_deeper_than(json, DEEPEST) {
            return Err(FilterError::new(&format!(
                "the record is nested more than {DEEPEST} levels deep"
            )));
        }
        read::parse_single(json.as_bytes())
            .or_else(|_| read::parse_single(well_formed(json).as_bytes()))
            .map(Self)
            .map_err(|error| FilterError::new(&format!("the record is not JSON: {error}")))
    }
}

/// Whether objects and arrays nest deeper than so many levels.
fn is_deeper_than(json: &str, levels: usize) -> bool {
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
