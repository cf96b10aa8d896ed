//! The lines around a place, as `grep -C` shows them.

/// The longest that is shown of a line, in characters.
const LONGEST_LINE: usize = 1000;

/// The line that holds a byte of the text, and so many before and behind it.
pub(super) fn around(text: &str, at: usize, lines: usize) -> String {
    let mut start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let mut end = text[at..]
        .find('\n')
        .map_or(text.len(), |newline| at + newline);
    for _ in 0..lines {
        if start > 0 {
            start = text[..start - 1]
                .rfind('\n')
                .map_or(0, |newline| newline + 1);
        }
        if end < text.len() {
            let next = text[end + 1..].find('\n');
            end = next.map_or(text.len(), |newline| end + 1 + newline);
        }
    }
    let shown = text[start..end].trim_end_matches('\r').lines().map(|line| {
        let cut = line.char_indices().nth(LONGEST_LINE);
        cut.map_or(line, |(cut, _)| &line[..cut])
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_around_a_place() {
        let text = "one\ntwo\r\nthree\nfour\n";
        for (word, lines, expected) in [
            ("three", 0, "three"),
            ("three", 1, "two\nthree\nfour"),
            ("one", 1, "one\ntwo"),
            ("four", 9, "one\ntwo\nthree\nfour"),
        ] {
            let at = text.find(word).expect("the word");
            assert_eq!(around(text, at, lines), expected, "{word}");
        }
    }
}
