//! JSON lines.

use super::{Encoder, Item};
use crate::model::json::one_line;
use crate::output::fields::Fields;

/// One compact object a line. Bytes stay as they were sent; only a record that
/// holds line breaks loses the white space outside its strings.
pub(in crate::output) struct JsonLines {
    pub(in crate::output) fields: Option<Fields>,
}

impl Encoder for JsonLines {
    fn item(&mut self, item: Item<'_>, out: &mut Vec<u8>) {
        let start = out.len();
        item.json(self.fields.as_ref(), out);
        if has_line_break(&out[start..]) {
            let json = String::from_utf8(out.split_off(start))
                .expect("a record is JSON, and JSON is UTF-8");
            out.extend_from_slice(one_line(&json).as_bytes());
        }
        out.push(b'\n');
    }
}

/// Whether there is a line break anywhere. In blocks without an early exit, which
/// the compiler turns into vector instructions: this is the one look that every
/// byte of a bulk run gets.
fn has_line_break(bytes: &[u8]) -> bool {
    bytes.chunks(256).any(|block| {
        let is_break = |byte: &u8| u8::from(*byte == b'\n') | u8::from(*byte == b'\r');
        block.iter().fold(0, |found, byte| found | is_break(byte)) != 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_are_found_wherever_they_are() {
        for length in [1, 255, 256, 257, 600] {
            for at in [0, length / 2, length - 1] {
                for line_break in [b'\n', b'\r'] {
                    let mut bytes = vec![b'x'; length];
                    assert!(!has_line_break(&bytes));
                    bytes[at] = line_break;
                    assert!(has_line_break(&bytes), "{length} {at}");
                }
            }
        }
    }
}
