//! Finds the entries of a threat list in a body that comes in pieces, without
//! holding more than one entry and what came with it.
//!
//! It is a little longer than other files, because it is one state machine: places,
//! what each does with a byte, and what is kept in between belong together.

use std::ops::Range;

use bytes::Bytes;
use memchr::{memchr2, memchr3};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::tear::resume;
use crate::feed::page::Unreadable;

/// Bytes that are collected before they are handed on: a trade between the size
/// of the run and the cost of each hand-over.
const PORTION: usize = 256 * 1024;

/// The largest entry that is held; the largest that were ever recorded have a few
/// kilobytes.
const LARGEST: usize = 16 * 1024 * 1024;

/// The most white space between entries; none has more than indentation.
const MOST_BLANK: usize = 64 * 1024;

/// The most that may come without an entry. A list in which no other one ever begins
/// would be read for ever.
const MOST_WITHOUT_ENTRY: usize = 4 * LARGEST;

/// Reads `{"iocs":[{"data":{…}},…]}`.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    buffer: Vec<u8>,
    /// Where the scan goes on; one beyond the end after a trailing backslash.
    at: usize,
    place: Place,
    /// Braces, and outside entries brackets too, that are open.
    depth: usize,
    in_text: bool,
    /// Where the name or the entry in hand begins.
    start: usize,
    /// Where the first object within the entry in hand ends.
    inner_end: Option<usize>,
    /// How large the entry in hand must be to be suspected of being torn.
    suspect: usize,
    /// Whether the entry in hand is too large, and was handed on as far as it was
    /// held.
    oversize: bool,
    found: Vec<Range<usize>>,
    garbled: Vec<Unreadable>,
    /// White space since anything else came; commas between entries count as such.
    blank: usize,
    /// Bytes that came since the last entry ended.
    without_entry: usize,
    /// Whether the list has come: a document without one is no empty list.
    listed: bool,
}

/// What the scan expects.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The brace that opens the document.
    #[default]
    Opening,
    /// A member's name, or the end of the document.
    Name,
    /// The value of a member.
    Value(Member),
    /// Inside a value of no interest.
    Skipped,
    /// After a value.
    Comma,
    /// An entry, or the end of the list.
    Entry,
    /// Inside an entry.
    Inside,
    /// Inside something in the list that is no entry.
    Stray,
    /// Nothing more.
    Closed,
}

/// The members of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    /// The list of entries.
    Iocs,
    /// What the service says instead of one.
    Error,
    /// One of no interest.
    Other,
}

impl Member {
    fn of(name: &str) -> Self {
        match name {
            "iocs" => Self::Iocs,
            "error" => Self::Error,
            _ => Self::Other,
        }
    }
}

/// Complete entries, what stands among them and is none, and the bytes that all
/// of it lies in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Portion {
    pub(super) body: Bytes,
    pub(super) entries: Vec<Range<usize>>,
    pub(super) garbled: Vec<Unreadable>,
}

impl Splitter {
    /// Takes the next piece; gives a portion when there is enough for one.
    ///
    /// # Errors
    /// A reason, for what is no threat list.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<Option<Portion>, String> {
        self.buffer.extend_from_slice(piece);
        self.without_entry += piece.len();
        self.scan()?;
        if self.without_entry > MOST_WITHOUT_ENTRY {
            return Err(format!("no entry in {MOST_WITHOUT_ENTRY} bytes of it"));
        }
        // What was torn off swallows what follows, and must not do so for long.
        while self.place == Place::Inside
            && !self.oversize
            && self.in_hand() > self.suspect.max(PORTION)
        {
            if !self.resume(self.buffer.len()) {
                self.suspect = 2 * self.in_hand();
                break;
            }
            self.scan()?;
        }
        if self.buffer.len() < PORTION {
            return Ok(None);
        }
        if self.in_hand() > LARGEST {
            self.outsize();
        }
        Ok(self.portion())
    }

    /// The bytes of the entry in hand.
    fn in_hand(&self) -> usize {
        match self.place {
            Place::Inside | Place::Stray => self.buffer.len() - self.start,
            _ => 0,
        }
    }

    /// Gives up an entry that is too large to be held.
    fn outsize(&mut self) {
        if !self.oversize {
            self.garbled.push(Unreadable {
                range: self.start..self.buffer.len(),
                reason: format!("an entry has more than {LARGEST} bytes; its beginning is kept"),
            });
        }
        self.oversize = true;
    }

    /// Goes back to where another entry begins within the one in hand, which has
    /// come to `end`, if it is torn; whether it is.
    fn resume(&mut self, end: usize) -> bool {
        let Some((begin, reason)) = resume(&self.buffer[self.start..end]) else {
            return false;
        };
        let begin = self.start + begin;
        let torn = self.buffer[self.start..begin].trim_ascii_end();
        let torn = torn.strip_suffix(b",").unwrap_or(torn).trim_ascii_end();
        self.garbled.push(Unreadable {
            range: self.start..self.start + torn.len(),
            reason,
        });
        self.at = begin;
        self.place = Place::Entry;
        self.in_text = false;
        true
    }

    /// The rest, when the body is at its end.
    ///
    /// # Errors
    /// A reason, if the document is not.
    pub(super) fn finish(&mut self) -> Result<Option<Portion>, String> {
        while self.place == Place::Inside && !self.oversize && self.resume(self.buffer.len()) {
            self.scan()?;
        }
        if self.place != Place::Closed {
            return Err("it is truncated".to_owned());
        }
        Ok(self.portion())
    }

    /// Hands out what is complete, and keeps what is not.
    fn portion(&mut self) -> Option<Portion> {
        let held = !self.oversize && matches!(self.place, Place::Inside | Place::Stray);
        let unfinished = held || (self.place == Place::Name && self.in_text);
        let keep = if unfinished { self.start } else { self.at };
        let keep = keep.min(self.buffer.len());
        if self.found.is_empty() && self.garbled.is_empty() {
            // White space, or a value that nobody wants.
            if !unfinished {
                self.drop_before(keep);
            }
            return None;
        }
        let mut rest = Vec::with_capacity(PORTION + PORTION / 4);
        rest.extend_from_slice(&self.buffer[keep..]);
        let body = std::mem::replace(&mut self.buffer, rest);
        self.moved(keep);
        Some(Portion {
            body: Bytes::from(body),
            entries: std::mem::take(&mut self.found),
            garbled: std::mem::take(&mut self.garbled),
        })
    }

    fn drop_before(&mut self, keep: usize) {
        self.buffer.drain(..keep);
        self.moved(keep);
    }

    fn moved(&mut self, by: usize) {
        self.at -= by;
        self.start = self.start.saturating_sub(by);
        self.inner_end = self.inner_end.map(|end| end.saturating_sub(by));
    }

    fn scan(&mut self) -> Result<(), String> {
        while self.at < self.buffer.len() {
            match self.place {
                Place::Inside => self.scan_entry(),
                Place::Skipped => self.scan_skipped(),
                Place::Stray => self.scan_stray(),
                Place::Name if self.in_text => self.scan_name()?,
                _ => {
                    let byte = self.buffer[self.at];
                    let space = matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
                    if space || (self.place == Place::Entry && byte == b',') {
                        self.at += 1;
                        self.blank += 1;
                        if self.blank > MOST_BLANK {
                            return Err(format!("more than {MOST_BLANK} blanks in a row"));
                        }
                    } else {
                        self.blank = 0;
                        self.step(byte)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// One byte between values.
    fn step(&mut self, byte: u8) -> Result<(), String> {
        self.place = match (self.place, byte) {
            (Place::Opening, b'{') | (Place::Comma, b',') => Place::Name,
            (Place::Name, b'"') => {
                self.in_text = true;
                self.start = self.at;
                Place::Name
            }
            (Place::Name | Place::Comma, b'}') if self.listed => Place::Closed,
            (Place::Name | Place::Comma, b'}') => return Err("`iocs` is missing".to_owned()),
            (Place::Value(member), b':') => Place::Value(member),
            (Place::Value(Member::Iocs), _) if self.listed => {
                return Err("`iocs` occurs twice".to_owned());
            }
            (Place::Value(Member::Iocs), b'[') => {
                self.listed = true;
                Place::Entry
            }
            (Place::Value(Member::Iocs), _) => return Err("`iocs` is not a list".to_owned()),
            (Place::Value(Member::Error), first) if first != b'n' => {
                return Err("it is an error".to_owned());
            }
            (Place::Value(_), _) => {
                self.depth = 0;
                self.place = Place::Skipped;
                return Ok(());
            }
            (Place::Entry, b']') => Place::Comma,
            (Place::Entry, b'{') => {
                self.start = self.at;
                self.depth = 1;
                self.inner_end = None;
                self.suspect = 0;
                self.oversize = false;
                Place::Inside
            }
            (Place::Entry, _) => {
                self.start = self.at;
                self.depth = 0;
                self.oversize = false;
                self.place = Place::Stray;
                return Ok(());
            }
            _ => {
                return Err(format!(
                    "`{}` is not expected in a threat list",
                    char::from(byte).escape_default()
                ));
            }
        };
        self.at += 1;
        Ok(())
    }

    /// Goes on inside a text; whether it ends in the buffer.
    fn scan_text(&mut self) -> bool {
        match memchr2(b'"', b'\\', &self.buffer[self.at..]) {
            None => self.at = self.buffer.len(),
            Some(found) if self.buffer[self.at + found] == b'"' => {
                self.at += found + 1;
                self.in_text = false;
                return true;
            }
            Some(found) => self.at += found + 2,
        }
        false
    }

    fn scan_name(&mut self) -> Result<(), String> {
        if self.scan_text() {
            let name = &self.buffer[self.start..self.at];
            let name: String = serde_json::from_slice(name).map_err(|error| error.to_string())?;
            self.place = Place::Value(Member::of(&name));
        }
        Ok(())
    }

    /// Goes on inside an entry. Brackets need no look: braces alone tell where it
    /// ends.
    fn scan_entry(&mut self) {
        while self.at < self.buffer.len() {
            if self.in_text {
                self.scan_text();
                continue;
            }
            let Some(found) = memchr3(b'"', b'{', b'}', &self.buffer[self.at..]) else {
                self.at = self.buffer.len();
                return;
            };
            self.at += found + 1;
            match self.buffer[self.at - 1] {
                b'"' => self.in_text = true,
                b'{' => self.depth += 1,
                _ => {
                    self.depth -= 1;
                    if self.depth == 1 {
                        self.inner_end.get_or_insert(self.at);
                    } else if self.depth == 0 {
                        self.place = Place::Entry;
                        self.entry();
                        return;
                    }
                }
            }
        }
    }

    /// An entry is complete: finds the object within it.
    fn entry(&mut self) {
        if self.oversize {
            return;
        }
        self.without_entry = self.buffer.len() - self.at;
        let entry = self.start..self.at;
        let simple = self.inner_end.and_then(|end| {
            let begin = entry.start + data_begins(&self.buffer[entry.clone()])?;
            let rest = &self.buffer[end..entry.end - 1];
            rest.trim_ascii().is_empty().then_some(begin..end)
        });
        match simple.or_else(|| data(&self.buffer, entry.clone())) {
            Some(range) => self.found.push(range),
            None if self.resume(entry.end) => {}
            None => self.garbled.push(Unreadable {
                range: entry,
                reason: "an entry has no `data` that is an object".to_owned(),
            }),
        }
    }

    /// Goes over a value in the list that is no entry.
    fn scan_stray(&mut self) {
        while self.at < self.buffer.len() {
            if self.in_text {
                if self.scan_text() && self.depth == 0 {
                    return self.stray();
                }
                continue;
            }
            match self.buffer[self.at] {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b',' | b']' if self.depth == 0 => return self.stray(),
                b'}' | b']' if self.depth <= 1 => {
                    self.at += 1;
                    return self.stray();
                }
                b'}' | b']' => self.depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn stray(&mut self) {
        if !self.oversize {
            self.garbled.push(Unreadable {
                range: self.start..self.at,
                reason: "an entry is not an object".to_owned(),
            });
        }
        self.place = Place::Entry;
    }

    /// Goes over a value that nobody wants.
    fn scan_skipped(&mut self) {
        while self.at < self.buffer.len() {
            if self.in_text {
                if self.scan_text() && self.depth == 0 {
                    self.place = Place::Comma;
                    return;
                }
                continue;
            }
            match self.buffer[self.at] {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' | b',' if self.depth == 0 => {
                    // The value was a word or a number, and this is not of it.
                    self.place = Place::Comma;
                    return;
                }
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.at += 1;
                        self.place = Place::Comma;
                        return;
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}

/// Where the object begins in `{"data":{`.
fn data_begins(entry: &[u8]) -> Option<usize> {
    let rest = entry.strip_prefix(b"{")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"data\"")?.trim_ascii_start();
    let rest = rest.strip_prefix(b":")?.trim_ascii_start();
    rest.starts_with(b"{").then(|| entry.len() - rest.len())
}

/// The object within an entry that has other members as well.
fn data(buffer: &[u8], entry: Range<usize>) -> Option<Range<usize>> {
    #[derive(Deserialize)]
    struct Entry<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
    }
    let text = &buffer[entry];
    let found: Entry<'_> = serde_json::from_slice(text).ok()?;
    let data = found.data.get();
    if !data.starts_with('{') {
        return None;
    }
    let begin = data.as_ptr() as usize - buffer.as_ptr() as usize;
    Some(begin..begin + data.len())
}

#[cfg(test)]
mod tests;
