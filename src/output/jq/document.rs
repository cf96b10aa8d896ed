//! A JSON value, read once for as many programs as look at it.

use std::borrow::Cow;

use jaq_json::{Val, read};

use super::error::FilterError;
use crate::model::json::{string_end, well_formed};

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
        let json = &*zeros_marked(json);
        read::parse_single(json.as_bytes())
            .or_else(|_| read::parse_single(well_formed(json).as_bytes()))
            .map(Self)
            .map_err(|error| FilterError::new(&format!("the record is not JSON: {error}")))
    }
}

/// How the integer `-0` is handed to the interpreter, whose integers have one
/// zero only: as a decimal, whose text it keeps. The writer turns it back. No
/// producer of JSON is known to write this by itself.
pub(super) const MINUS_ZERO: &str = "-0e0";

/// The text with each integer `-0` in it written as [`MINUS_ZERO`].
fn zeros_marked(json: &str) -> Cow<'_, str> {
    let bytes = json.as_bytes();
    let mut marked = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'"', b'-', &bytes[at..]) {
        at += found;
        if bytes[at] == b'"' {
            at += string_end(&json[at..]);
            continue;
        }
        let begins = at == 0 || !matches!(bytes[at - 1], b'e' | b'E');
        let goes_on = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E');
        if begins && bytes.get(at + 1) == Some(&b'0') && !bytes.get(at + 2).is_some_and(goes_on) {
            marked.push_str(&json[copied..at]);
            marked.push_str(MINUS_ZERO);
            copied = at + 2;
        }
        at += 1;
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    marked.push_str(&json[copied..]);
    Cow::Owned(marked)
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
