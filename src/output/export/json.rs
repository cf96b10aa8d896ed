//! JSON on one line, whatever the reader takes for the end of one.

use serde::Serialize;

/// Characters that JSON leaves in strings and that some readers end a line at.
const BREAKS: [(&str, &str); 3] = [
    ("\u{85}", "\\u0085"),
    ("\u{2028}", "\\u2028"),
    ("\u{2029}", "\\u2029"),
];

/// Appends a value, without the end of its line.
pub(in crate::output) fn line<T: Serialize>(value: &T, out: &mut Vec<u8>) {
    one_line(
        serde_json::to_string(value).expect("plain data is JSON"),
        out,
    );
}

/// Appends compact JSON, without the end of its line.
pub(in crate::output) fn one_line(mut json: String, out: &mut Vec<u8>) {
    for (character, escape) in BREAKS {
        if json.contains(character) {
            json = json.replace(character, escape);
        }
    }
    out.extend_from_slice(json.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_ends_a_line_is_left() {
        let mut out = vec![];
        line(&"a\u{2028}\u{2029}\u{85}\n\u{1}", &mut out);
        assert_eq!(out, br#""a\u2028\u2029\u0085\n\u0001""#);
    }
}
