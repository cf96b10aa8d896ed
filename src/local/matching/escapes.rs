//! Escapes of JSON in lines of logs.

use std::borrow::Cow;

/// A text of which the escapes of white space and of quotes in JSON are blanks: the letter
/// of `\n` would otherwise be taken for the first one of the name behind it. No byte
/// changes its place. A line counts as JSON from its first `{"`; elsewhere a backslash is
/// part of a path.
pub(super) fn blanked(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for line in bytes.split_mut(|byte| *byte == b'\n') {
        let Some(start) = line.windows(2).position(|two| two == b"{\"") else {
            continue;
        };
        blank(&mut line[start..]);
    }
    // Only ASCII has taken the place of ASCII.
    Cow::Owned(String::from_utf8(bytes).expect("as it came, but for blanks"))
}

fn blank(json: &mut [u8]) {
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'\\', &json[at..]) {
        let escape = at + next;
        match json.get(escape + 1) {
            Some(b'n' | b'r' | b't' | b'b' | b'f' | b'"') => {
                json[escape..escape + 2].fill(b' ');
            }
            Some(_) => {}
            None => return,
        }
        at = escape + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_json_are_blanks_and_paths_stay() {
        for (text, expected) in [
            (
                r#"{"log":"dst:\n203.0.113.7"}"#,
                r#"{"log":"dst:  203.0.113.7"}"#,
            ),
            (r#"at {"a":"x\\net\tb"}"#, r#"at {"a":"x\\net  b"}"#),
            (
                r#"{"a":"say \"evil.example\""}"#,
                r#"{"a":"say   evil.example  "}"#,
            ),
            ("C:\\new\\table.example", "C:\\new\\table.example"),
            ("{\"a\":\"\\", "{\"a\":\"\\"),
            ("a\\nb\n{\"é\":\"\\né\"}", "a\\nb\n{\"é\":\"  é\"}"),
        ] {
            assert_eq!(blanked(text), expected);
        }
    }
}
