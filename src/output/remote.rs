//! Text from elsewhere, made harmless for terminals.
//!
//! Names, file names, comments and titles are chosen by attackers. At a terminal
//! they could move the cursor, change the window's title, hide what follows or
//! turn it around. Nothing that is shown to a person keeps such characters.

use std::borrow::Cow;

use crate::model::unseen::is_unseen;

/// The text on one line without anything a terminal would act upon or a reader
/// could not see: escape sequences go whole, line breaks and tabs become spaces,
/// control, bidirectional and zero-width characters go.
pub(crate) fn sanitize(text: &str) -> Cow<'_, str> {
    clean(text, Breaks::Space)
}

/// As [`sanitize`], but line feeds and tabs stay: for a text whose lines were
/// asked for, like a string that a jq program puts together.
pub(crate) fn sanitize_block(text: &str) -> Cow<'_, str> {
    clean(text, Breaks::Keep)
}

/// As [`sanitize_block`], but colour stays too: the last pass over a digest,
/// behind the commands that clean the single values in it.
pub(super) fn sanitize_styled(text: &str, color: bool) -> String {
    if !color {
        return sanitize_block(text).into_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\x1b[") {
        let (before, escape) = rest.split_at(at);
        out.push_str(&sanitize_block(before));
        let kept = sgr_length(escape);
        out.push_str(&escape[..kept]);
        // An escape sequence of another kind is cleaned with what follows it.
        let skipped = if kept == 0 {
            escape_length(escape)
        } else {
            kept
        };
        rest = &escape[skipped.max(1)..];
    }
    out.push_str(&sanitize_block(rest));
    out
}

/// What becomes of line feeds and tabs.
#[derive(Clone, Copy, PartialEq)]
enum Breaks {
    Space,
    Keep,
}

fn clean(text: &str, breaks: Breaks) -> Cow<'_, str> {
    let Some(first) = text.find(is_unseen) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(character) = rest.chars().next() {
        let mut length = character.len_utf8();
        match character {
            '\n' | '\t' if breaks == Breaks::Keep => out.push(character),
            '\r' if rest[1..].starts_with('\n') => {}
            '\n' | '\t' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            '\x1b' | '\u{90}' | '\u{98}' | '\u{9b}' | '\u{9d}'..='\u{9f}' => {
                length = escape_length(rest);
            }
            _ if is_unseen(character) => {}
            _ => out.push(character),
        }
        rest = &rest[length..];
    }
    Cow::Owned(out)
}

/// The length of a colour sequence (`ESC [ 1 ; 31 m`) at the start of the text,
/// 0 when there is none.
fn sgr_length(text: &str) -> usize {
    let Some(body) = text.strip_prefix("\x1b[") else {
        return 0;
    };
    let parameters = body.find(|c: char| !c.is_ascii_digit() && c != ';');
    match parameters {
        Some(end) if body[end..].starts_with('m') => 2 + end + 1,
        _ => 0,
    }
}

/// The length of the escape sequence at the start of the text, in bytes.
///
/// One that is never closed ends behind its introducer: what follows would
/// otherwise be hidden by three characters.
fn escape_length(text: &str) -> usize {
    let mut characters = text.chars();
    let introducer = characters.next();
    let (kind, start) = match introducer {
        Some('\x1b') => match characters.next() {
            Some(kind @ '\x20'..='\x7e') => (kind, 2),
            _ => return 1,
        },
        // The 8-bit forms stand for ESC and the character 0x40 below.
        Some(c1 @ '\u{80}'..='\u{9f}') => (char::from(c1 as u8 - 0x40), c1.len_utf8()),
        Some(other) => return other.len_utf8(),
        None => return 0,
    };
    let body = &text[start..];
    let end = match kind {
        // Control sequences: parameters, intermediates, one final byte.
        '[' => body
            .find(|c: char| !matches!(c, '\x20'..='\x3f'))
            .filter(|end| matches!(body.as_bytes()[*end], b'@'..=b'~'))
            .map(|end| end + 1),
        // Strings: up to BEL or the string terminator.
        ']' | 'P' | 'X' | '^' | '_' => [("\x07", 1), ("\x1b\\", 2), ("\u{9c}", 2)]
            .into_iter()
            .filter_map(|(mark, length)| body.find(mark).map(|at| at + length))
            .min(),
        // Intermediates, then one final byte: `ESC ( B`.
        '\x20'..='\x2f' => body
            .find(|c: char| !matches!(c, '\x20'..='\x2f'))
            .filter(|end| body.as_bytes()[*end].is_ascii_graphic())
            .map(|end| end + 1),
        _ => Some(0),
    };
    start + end.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn clean_text_is_borrowed() {
        assert!(matches!(
            sanitize("evil.example — münchen 漢字"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn hostile_text_loses_what_a_terminal_would_obey() {
        for (hostile, expected) in [
            ("a\x1b[31mb\x1b[0m", "ab"),
            ("a\x1b[2J\x1b[1;1Hb", "ab"),
            ("a\x1b]0;title\x07b", "ab"),
            (
                "a\x1b]8;;http://x.example\x1b\\link\x1b]8;;\x1b\\b",
                "alinkb",
            ),
            ("a\u{9b}31mb", "ab"),
            ("a\u{9d}0;title\u{9c}b", "ab"),
            ("a\x1bPq#0\x1b\\b", "ab"),
            ("a\x1b(Bb", "ab"),
            ("a\x1bcb", "ab"),
            // Never closed: nothing behind it is hidden.
            ("a\x1b]0;visible", "a0;visible"),
            ("a\x1b[", "a"),
            ("a\x1b", "a"),
            ("a\x1b[\u{202e}b", "ab"),
            ("a\x1b\u{e9}b", "aéb"),
            ("line\none\ttwo\r\nthree\rfour", "line one two three four"),
            ("a\u{2028}b\u{2029}c\u{85}d", "a b c d"),
            ("a\0b\x07c\x7fd\u{80}e", "abcde"),
            ("\u{202e}gpj.exe", "gpj.exe"),
            ("pay\u{200b}pal\u{feff}.example", "paypal.example"),
            ("x\u{2066}y\u{2069}\u{61c}", "xy"),
            ("\u{e0041}tag\u{fe0f}", "tag"),
            ("hy\u{ad}phen", "hyphen"),
        ] {
            assert_eq!(sanitize(hostile), expected, "{hostile:?}");
        }
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(sanitize_block("a\tb\r\nc\x1b[2Jd\re"), "a\tb\ncd e");
    }

    #[test]
    fn colour_survives_the_last_pass_and_nothing_else_does() {
        let text = "\x1b[1;31mbad\x1b[0m \x1b[2J\u{202e}x\x1b]0;t\x07\n\x1b[;y";
        assert_eq!(sanitize_styled(text, true), "\x1b[1;31mbad\x1b[0m x\n");
        assert_eq!(sanitize_styled(text, false), "bad x\n");
    }

    /// Text dense in what the cleaning is about.
    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<char>().prop_map(String::from),
            "[\\x00-\\x20\\x7f]".prop_map(String::from),
            prop::sample::select(vec![
                "\x1b", "[", "]", "31m", "\x07", "\x1b\\", "\u{9b}", "\u{9c}", "\u{9d}",
                "\u{202e}", "\u{200d}", "\u{2028}", "é", ";",
            ])
            .prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn nothing_unsafe_is_left(text in hostile()) {
            let shown = sanitize(&text);
            prop_assert!(!shown.chars().any(is_unseen), "{text:?} -> {shown:?}");
            prop_assert!(!shown.chars().any(char::is_control));
            prop_assert_eq!(sanitize(&shown), shown.as_ref());
            let block = sanitize_block(&text);
            let kept = |c: char| matches!(c, '\n' | '\t');
            prop_assert!(!block.chars().any(|c| is_unseen(c) && !kept(c)));
        }

        #[test]
        fn styled_text_holds_no_escape_but_colour(text in hostile()) {
            let shown = sanitize_styled(&text, true);
            let mut rest = shown.as_str();
            while let Some(at) = rest.find('\x1b') {
                let length = sgr_length(&rest[at..]);
                prop_assert!(length > 0, "{text:?} -> {shown:?}");
                rest = &rest[at + length..];
            }
        }
    }
}
