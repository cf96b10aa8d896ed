//! JSON that `jsonb` takes. It refuses the escape of NUL and half surrogate pairs, and
//! numbers beyond its own (format notes, section 12.1).

use std::borrow::Cow;

/// Larger exponents make numbers of as many digits.
const MOST_EXPONENT: u32 = 1_000;
/// The server's stack is not to be tried.
const DEEPEST: usize = 500;
/// A value of `jsonb` ends at a quarter of a gigabyte.
const LARGEST: usize = 64 * 1024 * 1024;

/// The JSON as `jsonb` takes it, each escape that it refuses replaced by U+FFFD; none
/// where it cannot hold it at all. A borrowed text is exact.
pub(super) fn scrub(json: &str) -> Option<Cow<'_, str>> {
    if json.len() > LARGEST {
        return None;
    }
    let bytes = json.as_bytes();
    let mut changed: Option<String> = None;
    let mut copied = 0;
    let (mut at, mut depth, mut in_text) = (0, 0_usize, false);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => in_text = !in_text,
            b'\\' if in_text => {
                let length = escape(&bytes[at..]);
                if let Escape::Refused(length) = length {
                    let text = changed.get_or_insert_default();
                    text.push_str(&json[copied..at]);
                    text.push_str("\\ufffd");
                    copied = at + length;
                }
                at += length.length();
                continue;
            }
            b'{' | b'[' if !in_text => {
                depth += 1;
                if depth > DEEPEST {
                    return None;
                }
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            b'e' | b'E' if !in_text && at > 0 && (bytes[at - 1].is_ascii_digit()) => {
                let digits = bytes[at + 1..].iter();
                let digits = digits.skip_while(|byte| matches!(byte, b'+' | b'-'));
                let digits = digits.take_while(|byte| byte.is_ascii_digit());
                let exponent = digits.fold(0_u32, |sum, byte| {
                    sum.saturating_mul(10)
                        .saturating_add(u32::from(byte - b'0'))
                });
                if exponent > MOST_EXPONENT {
                    return None;
                }
            }
            _ => {}
        }
        at += 1;
    }
    Some(match changed {
        None => Cow::Borrowed(json),
        Some(mut text) => {
            text.push_str(&json[copied..]);
            Cow::Owned(text)
        }
    })
}

/// An escape within a text, and how long it is.
#[derive(Clone, Copy)]
enum Escape {
    Taken(usize),
    Refused(usize),
}

impl Escape {
    fn length(self) -> usize {
        match self {
            Self::Taken(length) | Self::Refused(length) => length,
        }
    }
}

fn escape(bytes: &[u8]) -> Escape {
    match unit(bytes) {
        None => Escape::Taken(2),
        Some(0 | 0xdc00..=0xdfff) => Escape::Refused(6),
        Some(0xd800..=0xdbff) => match bytes.get(6..).and_then(unit) {
            Some(0xdc00..=0xdfff) => Escape::Taken(12),
            _ => Escape::Refused(6),
        },
        Some(_) => Escape::Taken(6),
    }
}

/// The number in an escape of the form `\uXXXX`.
fn unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_jsonb_refuses_is_replaced_and_all_else_stays() {
        for (json, expected) in [
            (r#"{"a":"\u0000"}"#, Some(r#"{"a":"\ufffd"}"#)),
            (r#"{"\u0000":1}"#, Some(r#"{"\ufffd":1}"#)),
            (r#"["\ud83d","\ude00x"]"#, Some(r#"["\ufffd","\ufffdx"]"#)),
            (r#"["\ud83d\u0041"]"#, Some(r#"["\ufffd\u0041"]"#)),
            (
                r#"["\uD83D\uDE00","\\u0000","\""]"#,
                Some(r#"["\uD83D\uDE00","\\u0000","\""]"#),
            ),
            (
                r#"["1e9999", 1e400, 1.10]"#,
                Some(r#"["1e9999", 1e400, 1.10]"#),
            ),
            ("[1e9999]", None),
            ("[1E+9999]", None),
        ] {
            assert_eq!(scrub(json).as_deref(), expected, "{json}");
        }
        assert!(scrub(&format!("{}{}", "[".repeat(501), "]".repeat(501))).is_none());
        assert!(matches!(scrub("{}"), Some(Cow::Borrowed(_))));
    }
}
