//! Undoing what people do to indicators so that nobody clicks them, and what
//! mail, word processors and prose do to them by themselves.
//!
//! Three functions, used in this order: [`visible`], [`undressed`], [`refang`].
//! None of them ever makes a text longer. Schemes are not touched here: `hxxp`
//! is only a disguise where a scheme stands, and `url` knows where that is.

use std::borrow::Cow;

use super::url::Parts;

/// Quotes, which come in pairs or not at all: `?id=1'` is a URL's own.
const QUOTES: [(char, char); 6] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('‘', '’'),
    ('«', '»'),
];

/// What stands in brackets in place of a mark, and the mark.
const MARKS: [(&str, &str); 8] = [
    (".", "."),
    ("dot", "."),
    (":", ":"),
    ("/", "/"),
    ("//", "//"),
    ("://", "://"),
    ("@", "@"),
    ("at", "@"),
];

/// The text without its invisible characters, which come along when text is
/// copied from mail and documents.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        // Joiners are letters in some scripts, and names that differ in one are
        // different names; next to ASCII they can only be dirt.
        let joins = matches!(character, '\u{200c}' | '\u{200d}')
            && out.ends_with(|before: char| !before.is_ascii());
        if joins || !is_invisible(character) {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'                    // soft hyphen
            | '\u{61c}'             // Arabic direction mark
            | '\u{180e}'            // Mongolian vowel separator
            | '\u{200b}'..='\u{200f}' // zero-width space, joiners, direction marks
            | '\u{202a}'..='\u{202e}' // embeddings and overrides of direction
            | '\u{2060}'..='\u{206f}' // word joiner, isolates, invisible operators
            | '\u{feff}'            // byte order mark
    )
}

/// The text without the blanks, quotes and brackets around it and without the
/// punctuation of the sentence that it stood in.
pub(super) fn undressed(text: &str) -> &str {
    let mut text = text.trim();
    while let Some(inner) = without_outermost(text) {
        text = inner.trim();
    }
    text
}

/// The text without the punctuation mark at its end, or the pair around it, or a
/// closing bracket that nothing in it opened. Brackets with a partner inside
/// stay: they belong to a path (`/a_(b)`) or to an IPv6 host.
fn without_outermost(text: &str) -> Option<&str> {
    let last = text.chars().next_back()?;
    let cut = &text[..text.len() - last.len_utf8()];
    if matches!(last, ',' | ';' | '.') {
        return Some(cut);
    }
    if let Some((open, _)) = QUOTES.iter().find(|(_, close)| *close == last) {
        return cut.strip_prefix(*open);
    }
    let open = opening(last)?;
    if let Some(inner) = cut.strip_prefix(open) {
        // `[:]a[:]` begins and ends with brackets, yet isn't in brackets.
        let closed_early = inner
            .find(last)
            .is_some_and(|at| !inner[..at].contains(open));
        if !closed_early {
            return Some(inner);
        }
    }
    let count = |bracket| {
        text.bytes()
            .filter(|&byte| char::from(byte) == bracket)
            .count()
    };
    (count(last) > count(open)).then_some(cut)
}

/// The bracket that a closing one belongs to.
fn opening(close: char) -> Option<char> {
    match close {
        ']' => Some('['),
        ')' => Some('('),
        '}' => Some('{'),
        '>' => Some('<'),
        _ => None,
    }
}

/// The text with its defanged marks as they were: `[.]`, `(dot)`, `[:]//`, `\.`.
///
/// Behind the host only punctuation in square brackets counts, as tools write it
/// that defang whole URLs. The rest may well be meant as it stands: `(at)` in a
/// path, `[at]` as a key in a query, `\.` in a regular expression.
pub(super) fn refang(text: &str) -> Cow<'_, str> {
    if !text.contains(['[', '(', '{', '<', '\\']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        push(&mut out, character);
    }
    Cow::Owned(out)
}

/// Appends a character. One that completes a defanged mark puts the mark in its
/// place; looking back rather than ahead undoes nested ones (`[[.]]`) as well.
fn push(out: &mut String, character: char) {
    if let Some((start, mark)) = completed_mark(out, character) {
        out.truncate(start);
        for character in mark.chars() {
            push(out, character);
        }
        return;
    }
    if character == '.' && out.ends_with('\\') && !is_behind_host(out) {
        out.truncate(out.trim_end_matches('\\').len());
    }
    out.push(character);
}

/// The mark that `close` would complete, and where its bracket opens.
fn completed_mark(out: &str, close: char) -> Option<(usize, &'static str)> {
    let open = opening(close)?;
    MARKS.iter().find_map(|&(written, mark)| {
        let start = out.len().checked_sub(written.len() + open.len_utf8())?;
        let inner = out.get(start..)?.strip_prefix(open)?;
        let counts = inner.eq_ignore_ascii_case(written)
            && (open == '[' && written == mark || !is_behind_host(&out[..start]));
        counts.then_some((start, mark))
    })
}

fn is_behind_host(text: &str) -> bool {
    !Parts::of(text).rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
        for (defanged, plain) in [
            ("evil[.]example", "evil.example"),
            ("evil(.)example", "evil.example"),
            ("evil{.}example", "evil.example"),
            ("evil[dot]example", "evil.example"),
            ("evil<dot>example", "evil.example"),
            ("evil(DOT)example", "evil.example"),
            (r"evil\.example", "evil.example"),
            (r"evil\\.example", "evil.example"),
            ("evil[[.]]example", "evil.example"),
            (r"evil[\.]example", "evil.example"),
            (r"evil\[.]example", "evil.example"),
            ("hxxp[:]//evil.example", "hxxp://evil.example"),
            ("hxxp[://]evil.example", "hxxp://evil.example"),
            ("hxxp:[//]evil.example", "hxxp://evil.example"),
            ("hxxp[:][/][/]evil.example", "hxxp://evil.example"),
            ("hxxp(://)evil(.)example", "hxxp://evil.example"),
            ("evil[.]example[/]a[.]php", "evil.example/a.php"),
            ("user[at]evil[.]example", "user@evil.example"),
            ("user[@]evil.example", "user@evil.example"),
            ("2001[:]db8[:][:]1", "2001:db8::1"),
            ("[2001[:]db8[:][:]1]", "[2001:db8::1]"),
            ("http://[::]/", "http://[::]/"),
            ("[.", "[."),
            ("ü]ü[.]", "ü]ü."),
        ] {
            assert_eq!(refang(defanged), plain, "{defanged}");
            assert_eq!(refang(plain), plain, "{defanged}, twice");
        }
    }

    #[test]
    fn what_stands_behind_the_host_is_mostly_meant() {
        for text in [
            "http://evil.example/a(.)b",
            "http://evil.example/a(at)b",
            "http://evil.example/?f[at]=1&f[dot]=2&f[]=3",
            r"evil.example/a\.b",
            "evil.example?u=http://other{.}example",
        ] {
            assert_eq!(refang(text), text);
        }
    }

    #[test]
    fn clothes() {
        for (dressed, bare) in [
            (" \"evil.example\", ", "evil.example"),
            ("<http://evil.example/a>", "http://evil.example/a"),
            ("(evil.example).", "evil.example"),
            ("“evil.example”;", "evil.example"),
            ("[203.0.113.7]", "203.0.113.7"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "[2001:db8::1]:443"),
            ("http://[2001:db8::1]", "http://[2001:db8::1]"),
            ("[:][:]", "[:][:]"),
            ("[::1]/a[0]", "[::1]/a[0]"),
            ("[::1]/a]", "[::1]/a"),
            ("http://evil.example/a).", "http://evil.example/a"),
            ("http://evil.example/a_(b)", "http://evil.example/a_(b)"),
            ("http://evil.example/a_(b))", "http://evil.example/a_(b)"),
            ("http://evil.example/?id=1'", "http://evil.example/?id=1'"),
            ("'http://evil.example/?id=1'", "http://evil.example/?id=1"),
            ("\"", "\""),
            ("()", ""),
        ] {
            assert_eq!(undressed(dressed), bare, "{dressed}");
        }
    }

    #[test]
    fn invisible_characters_go_but_joiners_within_other_scripts_stay() {
        assert_eq!(
            visible("\u{feff}ev\u{200b}il\u{ad}.ex\u{200d}ample"),
            "evil.example"
        );
        assert_eq!(visible("نامه\u{200c}ای.example"), "نامه\u{200c}ای.example");
    }
}
