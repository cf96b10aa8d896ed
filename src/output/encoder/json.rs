//! One JSON document.

use super::{Encoder, Item};
use crate::output::fields::Fields;

/// An array, one record a line, valid whenever it is ended; the records keep
/// their bytes, line breaks included.
pub(in crate::output) struct Array {
    fields: Option<Fields>,
    empty: bool,
}

impl Array {
    pub(in crate::output) fn new(fields: Option<Fields>) -> Self {
        Self {
            fields,
            empty: true,
        }
    }
}

impl Encoder for Array {
    fn item(&mut self, item: Item<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.empty { b"[\n" } else { b",\n" });
        self.empty = false;
        item.json(self.fields.as_ref(), out);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.empty { b"[]\n" } else { b"\n]\n" });
    }
}

/// The record of a command that has one. What a jq program makes of it is
/// printed as `jq` prints it: each value by itself, so that
/// `gti auth status --jq .source` is one word and not an array.
pub(in crate::output) struct Single {
    pub(in crate::output) fields: Option<Fields>,
}

impl Encoder for Single {
    fn item(&mut self, item: Item<'_>, out: &mut Vec<u8>) {
        item.json(self.fields.as_ref(), out);
        out.push(b'\n');
    }
}
