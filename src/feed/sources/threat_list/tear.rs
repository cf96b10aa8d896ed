//! Where a list goes on behind an entry that was torn off.

use memchr::memmem;
use serde::de::IgnoredAny;

/// Where the entry after a torn one begins, and what is wrong with the torn one.
///
/// `text` begins with an entry that ought to have ended. The next one begins at or
/// before the byte that can't belong to it. Where all of it may be one entry, a
/// list within it has swallowed the next one, if any: within an entry of the
/// service no list holds such objects. None where no entry seems to begin.
pub(super) fn resume(text: &[u8]) -> Option<(usize, String)> {
    let error = serde_json::from_slice::<IgnoredAny>(text).err()?;
    if error.is_eof() {
        let begin = first_listed(text)?;
        return Some((
            begin,
            "an entry is torn: the next one begins within it".to_owned(),
        ));
    }
    let wrong = offset(text, error.line(), error.column());
    let begin = last_begin(text, wrong)?;
    (begin > 0).then(|| (begin, format!("an entry is torn: {error}")))
}

/// The key that every entry has.
const KEY: &[u8] = b"\"data\"";

/// White space that may stand between a brace and the key.
const SPACE: usize = 64;

/// Where the last entry begins whose brace stands no later than this byte.
fn last_begin(text: &[u8], latest: usize) -> Option<usize> {
    let end = text.len().min(latest + KEY.len() + SPACE);
    memmem::rfind_iter(&text[..end], KEY).find_map(|key| {
        let before = text[..key].trim_ascii_end();
        let brace = before.len().checked_sub(1)?;
        (before[brace] == b'{' && brace <= latest).then_some(brace)
    })
}

/// Where the first entry begins that a comma precedes.
fn first_listed(text: &[u8]) -> Option<usize> {
    memmem::find_iter(text, KEY).find_map(|key| {
        let before = text[..key].trim_ascii_end().strip_suffix(b"{")?;
        let listed = before.trim_ascii_end().ends_with(b",");
        let value = text[key + KEY.len()..].trim_ascii_start();
        let value = value.strip_prefix(b":")?.trim_ascii_start();
        (listed && value.starts_with(b"{")).then_some(before.len())
    })
}

/// The byte at a line and a column, both counted from 1.
fn offset(text: &[u8], line: usize, column: usize) -> usize {
    let begin = match line {
        0 | 1 => 0,
        line => memchr::memchr_iter(b'\n', text)
            .nth(line - 2)
            .map_or(0, |at| at + 1),
    };
    begin + column
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_goes_on_at_the_next_entry() {
        for (torn, rest) in [
            (r#"{"data":{"id":"a"},"#, r#"{"data":{"id":"b"}}]}"#),
            (
                r#"{"data":{"id":"a","x":{"y":1},"#,
                "{\n \"data\" :{\"id\":\"b\"}}]}",
            ),
            (r#"{"data":{"id":"a"#, r#"{"data":{"id":"b"}}]}"#),
            ("{\n\"data\":{\n\"id\"\n", r#"{"data":{"id":"b"}}]}"#),
            (r#"{"da"#, r#"{"data":{"id":"b"}}]}"#),
            (
                r#"{"data":{"x":["a" , "#,
                r#"{"data":{"id":"b"}},{"data":{}}]}"#,
            ),
        ] {
            let text = format!("{torn}{rest}");
            let (begin, reason) = resume(text.as_bytes()).expect(&text);
            assert_eq!(begin, torn.len(), "{text}");
            assert!(reason.starts_with("an entry is torn: "), "{reason}");
        }
    }

    #[test]
    fn what_may_be_whole_and_what_is_only_wrong_is_left_alone() {
        for text in [
            r#"{"data":{"id":"a"}}"#,
            r#"{"data":{"id":"a","x":["#,
            r#"{"data":{"x":{"data":[{"id":"b"},{"id":"c"}]},"#,
            r#"{"data":{"id":tru},"rel":{"data":{"id":"y"}}}"#,
        ] {
            assert_eq!(resume(text.as_bytes()), None, "{text}");
        }
    }
}
