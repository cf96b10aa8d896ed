//! Lines of an input file.

/// What a line of input holds once the byte order mark, the line's end and the
/// blanks around it are gone; `None` for a blank line and for a comment.
///
/// A `#` begins a comment only as the first character: behind that it is a
/// URL's fragment.
pub fn clean_line(line: &str) -> Option<&str> {
    let line = line.trim_start_matches('\u{feff}').trim();
    (!line.is_empty() && !line.starts_with('#')).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        for (line, held) in [
            ("evil.example", Some("evil.example")),
            ("\u{feff}evil.example\r\n", Some("evil.example")),
            ("\t evil.example \u{a0}", Some("evil.example")),
            ("http://evil.example/#a", Some("http://evil.example/#a")),
            ("# evil.example", None),
            ("\u{feff}  # evil.example", None),
            ("", None),
            (" \r\n", None),
            ("\u{feff}", None),
        ] {
            assert_eq!(clean_line(line), held, "{line:?}");
        }
    }
}
