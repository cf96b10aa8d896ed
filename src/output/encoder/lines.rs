//! Formats of other programs that are lines, each by itself.

use super::{Encoder, Item};
use crate::output::export::{Choice, Export, Unique};
use crate::output::stix::Policy;

/// What an export says as lines of a format.
pub(in crate::output) trait Line: Send {
    /// What the file begins with.
    fn header(&self, out: &mut Vec<u8>) {
        let _ = out;
    }

    /// Appends the lines, each with its end.
    fn write(&mut self, export: &Export, out: &mut Vec<u8>);

    /// What tells a line from others, in a list that must not say a thing twice.
    fn key<'a>(&self, line: &'a str) -> &'a str {
        line
    }

    /// Appends a line of which it is known that it is new.
    fn seal(&mut self, line: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }

    /// Hears of a line that an earlier run has written.
    fn remember(&mut self, line: &str) {
        let _ = line;
    }

    /// What is to be said of the whole list at its end, if anything.
    fn remark(&self) -> Option<String> {
        None
    }
}

/// A format of lines at work.
pub(in crate::output) struct Lines<L> {
    line: L,
    now: fn() -> jiff::Timestamp,
    /// What is in the list, where nothing may be there twice.
    unique: Option<Unique>,
    /// Which objects are listed, where not all are.
    listed: Option<(Choice, bool)>,
    records: u64,
    left_out: u64,
    piece: Vec<u8>,
}

impl<L: Line> Lines<L> {
    /// Events and documents: each object is one.
    pub(in crate::output) fn events(line: L, choice: &Choice) -> Self {
        Self {
            line,
            now: choice.clock,
            unique: None,
            listed: None,
            records: 0,
            left_out: 0,
            piece: Vec::new(),
        }
    }

    /// A list of what to look for or to block.
    pub(in crate::output) fn list(line: L, choice: &Choice, policy: &Policy) -> Self {
        Self {
            unique: Some(Unique::default()),
            listed: Some((choice.clone(), policy.include_benign)),
            ..Self::events(line, choice)
        }
    }

    fn put(&mut self, export: &Export, out: &mut Vec<u8>) {
        let Some(unique) = &mut self.unique else {
            self.line.write(export, out);
            return;
        };
        self.piece.clear();
        self.line.write(export, &mut self.piece);
        // Whatever a line holds was written as text.
        let piece = String::from_utf8_lossy(&self.piece);
        for line in piece.lines() {
            if unique.insert(self.line.key(line)) {
                self.line.seal(line, out);
            }
        }
    }
}

impl<L: Line> Encoder for Lines<L> {
    fn begin(&mut self, out: &mut Vec<u8>) {
        self.line.header(out);
    }

    fn item(&mut self, item: Item<'_>, out: &mut Vec<u8>) {
        let Item::Record(record) = item else {
            return;
        };
        let Some(export) = record
            .exported()
            .and_then(|exported| Export::read(exported, self.now))
        else {
            return;
        };
        self.records += 1;
        let is_listed = self
            .listed
            .as_ref()
            .is_none_or(|(choice, include_benign)| export.is_listed(choice, *include_benign));
        if is_listed {
            self.put(&export, out);
        } else {
            self.left_out += 1;
        }
    }

    fn end(&mut self, _: &mut Vec<u8>) {
        if self.left_out > 0 && self.left_out == self.records {
            tracing::warn!(
                "none of {} indicators is listed: none is malicious or suspicious, or reaches --min-score",
                self.records
            );
        }
        if let Some(remark) = self.line.remark() {
            tracing::warn!("{remark}");
        }
    }

    fn remember(&mut self, line: &str) {
        if let Some(unique) = &mut self.unique {
            unique.insert(self.line.key(line));
            self.line.remember(line);
        }
    }

    fn committed(&mut self, renewed: bool) {
        if let Some(unique) = &mut self.unique {
            unique.commit();
            if renewed {
                unique.clear();
            }
        }
    }

    fn taken_back(&mut self) {
        if let Some(unique) = &mut self.unique {
            unique.take_back();
        }
    }
}
