//! A token without what defanging did to it, and where each byte of it stood.

use std::borrow::Cow;

/// The marks that brackets set apart, the longest first.
const MARKS: [(&[u8], &str); 8] = [
    (b"://", "://"),
    (b"//", "//"),
    (b"dot", "."),
    (b"at", "@"),
    (b".", "."),
    (b":", ":"),
    (b"/", "/"),
    (b"@", "@"),
];

/// Brackets and backslashes that may stand on one side of a mark.
const MOST_BRACKETS: usize = 3;

/// A token as it is meant.
pub(super) struct Plain<'a> {
    pub text: Cow<'a, str>,
    /// For each byte of the text, and for its end, where it stood in the token;
    /// nothing where the token is the text.
    places: Option<Vec<usize>>,
}

impl<'a> Plain<'a> {
    /// Undoes defanging in a token.
    pub(super) fn of(token: &'a str) -> Self {
        let bytes = token.as_bytes();
        let mut seen = [false; 4];
        for byte in bytes {
            match byte {
                b'[' | b'(' | b'{' | b'\\' | b']' | b')' | b'}' => seen[0] = true,
                b'+' => seen[1] = true,
                b'%' => seen[2] = true,
                b'.' => seen[3] = true,
                _ => {}
            }
        }
        let [bracketed, plus, percent, dotted] = seen;
        let spelt = !dotted && contains_word_of_dot(bytes);
        let plussed = plus && token.matches("++").count() > 1;
        // `u=https%3A%2F%2Fevil.example%2F`; within a URL it is part of that.
        let encoded =
            percent && !token.contains("://") && token.to_ascii_lowercase().contains("%3a%2f%2f");
        if !bracketed && !spelt && !plussed && !encoded {
            return Self {
                text: Cow::Borrowed(token),
                places: None,
            };
        }
        let mut text = String::with_capacity(token.len());
        let mut places = Vec::with_capacity(token.len() + 1);
        let mut behind_host = false;
        let mut at = 0;
        while at < bytes.len() {
            if plussed && bytes[at..].starts_with(b"++") {
                at += 2;
                continue;
            }
            let mark = mark(bytes, at, &text, behind_host)
                .or_else(|| secure(bytes, at, &text))
                .or_else(|| if encoded { delimiter(bytes, at) } else { None })
                .or_else(|| if spelt { word_of_dot(bytes, at) } else { None });
            if let Some((length, mark)) = mark {
                places.extend(std::iter::repeat_n(at, mark.len()));
                text.push_str(mark);
                at += length;
            } else {
                let length = token[at..].chars().next().map_or(1, char::len_utf8);
                places.extend(std::iter::repeat_n(at, length));
                text.push_str(&token[at..at + length]);
                at += length;
            }
            if text.ends_with([',', ';']) {
                behind_host = false;
            } else if text.ends_with('/') {
                let before = text[..text.len() - 1].bytes().next_back();
                behind_host |= before.is_some_and(|byte| !matches!(byte, b':' | b'/'));
            }
        }
        places.push(bytes.len());
        Self {
            text: Cow::Owned(text),
            places: Some(places),
        }
    }

    /// Where a byte of the text stood in the token.
    pub(super) fn place(&self, at: usize) -> usize {
        self.places.as_ref().map_or(at, |places| places[at])
    }

    /// Whether defanging was undone between two places of the text.
    pub(super) fn was_defanged(&self, start: usize, end: usize) -> bool {
        self.place(end) - self.place(start) != end - start
    }
}

/// The mark that brackets set apart here, and its length in the token.
fn mark(bytes: &[u8], at: usize, before: &str, behind_host: bool) -> Option<(usize, &'static str)> {
    let opens = |byte: &&u8| matches!(byte, b'[' | b'(' | b'{' | b'\\');
    let closes = |byte: &&u8| matches!(byte, b']' | b')' | b'}' | b'\\');
    let opened = bytes[at..]
        .iter()
        .take(MOST_BRACKETS)
        .take_while(opens)
        .count();
    let rest = &bytes[at + opened..];
    let (written, mark) = MARKS.iter().find(|(written, _)| {
        let head = rest.get(..written.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(written))
    })?;
    let behind = &rest[written.len()..];
    let behind_it = behind.iter().take(MOST_BRACKETS).take_while(closes).count();
    let next = behind.get(behind_it);
    let word =
        |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80);
    let between_words = word(before.bytes().next_back()) && word(next.copied());
    let in_brackets = opened > 0 && behind_it > 0;
    // Behind the host only punctuation in square brackets counts: the rest may well
    // be meant as it stands.
    let counts = if behind_host {
        in_brackets && bytes[at] == b'[' && *written == mark.as_bytes()
    } else {
        match *mark {
            // `[s]` of `http[s]` has no mark; `evil[.example` has half of one.
            "." if *written == b"." => between_words && (opened > 0 || behind_it > 0),
            "." | "@" => in_brackets && between_words,
            "/" if opened > 0 && behind_it == 0 => {
                bytes[at..at + opened].iter().all(|b| *b == b'\\')
            }
            _ => in_brackets && !before.is_empty(),
        }
    };
    counts.then_some((opened + written.len() + behind_it, *mark))
}

/// A delimiter of URLs that is percent-encoded.
fn delimiter(bytes: &[u8], at: usize) -> Option<(usize, &'static str)> {
    let written = bytes.get(at..at + 3)?.to_ascii_lowercase();
    let mark = match &written[..] {
        b"%3a" => ":",
        b"%2f" => "/",
        b"%3f" => "?",
        b"%3d" => "=",
        b"%26" => "&",
        _ => return None,
    };
    Some((3, mark))
}

/// The `s` of `http[s]`.
fn secure(bytes: &[u8], at: usize, before: &str) -> Option<(usize, &'static str)> {
    let written = bytes.get(at..at + 3)?;
    let is = written == b"[s]" || written == b"(s)";
    let scheme = before.as_bytes();
    let behind = |name: &[u8]| {
        let start = scheme.len().checked_sub(name.len());
        start.is_some_and(|start| scheme[start..].eq_ignore_ascii_case(name))
    };
    (is && (behind(b"http") || behind(b"hxxp"))).then_some((3, "s"))
}

/// Whether a name is written with `-dot-` or `_dot_`.
fn contains_word_of_dot(bytes: &[u8]) -> bool {
    memchr::memchr2_iter(b'-', b'_', bytes).any(|at| word_of_dot(bytes, at).is_some())
}

fn word_of_dot(bytes: &[u8], at: usize) -> Option<(usize, &'static str)> {
    let inner = bytes.get(at..at + 5)?;
    let is = inner.eq_ignore_ascii_case(b"-dot-") || inner.eq_ignore_ascii_case(b"_dot_");
    (is && at > 0 && at + 5 < bytes.len()).then_some((5, "."))
}
