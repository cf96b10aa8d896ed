//! Lines that are matched together, and what was found in them.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::ops::Range;

use super::against::{Against, Known};
use super::escapes::blanked;
use super::names::each_name;
use super::odd;
use crate::local::extract::{Ioc, Names, Place, Seen, ValueType, scan_sieved};

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
    pub known: Known,
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
pub(super) fn lines(bytes: &[u8], first: u64, against: &Against, parents: bool) -> Vec<Line> {
    let sieve = against.sieve();
    sieved(bytes, first, against, parents, &|token, seen| {
        sieve.passes(token, seen)
    })
}

/// As [`lines`], with only those tokens read that `passes` lets through.
pub(super) fn sieved(
    bytes: &[u8],
    first: u64,
    against: &Against,
    parents: bool,
    passes: &impl Fn(&[u8], Seen) -> bool,
) -> Vec<Line> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Matching {
        text: &text,
        against,
        parents,
        counted: 0,
        number: first,
        lines: vec![],
        end: 0,
    };
    let read = blanked(&text);
    let mut odd = VecDeque::new();
    odd::each(&read, |place, address| odd.push_back((place, address)));
    scan_sieved(&read, Names::Taken, passes, &mut |place| {
        // Lines are counted once, so places come in order.
        while let Some((before, address)) = odd.pop_front_if(|(odd, _)| odd.start < place.at) {
            found.address(before, address);
        }
        found.place(&place);
    });
    for (place, address) in odd {
        found.address(place, address);
    }
    found.lines
}

struct Matching<'t> {
    text: &'t str,
    against: &'t Against,
    parents: bool,
    /// How far lines are counted, and the number of the line there.
    counted: usize,
    number: u64,
    lines: Vec<Line>,
    /// Where the last of them ends.
    end: usize,
}

impl Matching<'_> {
    fn address(&mut self, place: Range<usize>, address: Ipv4Addr) {
        self.place(&Place {
            value: Ioc {
                value: address.to_string(),
                kind: ValueType::Ip,
                private: false,
            },
            at: place.start,
            ioc: &self.text[place],
        });
    }

    fn place(&mut self, place: &Place<'_>) {
        let (value, kind) = (place.value.value.as_str(), place.value.kind);
        each_name(value, kind, self.parents, &mut |name, kind, matched| {
            self.look(name, kind, matched, place);
        });
    }

    fn look(&mut self, value: &str, kind: ValueType, matched: Matched, place: &Place<'_>) {
        let Some(known) = self.against.find(value, kind) else {
            return;
        };
        let start = self.line_at(place.at);
        let line = self.lines.last_mut().expect("the line at hand");
        if line.hits.iter().any(|hit| hit.known == known) {
            return;
        }
        let from = place.at - start;
        let to = (from + place.ioc.len()).min(line.text.len());
        line.hits.push(Hit {
            known,
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
