//! Lines that are matched together, and what was found in them.

use std::net::{IpAddr, Ipv6Addr};
use std::ops::Range;

use super::list::{Entry, List};
use crate::local::extract::{Names, Place, Seen, ValueType, scan_sieved};
use crate::model::value_key::host_of;

/// How a value of the list stands in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matched {
    /// Itself: as the host of a URL or of a mail address, too.
    Exact,
    /// As the parent of a domain.
    Parent,
}

impl Matched {
    /// Its name in records.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Parent => "parent",
        }
    }
}

/// A value of the list in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    pub entry: Entry,
    pub matched: Matched,
    /// The bytes of the line in which it stands.
    pub place: Range<usize>,
}

/// A line with a value of the list in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its number in the file, from 1.
    pub number: u64,
    pub text: String,
    /// The values, in the order of their places, each once.
    pub hits: Vec<Hit>,
}

/// Finds the lines of a text that name values of the list. Its first line has a number.
pub(super) fn lines(bytes: &[u8], first: u64, list: &List, parents: bool) -> Vec<Line> {
    let sieve = list.sieve();
    sieved(bytes, first, list, parents, &|token, seen| {
        sieve.passes(token, seen)
    })
}

/// As [`lines`], with only those tokens read that `passes` lets through.
pub(super) fn sieved(
    bytes: &[u8],
    first: u64,
    list: &List,
    parents: bool,
    passes: &impl Fn(&[u8], Seen) -> bool,
) -> Vec<Line> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Matching {
        text: &text,
        list,
        parents,
        counted: 0,
        number: first,
        lines: vec![],
        end: 0,
    };
    scan_sieved(&text, Names::Taken, passes, &mut |place| {
        found.place(&place);
    });
    found.lines
}

struct Matching<'t> {
    text: &'t str,
    list: &'t List,
    parents: bool,
    /// How far lines are counted, and the number of the line there.
    counted: usize,
    number: u64,
    lines: Vec<Line>,
    /// Where the last of them ends.
    end: usize,
}

impl Matching<'_> {
    fn place(&mut self, place: &Place<'_>) {
        let value = place.value.value.as_str();
        self.look(value, Matched::Exact, place);
        match place.value.kind {
            ValueType::Ip => self.address(value, place),
            ValueType::Domain => self.parents(value, place),
            ValueType::Url => {
                let host = host_of(value).to_owned();
                self.look(&host, Matched::Exact, place);
                if host.parse::<IpAddr>().is_ok() {
                    self.address(&host, place);
                } else {
                    self.parents(&host, place);
                }
            }
            ValueType::Email => {
                let domain = value.rsplit('@').next().unwrap_or(value);
                self.look(domain, Matched::Exact, place);
                self.parents(domain, place);
            }
            ValueType::File | ValueType::Cve => {}
        }
    }

    /// An address in its other notation: IPv4 in IPv6 is the same machine.
    fn address(&mut self, value: &str, place: &Place<'_>) {
        let other = match value.parse() {
            Ok(IpAddr::V6(address)) => address.to_ipv4_mapped().map(IpAddr::V4),
            Ok(IpAddr::V4(address)) => Some(IpAddr::V6(Ipv6Addr::from(
                address.to_ipv6_mapped().octets(),
            ))),
            Err(_) => None,
        };
        if let Some(other) = other {
            self.look(&other.to_string(), Matched::Exact, place);
        }
    }

    fn parents(&mut self, domain: &str, place: &Place<'_>) {
        if !self.parents {
            return;
        }
        let mut rest = domain;
        while let Some((_, parent)) = rest.split_once('.') {
            self.look(parent, Matched::Parent, place);
            rest = parent;
        }
    }

    fn look(&mut self, value: &str, matched: Matched, place: &Place<'_>) {
        let Some(entry) = self.list.find(value) else {
            return;
        };
        let start = self.line_at(place.at);
        let line = self.lines.last_mut().expect("the line at hand");
        if line.hits.iter().any(|hit| hit.entry == entry) {
            return;
        }
        let from = place.at - start;
        let to = (from + place.ioc.len()).min(line.text.len());
        line.hits.push(Hit {
            entry,
            matched,
            place: from..to,
        });
    }

    /// Makes the line of a place the last one, and says where it begins.
    fn line_at(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |newline| newline + 1);
        if at < self.end {
            return start;
        }
        let passed = &bytes[self.counted..start];
        self.number += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.counted = start;
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |newline| at + newline);
        self.end = end;
        let text = &self.text[start..end];
        self.lines.push(Line {
            number: self.number,
            text: text.strip_suffix('\r').unwrap_or(text).to_owned(),
            hits: vec![],
        });
        start
    }
}
