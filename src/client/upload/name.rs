//! What the service is told of a file's name.

use std::fmt::Write;
use std::path::Path;

/// The base name of a path as plain ASCII, which is all that the service's
/// upload bears (API notes, section 1.10): everything else, control characters
/// above all, is percent-encoded. Quotes and backslashes are left to whoever
/// puts it between quotes.
pub(super) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    let mut plain = String::new();
    for byte in name.as_encoded_bytes() {
        match byte {
            b' '..=b'~' => plain.push(char::from(*byte)),
            // Writing to a string can't fail.
            _ => _ = write!(plain, "%{byte:02X}"),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_ascii_base_name_is_told() {
        for (path, name) in [
            ("/home/ann/secret project/a b.exe", "a b.exe"),
            ("../x.bin", "x.bin"),
            ("/tmp/b\u{fc}cher.pdf", "b%C3%BCcher.pdf"),
            ("/tmp/a\r\nX: y\t\u{7f}.exe", "a%0D%0AX: y%09%7F.exe"),
            ("/tmp/say \"hi\"\\.exe", "say \"hi\"\\.exe"),
        ] {
            assert_eq!(file_name(Path::new(path)), name);
        }
    }
}
