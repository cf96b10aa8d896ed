//! Half characters in JSON strings.
//!
//! `"\ud800"` is correct JSON and stands in real file names, but no Unicode text
//! can hold it. The API's bytes pass through with it; only where a string has to
//! be decoded does it become U+FFFD.

use std::borrow::Cow;

/// The text of a string literal, half characters as U+FFFD; `None` for what is
/// no literal.
pub fn decode(literal: &str) -> Option<Cow<'_, str>> {
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    serde_json::from_str(literal)
        .or_else(|_| serde_json::from_str(&well_formed(literal)))
        .ok()
        .map(Cow::Owned)
}

/// The same JSON with every unpaired surrogate escape replaced by `\ufffd`.
pub fn well_formed(json: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = json[at..].find('\\') {
        let escape = at + found;
        // An escape outside `\u` is a backslash and one ASCII character.
        at = escape + 2;
        let Some(unit) = unit(&json[escape..]) else {
            continue;
        };
        at = escape + 6;
        match unit {
            0xd800..=0xdbff if json.get(at..).and_then(self::unit).is_some_and(is_low) => at += 6,
            0xd800..=0xdfff => {
                out.push_str(&json[copied..escape]);
                out.push_str("\\ufffd");
                copied = at;
            }
            _ => {}
        }
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    out.push_str(&json[copied..]);
    Cow::Owned(out)
}

/// The code unit of the `\uXXXX` that the text starts with.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

fn is_low(unit: u32) -> bool {
    (0xdc00..=0xdfff).contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unpaired_surrogates_are_replaced() {
        for (json, expected) in [
            (r#"{"a":"plain"}"#, r#"{"a":"plain"}"#),
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            // An escaped backslash in front of the letter u.
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\u00e9\n\uD800x""#, r#""\u00e9\n\ufffdx""#),
        ] {
            assert_eq!(well_formed(json), expected);
            assert!(serde_json::from_str::<serde_json::Value>(&well_formed(json)).is_ok());
        }
    }

    #[test]
    fn correct_text_is_borrowed() {
        assert!(matches!(
            well_formed(r#""\u0041\ud83d\ude00""#),
            Cow::Borrowed(_)
        ));
    }
}
