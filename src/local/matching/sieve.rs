//! Which tokens may name a value of the list.
//!
//! Almost no token of a log does. The sieve reads hosts, addresses and hashes as they
//! are written and asks a filter for their keys; a token with defanging, other scripts
//! or odd forms passes unasked. It may let too much pass, and never too little: what
//! passes is read and compared.

use std::sync::Arc;

use crate::local::extract::{Seen, ValueType};
use crate::model::value_filter::ValueFilter;
use crate::model::value_key::{Key, bare, host_of};

/// The shortest hash, MD5.
const SHORTEST_HASH: usize = 32;

/// A filter of the keys of a list, and which forms are in it.
pub(in crate::local) struct Sieve {
    filter: Arc<ValueFilter>,
    ipv4: bool,
    ipv6: bool,
    hosts: bool,
    files: bool,
    cves: bool,
}

impl Sieve {
    /// The sieve of a list. Its values are asked for twice.
    pub(super) fn of<'v, V>(values: impl Fn() -> V) -> Self
    where
        V: Iterator<Item = (ValueType, &'v str)>,
    {
        let mut keys = vec![];
        let mut sieve = Self {
            filter: Arc::new(ValueFilter::of(&[])),
            ipv4: false,
            ipv6: false,
            hosts: false,
            files: false,
            cves: false,
        };
        for (value_type, value) in values() {
            let mut host = |host: &str, sieve: &mut Self| {
                sieve.note(host);
                keys.push(Key::of(bare(host).as_bytes()));
            };
            match value_type {
                ValueType::Ip | ValueType::Domain => host(value, &mut sieve),
                ValueType::Url => host(host_of(value), &mut sieve),
                ValueType::Email => {
                    host(value.rsplit('@').next().unwrap_or(value), &mut sieve);
                }
                ValueType::File => {
                    sieve.files = true;
                    keys.push(Key::of(value.as_bytes()));
                }
                ValueType::Cve => sieve.cves = true,
            }
        }
        keys.sort_unstable();
        sieve.filter = Arc::new(ValueFilter::of(&keys));
        sieve
    }

    /// The sieve of the mirror, which has indicators of every form.
    pub(super) fn of_mirror(filter: Arc<ValueFilter>) -> Self {
        Self {
            filter,
            ipv4: true,
            ipv6: true,
            hosts: true,
            files: true,
            cves: false,
        }
    }

    /// Notes the form of a host.
    fn note(&mut self, host: &str) {
        if host.contains(':') {
            self.ipv6 = true;
            // `::ffff:203.0.113.7` is looked up as both.
            self.ipv4 = true;
        } else if host.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            self.ipv4 = true;
            self.ipv6 = true;
        } else {
            self.hosts = true;
        }
    }

    /// Whether a token may name a value of the list.
    pub(in crate::local) fn passes(&self, token: &[u8], seen: Seen) -> bool {
        if seen.is_high() {
            return true;
        }
        if self.ipv6 && seen.has_colon() && may_be_ipv6(token) {
            return true;
        }
        if self.cves && memchr::memmem::find(&token.to_ascii_lowercase(), b"cve").is_some() {
            return true;
        }
        let inner = inner(token);
        if seen.has_bracket() && is_odd(inner) {
            return true;
        }
        if !seen.has_dot() && seen.has_hyphen() && spells_dots(inner) {
            return true;
        }
        if memchr::memchr(b'%', inner).is_some() && encodes_slashes(inner) {
            return true;
        }
        self.names(inner)
    }

    /// Whether one of the names, addresses or hashes in a token may be in the list.
    fn names(&self, token: &[u8]) -> bool {
        let mut at = 0;
        while at < token.len() {
            if !is_name(token[at]) {
                at += 1;
                continue;
            }
            let start = at;
            let mut dots = 0_usize;
            let mut numeric = true;
            while at < token.len() && is_name(token[at]) {
                let byte = token[at];
                dots += usize::from(byte == b'.');
                numeric &= byte.is_ascii_digit() || byte == b'.' || byte == b'-';
                at += 1;
            }
            let begins_host = start >= 2 && matches!(token[start - 1], b'/' | b'@');
            if begins_host && token.get(at) == Some(&b'%') {
                return true;
            }
            let run = trimmed(&token[start..at]);
            if run.len() >= SHORTEST_HASH && self.files && self.hash(run) {
                return true;
            }
            if dots == 0 {
                continue;
            }
            if numeric {
                if self.ipv4 && run.split(|b| *b == b'-').any(|part| self.has(part)) {
                    return true;
                }
            } else if self.hosts && self.host(run) {
                return true;
            }
        }
        false
    }

    fn has(&self, value: &[u8]) -> bool {
        self.filter.contains(Key::of(value))
    }

    fn hash(&self, run: &[u8]) -> bool {
        let stem = memchr::memchr(b'.', run).map_or(run, |dot| &run[..dot]);
        matches!(stem.len(), 32 | 40 | 64) && self.has(stem)
    }

    /// Whether a name or one of its parents may be in the list.
    fn host(&self, run: &[u8]) -> bool {
        let mut key = Key::EMPTY;
        let mut labels = 0;
        for byte in run.iter().rev() {
            if *byte == b'.' {
                labels += 1;
                if labels > 1 && self.filter.contains(key.value()) {
                    return true;
                }
            }
            key = key.before(*byte);
        }
        self.filter.contains(key.value())
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

fn trimmed(run: &[u8]) -> &[u8] {
    let edge = |byte: &u8| matches!(byte, b'.' | b'-' | b'_');
    let start = run.iter().position(|b| !edge(b)).unwrap_or(run.len());
    let end = run
        .iter()
        .rposition(|b| !edge(b))
        .map_or(start, |at| at + 1);
    &run[start..end]
}

/// A token from its first letter or digit to its last.
fn inner(token: &[u8]) -> &[u8] {
    let word = u8::is_ascii_alphanumeric;
    let start = token.iter().position(word).unwrap_or(token.len());
    let end = token.iter().rposition(word).map_or(start, |at| at + 1);
    &token[start..end]
}

/// Whether brackets, backslashes or doubled pluses within a token may be defanging.
fn is_odd(inner: &[u8]) -> bool {
    let bracket = |b: &u8| matches!(b, b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'\\');
    inner.iter().any(bracket) || memchr::memmem::find(inner, b"++").is_some()
}

/// Whether a token may write dots as `-dot-`.
fn spells_dots(inner: &[u8]) -> bool {
    inner
        .windows(3)
        .any(|three| three.eq_ignore_ascii_case(b"dot"))
}

/// Whether a URL may stand percent-encoded in a token.
fn encodes_slashes(inner: &[u8]) -> bool {
    inner
        .windows(6)
        .any(|six| six.eq_ignore_ascii_case(b"%2f%2f"))
}

/// Whether an IPv6 address may stand in a token. Times have colons too, and no two of
/// them side by side, nor seven.
fn may_be_ipv6(token: &[u8]) -> bool {
    memchr::memmem::find(token, b"::").is_some() || memchr::memchr_iter(b':', token).count() >= 6
}
