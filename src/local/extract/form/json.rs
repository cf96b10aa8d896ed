//! JSON of any shape and length: its strings, one by one.

use std::borrow::Cow;
use std::io::{self, BufRead};

use super::Texts;
use crate::local::extract::scan::Names;

/// The longest string that is kept whole; a longer one is scanned in pieces.
const LONGEST_STRING: usize = 8 * 1024 * 1024;

/// Scans every string of a JSON document, or of JSON lines.
pub(super) fn read(reader: impl BufRead, texts: &mut Texts<'_>) -> io::Result<()> {
    let mut strings = Strings {
        reader,
        line: 1,
        column: 0,
    };
    let mut string = vec![];
    while !texts.stopped && strings.begin()? {
        let (line, column) = (strings.line, strings.column);
        let mut ended = false;
        while !ended {
            string.clear();
            ended = strings.rest(&mut string)?;
            // The names of members join words with dots, as code does.
            let names = if ended && strings.is_name()? {
                Names::Refused
            } else {
                Names::Taken
            };
            texts.string(&unescaped(&string), line, column, names);
        }
    }
    Ok(())
}

/// The strings of a document.
struct Strings<R> {
    reader: R,
    line: u64,
    /// Characters of the line so far.
    column: u64,
}

impl<R: BufRead> Strings<R> {
    fn count(&mut self, bytes: usize) -> io::Result<()> {
        let passed = &self.reader.fill_buf()?[..bytes];
        match memchr::memrchr(b'\n', passed) {
            None => self.column += characters(passed),
            Some(newline) => {
                self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
                self.column = characters(&passed[newline + 1..]);
            }
        }
        self.reader.consume(bytes);
        Ok(())
    }

    /// Goes behind the next opening quote; whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(false);
            }
            let quote = memchr::memchr(b'"', buffer);
            let length = quote.map_or(buffer.len(), |quote| quote + 1);
            self.count(length)?;
            if quote.is_some() {
                return Ok(true);
            }
        }
    }

    /// Reads on to the closing quote, or as much as is kept whole; whether the string
    /// has ended.
    fn rest(&mut self, string: &mut Vec<u8>) -> io::Result<bool> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let Some(first) = buffer.first() else {
                return Ok(true);
            };
            if *first == b'"' {
                self.count(1)?;
                return Ok(true);
            }
            if *first == b'\\' {
                string.push(b'\\');
                self.count(1)?;
                if let Some(escaped) = self.reader.fill_buf()?.first() {
                    string.push(*escaped);
                    self.count(1)?;
                }
                continue;
            }
            let length = memchr::memchr2(b'"', b'\\', buffer).unwrap_or(buffer.len());
            let room = LONGEST_STRING.saturating_sub(string.len()).max(1);
            let length = length.min(room);
            string.extend_from_slice(&buffer[..length]);
            self.count(length)?;
            if string.len() >= LONGEST_STRING {
                return Ok(false);
            }
        }
    }

    /// Whether the string that has ended was the name of a member.
    fn is_name(&mut self) -> io::Result<bool> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let blanks = buffer
                .iter()
                .take_while(|b| b.is_ascii_whitespace())
                .count();
            if let Some(next) = buffer.get(blanks) {
                return Ok(*next == b':');
            }
            if buffer.is_empty() {
                return Ok(false);
            }
            self.count(blanks)?;
        }
    }
}

fn characters(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u64
}

/// The text of a string. An escape that means nothing stays as it is.
fn unescaped(string: &[u8]) -> Cow<'_, str> {
    if !string.contains(&b'\\') {
        return String::from_utf8_lossy(string);
    }
    let mut quoted = Vec::with_capacity(string.len() + 2);
    quoted.push(b'"');
    quoted.extend_from_slice(string);
    quoted.push(b'"');
    match serde_json::from_slice::<String>(&quoted) {
        Ok(text) => Cow::Owned(text),
        // A lone surrogate spoils one escape, not the string.
        Err(_) => Cow::Owned(String::from_utf8_lossy(string).replace("\\/", "/")),
    }
}
