//! Text of others on its way to standard error or a log: it stays within its
//! line, and shows what it holds.

use std::borrow::Cow;
use std::fmt::Write;

use crate::model::unseen::is_unseen;

/// The text on one line: line breaks become `\n`, and everything else that can't
/// be seen, or that a terminal would obey, its number.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |out, character| {
        out.extend(character.escape_default());
    })
}

/// As [`line()`], but line breaks stay: for a text of the program's own.
pub(super) fn block(text: &str) -> Cow<'_, str> {
    escaped(text, |out, character| match character {
        '\n' => out.push('\n'),
        _ => out.extend(character.escape_default()),
    })
}

/// A JSON text on one line, which means the same to a program and does nothing to
/// a terminal. JSON escapes the ASCII controls by itself.
pub(super) fn json(text: &str) -> Cow<'_, str> {
    escaped(text, |out, character| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

fn escaped(text: &str, escape: impl Fn(&mut String, char)) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_unseen(character) {
            escape(&mut out, character);
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "é 漢\nerror: forged\r\t\u{1b}[2J\u{9b}31m\u{202e}\u{2028}\u{e0041}'\\";

    #[test]
    fn a_line_stays_one_and_shows_what_it_holds() {
        assert_eq!(
            line(HOSTILE),
            "é 漢\\nerror: forged\\r\\t\\u{1b}[2J\\u{9b}31m\\u{202e}\\u{2028}\\u{e0041}'\\"
        );
        assert!(matches!(line("plain \"text\""), Cow::Borrowed(_)));
        assert_eq!(block("a\nb\u{7}"), "a\nb\\u{7}");
    }

    #[test]
    fn json_means_the_same() {
        let text = serde_json::json!(HOSTILE).to_string();
        let safe = json(&text);
        assert!(!safe.contains(is_unseen), "{safe}");
        let read: String = serde_json::from_str(&safe).expect("JSON");
        assert_eq!(read, HOSTILE);
    }
}
