//! Finds the entries of an archive: a line each, in members that come in pieces.

use std::ops::Range;

use bytes::Bytes;

use crate::feed::page::Unreadable;

/// Bytes that are collected before they are handed on: a trade between the size of the
/// run and the cost of each hand-over.
const PORTION: usize = 256 * 1024;

/// The largest entry that is held; attributes are trimmed, so that usual ones have a few
/// kilobytes.
pub(super) const LARGEST: usize = 4 * 1024 * 1024;

/// So much is kept of an entry that is larger.
const KEPT: usize = 64 * 1024;

/// Entries, what is none, and the bytes that all of it lies in.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Portion {
    pub(super) body: Bytes,
    pub(super) entries: Vec<Range<usize>>,
    pub(super) oversize: Vec<Unreadable>,
}

/// Cuts members into lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    buffer: Vec<u8>,
    /// Where the line in hand begins.
    start: usize,
    /// Whether the line in hand is too large, and was handed on as far as it was held.
    oversize: bool,
    entries: Vec<Range<usize>>,
    unreadable: Vec<Unreadable>,
}

impl Lines {
    /// How many lines are complete and yet to be handed on.
    pub(super) fn complete(&self) -> usize {
        self.entries.len() + self.unreadable.len()
    }

    /// Takes the next piece of a member.
    pub(super) fn push(&mut self, mut piece: &[u8]) {
        while let Some(end) = memchr::memchr(b'\n', piece) {
            self.add(&piece[..end]);
            self.end_line();
            piece = &piece[end + 1..];
        }
        self.add(piece);
    }

    /// The end of a member, which is the end of its last line.
    pub(super) fn end_member(&mut self) {
        self.end_line();
    }

    fn add(&mut self, piece: &[u8]) {
        if self.oversize {
            return;
        }
        self.buffer.extend_from_slice(piece);
        if self.buffer.len() - self.start > LARGEST {
            self.oversize = true;
            self.buffer.truncate(self.start + KEPT);
        }
    }

    fn end_line(&mut self) {
        let line = self.start..self.buffer.len();
        if std::mem::take(&mut self.oversize) {
            self.unreadable.push(Unreadable {
                range: line,
                reason: format!("an entry has more than {LARGEST} bytes; its beginning is kept"),
            });
        } else {
            let text = &self.buffer[line.clone()];
            let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
            let begin = line.end - text.trim_ascii_start().len();
            let end = begin + text.trim_ascii().len();
            if begin < end {
                self.entries.push(begin..end);
            }
        }
        self.start = self.buffer.len();
    }

    /// Hands out what is complete, when there is enough of it, or at the end.
    pub(super) fn portion(&mut self, at_end: bool) -> Option<Portion> {
        if !at_end && self.start < PORTION {
            return None;
        }
        if self.complete() == 0 {
            // Blank lines.
            self.buffer.drain(..self.start);
            self.start = 0;
            return None;
        }
        let mut rest = Vec::with_capacity(PORTION + PORTION / 4);
        rest.extend_from_slice(&self.buffer[self.start..]);
        let mut body = std::mem::replace(&mut self.buffer, rest);
        body.truncate(self.start);
        self.start = 0;
        Some(Portion {
            body: Bytes::from(body),
            entries: std::mem::take(&mut self.entries),
            oversize: std::mem::take(&mut self.unreadable),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The entries of members that come in pieces of a size, and how many are too large.
    fn cut(members: &[&[u8]], size: usize) -> (Vec<Vec<u8>>, usize) {
        let mut lines = Lines::default();
        let (mut entries, mut oversize) = (vec![], 0);
        let mut take = |portion: Option<Portion>| {
            if let Some(portion) = portion {
                let entry = |range: &Range<usize>| portion.body[range.clone()].to_vec();
                entries.extend(portion.entries.iter().map(entry));
                oversize += portion.oversize.len();
            }
        };
        for member in members {
            for piece in member.chunks(size) {
                lines.push(piece);
                take(lines.portion(false));
            }
            lines.end_member();
        }
        take(lines.portion(true));
        (entries, oversize)
    }

    #[test]
    fn a_line_is_an_entry_and_so_is_the_end_of_a_member() {
        let members: [&[u8]; 4] = [
            b"\xef\xbb\xbf{\"a\":1}\r\n\r\n \n{\"b\":\r2}  ",
            b"",
            b"\n",
            b"\xff\nlast",
        ];
        for size in [1, 2, 3, 100] {
            let (entries, oversize) = cut(&members, size);
            let expected: [&[u8]; 4] = [b"{\"a\":1}", b"{\"b\":\r2}", b"\xff", b"last"];
            assert_eq!(entries, expected, "{size}");
            assert_eq!(oversize, 0);
        }
    }

    #[test]
    fn a_huge_line_is_none_and_the_next_one_is() {
        let huge = vec![b'x'; LARGEST + 10];
        let member = [huge.as_slice(), b"\n{}\n", &huge].concat();
        let (entries, oversize) = cut(&[&member, b"{}"], 60_000);
        assert_eq!(entries, [b"{}", b"{}"]);
        assert_eq!(oversize, 2);
    }

    proptest! {
        /// However members are cut into pieces.
        #[test]
        fn pieces_make_no_difference(
            members in prop::collection::vec("[ab \n\r]{0,300}", 0..5),
            size in 1..400_usize,
        ) {
            let bytes: Vec<&[u8]> = members.iter().map(String::as_bytes).collect();
            let lines = members.iter().flat_map(|member| member.split('\n'));
            let expected: Vec<Vec<u8>> = lines
                .map(|line| line.as_bytes().trim_ascii().to_vec())
                .filter(|line| !line.is_empty())
                .collect();
            prop_assert_eq!(cut(&bytes, size), (expected, 0));
        }
    }
}
