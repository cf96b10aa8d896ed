//! Raw JSON: one line of it, and a look at single members, without ever going
//! through a value that would reorder keys or reformat numbers.

mod scan;
mod surrogate;

use std::borrow::Cow;
use std::collections::HashMap;

use memchr::memrchr_iter;
use serde::Deserialize;

pub use scan::Scan;
pub use surrogate::{decode, well_formed};

/// The same JSON text on one line: white space outside strings goes, every
/// other byte stays. Borrows when the text holds no line break, which is the
/// common case for an answer that was sent compact.
pub fn one_line(json: &str) -> Cow<'_, str> {
    if !json.bytes().any(|byte| matches!(byte, b'\n' | b'\r')) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    // Copies whole runs: outside strings up to the next blank or quote, inside
    // them up to the closing quote.
    while !rest.is_empty() {
        let run = rest
            .find([' ', '\n', '\r', '\t', '"'])
            .unwrap_or(rest.len());
        out.push_str(&rest[..run]);
        rest = &rest[run..];
        if rest.starts_with('"') {
            let end = string_end(rest);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else {
            rest = rest.trim_start_matches([' ', '\n', '\r', '\t']);
        }
    }
    Cow::Owned(out)
}

/// The length of the string literal that `text` starts with, quotes included; all
/// of a text in which it does not end.
pub fn string_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The member of `json` at a dotted path (`report.attributes.asn`), as its raw
/// text. A number picks an element of an array. `None` when there is none.
///
/// A key that itself holds dots is found when the path names it whole.
pub fn member<'a>(json: &'a str, path: &str) -> Option<&'a str> {
    if path.is_empty() {
        return Some(json);
    }
    let json = json.trim_start();
    if json.starts_with('[') {
        let (index, rest) = split(path);
        let items = items(json).ok()?;
        return member(items.get(index.parse::<usize>().ok()?)?, rest);
    }
    member_of(&members(json).ok()?, path)
}

/// The member at a dotted path of an object that is taken apart already.
pub fn member_of<'a>(members: &Members<'a>, path: &str) -> Option<&'a str> {
    // The longest key first, so that `a.b` finds the key "a.b" before "b" in "a".
    let mut cut = path.len();
    loop {
        if let Some(found) = members.get(&path[..cut]) {
            return member(found, path[cut..].trim_start_matches('.'));
        }
        cut = path[..cut].rfind('.')?;
    }
}

/// The members of an object, each as its raw text.
pub type Members<'a> = HashMap<Cow<'a, str>, &'a str>;

/// Takes an object apart. Of a key that comes twice the last value counts, and
/// half a character in a key is U+FFFD.
///
/// # Errors
/// A reason, when it is no object.
pub fn members(json: &str) -> Result<Members<'_>, String> {
    let mut scan = Scan::of(json);
    let mut members = Members::new();
    scan.members(|key, value| {
        members.insert(key, value.raw()?);
        Ok(())
    })?;
    scan.end()?;
    Ok(members)
}

/// The items of a list, each as its raw text.
///
/// # Errors
/// A reason, when it is no list.
pub fn items(json: &str) -> Result<Vec<&str>, String> {
    let mut scan = Scan::of(json);
    let ranges = scan.list(Scan::skip)?;
    scan.end()?;
    Ok(ranges.into_iter().map(|range| &json[range]).collect())
}

/// The value of the last member of `object` whose key is `quoted` (with its
/// quotes), found from the end without reading what stands before it; `None`
/// where it can't be found that way, or is no `T`.
///
/// Of valid JSON it is a member of the object itself and of none within: after it
/// come whole members, one closing brace, and nothing else.
pub fn last_member<'a, T: Deserialize<'a>>(object: &'a [u8], quoted: &str) -> Option<T> {
    // The closing quote first: it alone tells nearly all other strings apart.
    let at = memrchr_iter(b'"', object).find(|at| {
        object.get(at + quoted.len() - 1) == Some(&b'"')
            && object[*at..].starts_with(quoted.as_bytes())
    })?;
    // A quote that is escaped begins nothing.
    if object[..at].ends_with(b"\\") {
        return None;
    }
    let text = simdutf8::basic::from_utf8(&object[at + quoted.len()..]).ok()?;
    last_of(Scan::of(text)).ok()
}

/// What follows the key of a last member, up to the end of the object.
fn last_of<'a, T: Deserialize<'a>>(mut rest: Scan<'a>) -> Result<T, String> {
    rest.expect(b':')?;
    let value = rest.value()?;
    while rest.accept(b',') {
        rest.value::<&str>()?;
        rest.expect(b':')?;
        rest.skip()?;
    }
    rest.expect(b'}')?;
    rest.end()?;
    Ok(value)
}

fn split(path: &str) -> (&str, &str) {
    path.split_once('.').unwrap_or((path, ""))
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    #[test]
    fn one_line_borrows_what_is_one_line_already() {
        assert!(matches!(one_line(r#"{"a": 1}"#), Cow::Borrowed(_)));
    }

    #[test]
    fn one_line_touches_no_string_and_no_number() {
        let sent =
            "{\n  \"a b\": 1.10,\r\n\t\"c\": \"x \\\" \\\\\",\n  \"d\": [ 1e400, null ]\n}\n";
        assert_eq!(
            one_line(sent),
            r#"{"a b":1.10,"c":"x \" \\","d":[1e400,null]}"#
        );
    }

    #[test]
    fn last_members_are_the_object_s_own() {
        let found =
            |json: &'static str| last_member(json.as_bytes(), "\"meta\"").map(RawValue::get);
        for (json, meta) in [
            (
                r#"{"data":[1],"meta":{"cursor":"c"}}"#,
                Some(r#"{"cursor":"c"}"#),
            ),
            (
                r#"{"meta" : null , "links":{"self":"x","n":[{}]} } "#,
                Some("null"),
            ),
            // In the middle, within another, in a string, cut short, and not there.
            (r#"{"meta":{"cursor":"c"},"data":[{"meta":1}]}"#, None),
            (r#"{"data":{"meta":{"cursor":"c"}}}"#, None),
            (r#"{"data":"\"meta\":1}"}"#, None),
            (r#"{"data":"x","meta":{"cursor":"c"}"#, None),
            (r#"{"data":["meta"]}"#, None),
            (r#"{"meta":1}}"#, None),
            (r#"{"data":[]}"#, None),
        ] {
            assert_eq!(found(json), meta, "{json}");
        }
    }

    #[test]
    fn members_keep_their_text() {
        let json = r#"{"a":{"b":[10,{"c":1.10}]},"x.y":true,"n":null}"#;
        assert_eq!(member(json, "a.b.1.c"), Some("1.10"));
        assert_eq!(member(json, "x.y"), Some("true"));
        assert_eq!(member(json, "n"), Some("null"));
        assert_eq!(member(json, "a.b.7"), None);
        assert_eq!(member(json, "a.b.c"), None);
        assert_eq!(member(json, "n.z"), None);
        let odd = r#"{"\ud83d":1,"a":{"\ude00x":[]},"b":1,"b":2}"#;
        assert_eq!(member(odd, "a"), Some(r#"{"\ude00x":[]}"#));
        assert_eq!(member(odd, "b"), Some("2"));
        assert_eq!(member(odd, "\u{fffd}"), Some("1"));
    }
}
