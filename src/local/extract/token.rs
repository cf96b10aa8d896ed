//! What a token holds: URLs, and between them addresses, names, hashes and CVE ids.

use super::candidate::{Candidate, is_name_byte};
use super::finding::{Ioc, ValueType};
use super::memo::Memo;
use super::plain::Plain;
use super::scan::{Names, is_break};

/// A value and its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::local) struct Place<'a> {
    pub value: Ioc,
    /// As it was written.
    pub ioc: &'a str,
    /// The byte of the text at which it begins.
    pub at: usize,
}

/// A part of a text between breaks.
pub(super) struct Token<'a> {
    pub text: &'a str,
    pub start: usize,
    pub end: usize,
    pub names: Names,
    /// The tokens that need not be looked into again.
    pub memo: Option<&'a Memo>,
}

impl<'a> Token<'a> {
    /// Finds what the token holds.
    pub(super) fn find(&self, found: &mut dyn FnMut(Place<'a>)) {
        let raw = &self.text[self.start..self.end];
        // Where names are refused, a token may hold one that counts elsewhere.
        let memo = self.memo.filter(|_| self.names == Names::Taken);
        if memo.is_some_and(|memo| memo.knows(raw)) {
            return;
        }
        cves(raw, &mut |value, from, to| {
            found(Place {
                value,
                ioc: &raw[from..to],
                at: self.start + from,
            });
        });
        if raw.is_ascii() {
            self.find_in(self.start, self.end, found);
            return;
        }
        // Quotes, bullets and dashes of typography end a token as ASCII's do.
        let mut start = self.start;
        for (at, character) in raw.char_indices() {
            if is_outside(character) {
                self.find_in(start, self.start + at, found);
                start = self.start + at + character.len_utf8();
            }
        }
        self.find_in(start, self.end, found);
    }

    /// Finds what several tokens hold that dots join which are set apart. The dots
    /// of prose stand like that where something cut its words apart.
    pub(super) fn find_joined(&self, found: &mut dyn FnMut(Place<'a>)) {
        let raw = &self.text[self.start..self.end];
        let is_prose = raw.contains(" . ") && !raw.contains(['[', '(', '{']);
        let closed: String = raw.chars().filter(|c| !c.is_whitespace()).collect();
        let mut values = vec![];
        search(&closed, self.names, &mut |value, _, _| values.push(value));
        if is_prose && !closed.chars().any(char::is_uppercase) {
            let tail = closed.rsplit('.').next().unwrap_or_default();
            // `the end . it begins`: a name of two labels under `.it`, or none.
            if tail.len() < 3 && closed.matches('.').count() == 1 {
                values.clear();
            }
        } else if is_prose {
            values.clear();
        }
        if values.is_empty() {
            self.find(found);
        }
        for value in values {
            found(Place {
                value,
                ioc: raw,
                at: self.start,
            });
        }
    }

    fn find_in(&self, start: usize, end: usize, found: &mut dyn FnMut(Place<'a>)) {
        let raw = &self.text[start..end];
        search(raw, self.names, &mut |value, from, to| {
            found(Place {
                value,
                ioc: &raw[from..to],
                at: start + from,
            });
        });
    }
}

/// A value with where it begins and ends in what was searched.
type Found<'f> = &'f mut dyn FnMut(Ioc, usize, usize);

/// Finds all values in a token that is as it was written.
fn search(raw: &str, names: Names, found: Found<'_>) {
    let plain = Plain::of(raw);
    let text = &*plain.text;
    let mut say =
        |value: Ioc, from: usize, to: usize| found(value, plain.place(from), plain.place(to));
    let candidate = Candidate {
        text,
        names,
        plain: &plain,
    };
    let mut from = 0;
    while let Some(colon) = text[from..].find("://").map(|at| from + at) {
        let scheme = scheme_start(text, from, colon);
        candidate.hosts(from, scheme, false, &mut say);
        let end = url_end(text, scheme, colon + 3);
        if !candidate.url(scheme, end, &mut say) {
            let authority = text[colon + 3..end].find(['/', '?', '#']);
            let authority = authority.map_or(end, |at| colon + 3 + at);
            // `ssh://git@evil.example` names a user, not a mailbox.
            let user = text[colon + 3..authority].rfind('@');
            let host = user.map_or(colon + 3, |at| colon + 4 + at);
            candidate.hosts(host, authority, true, &mut say);
        }
        from = end;
    }
    candidate.hosts(from, text.len(), false, &mut say);
}

/// CVE ids: a year, and four digits or more, with dashes of any kind or underscores
/// between them.
fn cves(text: &str, found: Found<'_>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = find_letters(bytes, from) {
        from = at + 3;
        let digits = |from: usize| {
            bytes[from..]
                .iter()
                .take_while(|b| b.is_ascii_digit())
                .count()
        };
        let Some(year) = dash(text, from) else {
            continue;
        };
        let Some(number) = dash(text, year + 4).filter(|_| digits(year) == 4) else {
            continue;
        };
        let end = number + digits(number);
        let bounded = |byte: Option<&u8>| !byte.is_some_and(u8::is_ascii_alphanumeric);
        let before = at.checked_sub(1).map(|before| &bytes[before]);
        if !(4..=19).contains(&(end - number)) || !bounded(before) || !bounded(bytes.get(end)) {
            continue;
        }
        let value = Ioc {
            value: format!("CVE-{}-{}", &text[year..year + 4], &text[number..end]),
            kind: ValueType::Cve,
            private: false,
        };
        found(value, at, end);
        from = end;
    }
}

/// Where a dash or underscore ends that stands here.
fn dash(text: &str, at: usize) -> Option<usize> {
    let character = text.get(at..)?.chars().next()?;
    let is = matches!(character, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    is.then(|| at + character.len_utf8())
}

/// Where the letters of a CVE id stand next, in either case.
fn find_letters(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(next) = memchr::memchr2(b'c', b'C', bytes.get(at..)?) {
        at += next;
        if bytes.get(at..at + 3)?.eq_ignore_ascii_case(b"cve") {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Where the scheme before `://` begins. Letters that run into a known one are not
/// part of it: `urlhttps://`.
fn scheme_start(text: &str, from: usize, colon: usize) -> usize {
    let bytes = text.as_bytes();
    let part =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'+' | b'-' | b'.');
    let length = bytes[from..colon].iter().rev().take_while(part).count();
    let start = colon - length;
    let written = &bytes[start..colon];
    let known = [&b"https"[..], b"hxxps", b"h**ps", b"http", b"hxxp", b"h**p"];
    let longest = known.iter().find(|name| {
        let at = written.len().checked_sub(name.len());
        at.is_some_and(|at| written[at..].eq_ignore_ascii_case(name))
    });
    longest.map_or(start, |name| colon - name.len())
}

/// Where a URL ends whose host begins at `from`. Commas, quotes and brackets may be
/// part of it, and may as well belong to the text around it.
pub(super) fn url_end(text: &str, start: usize, from: usize) -> usize {
    let bytes = text.as_bytes();
    let before = start.checked_sub(1).map(|at| bytes[at]);
    let quoted = before == Some(b'\'');
    let mut at = from;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let ends = match bytes[at] {
            b'\'' => quoted,
            b',' | b';' => begins_scheme(&rest[1..]),
            b'\\' => true,
            b'&' => ["&quot;", "&lt;", "&gt;", "&#"]
                .iter()
                .any(|entity| text[at..].starts_with(entity)),
            // Markdown: `[text](url)` and `](`; the bracket of a host is behind `//`.
            b')' | b']' => matches!(rest.get(1), Some(b'(' | b'[')) && at > from,
            byte => is_break(byte),
        };
        if ends {
            break;
        }
        at += 1;
    }
    trimmed(text, from, at, before)
}

fn begins_scheme(bytes: &[u8]) -> bool {
    [&b"http"[..], b"hxxp"].iter().any(|scheme| {
        let head = bytes.get(..scheme.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    })
}

/// The end without the punctuation of the sentence around it.
fn trimmed(text: &str, from: usize, mut end: usize, before: Option<u8>) -> usize {
    let bytes = text.as_bytes();
    while end > from {
        let inner = &bytes[from..end];
        let count = |byte: u8| memchr::memchr_iter(byte, inner).count();
        let goes = match bytes[end - 1] {
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'*' | b'\'' | b'~' => true,
            b'_' => before == Some(b'_'),
            b')' => count(b')') > count(b'('),
            b']' => count(b']') > count(b'['),
            b'}' => count(b'}') > count(b'{'),
            _ => false,
        };
        if !goes {
            break;
        }
        end -= 1;
    }
    end
}

/// Whether a character belongs to the text around a token. Letters, marks and
/// digits of all scripts, joiners and the full stops of other scripts do not.
fn is_outside(character: char) -> bool {
    matches!(character,
        '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{bf}' | '\u{d7}' | '\u{f7}'
        | '\u{2000}'..='\u{200a}' | '\u{2010}'..='\u{2029}' | '\u{202f}'..='\u{205f}'
        | '\u{2070}'..='\u{2bff}' | '\u{3000}'..='\u{3001}' | '\u{3003}'..='\u{303f}'
        | '\u{ff01}'..='\u{ff0d}' | '\u{ff0f}' | '\u{ff1a}'..='\u{ff20}'
        | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff60}' | '\u{ff62}'..='\u{ff65}'
        | '\u{fffd}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether a byte may be part of the local part of a mail address.
pub(super) fn is_local_byte(byte: u8) -> bool {
    is_name_byte(byte) || matches!(byte, b'+' | b'%' | b'&')
}
