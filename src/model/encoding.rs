//! Text files of other encodings than UTF-8.

use std::io::Read;

use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

/// Reads UTF-16 that begins with a byte order mark as UTF-8, takes the mark of
/// UTF-8 away, and passes all else through as it is: what is not UTF-8 is for the
/// reader to judge. Windows tools write lists in UTF-16.
pub fn decoded<R: Read>(reader: R) -> DecodeReaderBytes<R, Vec<u8>> {
    DecodeReaderBytesBuilder::new()
        .bom_sniffing(true)
        .strip_bom(true)
        .utf8_passthru(true)
        .build(reader)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_read_and_all_else_is_left_alone() {
        let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "\u{feff}é.example\n"
                .encode_utf16()
                .flat_map(order)
                .collect()
        };
        for (bytes, expected) in [
            (utf16(u16::to_le_bytes), "é.example\n".as_bytes().to_vec()),
            (utf16(u16::to_be_bytes), "é.example\n".as_bytes().to_vec()),
            (b"\xef\xbb\xbfa\n".to_vec(), b"a\n".to_vec()),
            (b"\xe9 latin-1\n".to_vec(), b"\xe9 latin-1\n".to_vec()),
            (vec![], vec![]),
        ] {
            let mut text = vec![];
            decoded(&bytes[..]).read_to_end(&mut text).expect("read");
            assert_eq!(text, expected);
        }
    }
}
