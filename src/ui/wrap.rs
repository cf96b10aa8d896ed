//! Text for people in rows that fit the page, broken between words.

use unicode_width::UnicodeWidthStr;

/// The text in rows of at most `room` columns; only a word that is wider by itself
/// goes beyond them. What stands between backticks stays in one piece where it fits,
/// so that a command can be copied.
pub(crate) fn rows(text: &str, room: usize) -> Vec<String> {
    if text.width() <= room {
        return vec![text.to_owned()];
    }
    let mut rows: Vec<String> = vec![];
    for piece in pieces(text, room) {
        match rows.last_mut() {
            Some(row) if row.width() + 1 + piece.width() <= room => {
                row.push(' ');
                row.push_str(piece);
            }
            _ => rows.push(piece.to_owned()),
        }
    }
    rows
}

/// The words of a text; those between backticks are one where they fit a row.
fn pieces(text: &str, room: usize) -> Vec<&str> {
    let mut pieces = vec![];
    let mut rest = text.trim();
    while !rest.is_empty() {
        let word = rest.split_whitespace().next().unwrap_or(rest);
        let piece = quoted(rest, word.len())
            .filter(|piece| piece.width() <= room)
            .unwrap_or(word);
        pieces.push(piece);
        rest = rest[piece.len()..].trim_start();
    }
    pieces
}

/// The text up to the end of the word that closes what the first word, of this
/// length, opens.
fn quoted(text: &str, first: usize) -> Option<&str> {
    let is_open = text[..first].matches('`').count() % 2 == 1;
    let close = is_open.then(|| text[first..].find('`'))?? + first + 1;
    let end = text[close..].find(char::is_whitespace);
    Some(&text[..end.map_or(text.len(), |end| close + end)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_break_between_words_and_keep_commands_whole() {
        for (text, room, expected) in [
            ("", 10, &[""][..]),
            ("one  two", 10, &["one  two"]),
            ("one two three", 8, &["one two", "three"]),
            ("one twothreefour five", 8, &["one", "twothreefour", "five"]),
            (
                "run `gti quota` again",
                14,
                &["run", "`gti quota`", "again"],
            ),
            ("(`gti a`, `gti b`) so", 11, &["(`gti a`,", "`gti b`) so"]),
            (
                "run `gti quota --all` now",
                12,
                &["run `gti", "quota --all`", "now"],
            ),
            ("a ` that never ends", 8, &["a ` that", "never", "ends"]),
            ("漢字 漢字 漢字", 9, &["漢字 漢字", "漢字"]),
        ] {
            assert_eq!(rows(text, room), expected, "{text}");
        }
    }
}
