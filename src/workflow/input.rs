//! Where ids come from: arguments, or a pipe, plain or as JSON lines.

use std::io::{self, BufRead, Read};

use futures::stream::{self, Stream};

use crate::bulk::input::{buffered, read};
use crate::model::view::{Decoded, decode, view};

/// Longest line that is read; an alert with its document is far shorter.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;

/// An item, or why a line has none; or the trouble that ended the reading.
pub(crate) type Line = io::Result<Result<Item, NoId>>;

/// What a line or an argument names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// The id.
    pub id: String,
    /// The version that the caller has seen, where the line says so.
    pub etag: Option<String>,
}

view! {
    // What names an alert or an issue: an issue in detail has no `id`, and an alert of
    // GTI Alerts has a name. A common record holds its object.
    struct ItemId {
        id: Option<String>,
        uid: Option<String>,
        uuid: Option<String>,
        name: Option<String>,
        etag: Option<String>,
        report: Reported,
    }

    struct Reported {
        etag: Option<String>,
    }
}

/// What can't be an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoId {
    /// What stood in its place, so that its answer can be told apart; none where
    /// nothing did, or more than any id is long.
    pub given: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

/// The arguments as they stand.
pub(crate) fn arguments(values: Vec<String>) -> impl Stream<Item = Line> {
    stream::iter(values.into_iter().map(|value| Ok(plain(&value))))
}

/// The ids in a pipe, read by a thread of their own so that a slow writer holds
/// up nothing that is on its way. A line is an id, or a JSON object with one:
/// an alert or an issue as it came, or a record of an earlier run. Of a line no
/// more than the id is kept. Blank lines and comments are skipped.
pub(crate) fn lines(reader: Box<dyn Read + Send>) -> impl Stream<Item = Line> {
    let mut bytes = Vec::new();
    let mut number = 0;
    let mut reader = buffered(reader);
    read(move || {
        bytes.clear();
        number += 1;
        let length = reader
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut bytes)?;
        Ok((length > 0).then(|| item(&String::from_utf8_lossy(&bytes), number)))
    })
}

/// What a line names; nothing for a line without anything.
fn item(line: &str, number: u64) -> Option<Result<Item, NoId>> {
    let line = line.trim_start_matches('\u{feff}').trim();
    let none = |reason| {
        Err(NoId {
            given: None,
            reason,
        })
    };
    match line.as_bytes().first()? {
        b'#' => None,
        b'{' => Some(match decode::<ItemId>(line) {
            Ok(Decoded { view, .. }) => {
                match view.id.or(view.uid).or(view.uuid).or(resource(view.name)) {
                    Some(id) => plain(&id).map(|item| Item {
                        etag: view.etag.or(view.report.etag),
                        ..item
                    }),
                    None => none(format!("line {number} is an object without `id`")),
                }
            }
            Err(_) => none(format!(
                "line {number} is not JSON: write one object a line, as `-f jsonl` prints them"
            )),
        }),
        // A JSON text, as `jq .id` gives it.
        b'"' => Some(match serde_json::from_str::<String>(line) {
            Ok(id) => plain(&id),
            Err(_) => plain(line),
        }),
        _ => Some(plain(line)),
    }
}

/// A name that is an id: that of a resource, with its collection before it. What other
/// objects call their name is not.
fn resource(name: Option<String>) -> Option<String> {
    name.filter(|name| name.contains('/'))
}

/// No id is longer, in bytes.
const LONGEST: usize = 256;

/// An id is one word of visible ASCII.
fn plain(text: &str) -> Result<Item, NoId> {
    let is_word = !text.is_empty()
        && text.len() <= LONGEST
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !text.starts_with(['{', '[', '"']);
    if is_word {
        return Ok(Item {
            id: text.to_owned(),
            etag: None,
        });
    }
    let shown: String = text.chars().take(80).collect();
    Err(NoId {
        given: (text.len() <= LONGEST).then(|| text.to_owned()),
        reason: format!("`{shown}` is not an id: ids are single words"),
    })
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;

    async fn read(text: impl Into<Vec<u8>>) -> Vec<Result<Item, NoId>> {
        lines(Box::new(io::Cursor::new(text.into())))
            .map(|line| line.expect("a line"))
            .collect()
            .await
    }

    #[tokio::test]
    async fn ids_are_plain_or_within_objects() {
        let long = "x".repeat(500_000);
        let text = format!(
            "\u{feff}one\r\n\n# comment\n  two \n{{\"doc\":{{\"id\":\"inner\"}},\"body\":\"{long}\",\"id\":\"three\"}}\n\"four\"\n{{\"id\":5}}\nlast"
        );
        let ids: Vec<String> = read(text)
            .await
            .into_iter()
            .map(|item| item.expect("an item").id)
            .collect();
        assert_eq!(ids, ["one", "two", "three", "four", "5", "last"]);
        assert!(read("").await.is_empty());
    }

    #[tokio::test]
    async fn a_line_may_say_which_version_was_seen() {
        let name = "projects/p/alerts/a";
        for (line, id, etag) in [
            (
                format!(r#"{{"name":"{name}","etag":"\"1\""}}"#),
                name,
                Some("\"1\""),
            ),
            (r#"{"etag":"1","id":"a"}"#.to_owned(), "a", Some("1")),
            (
                r#"{"id":"a","report":{"etag":"1"}}"#.to_owned(),
                "a",
                Some("1"),
            ),
            (r#"{"id":"a","etag":null}"#.to_owned(), "a", None),
            ("a".to_owned(), "a", None),
        ] {
            let item = Item {
                id: id.to_owned(),
                etag: etag.map(str::to_owned),
            };
            assert_eq!(read(line.as_str()).await, [Ok(item)], "{line}");
        }
    }

    #[tokio::test]
    async fn what_has_no_id_is_told_by_its_line() {
        let long = "x ".repeat(200);
        for (line, given, said) in [
            ("{\"title\":1}", None, "line 1 is an object without `id`"),
            ("{\"id\":null}", None, "line 1 is an object without `id`"),
            (
                "{\"id\":",
                None,
                "line 1 is not JSON: write one object a line, as `-f jsonl` prints them",
            ),
            ("[", Some("["), "`[` is not an id: ids are single words"),
            (
                "two words",
                Some("two words"),
                "`two words` is not an id: ids are single words",
            ),
            (
                "{\"id\":\"a\\u001b[2J\"}",
                Some("a\u{1b}[2J"),
                "`a\u{1b}[2J` is not an id: ids are single words",
            ),
            (
                &long,
                None,
                &format!("`{}` is not an id: ids are single words", &long[..80]),
            ),
        ] {
            let none = NoId {
                given: given.map(str::to_owned),
                reason: said.to_owned(),
            };
            assert_eq!(read(line).await, [Err(none)], "{line}");
        }
    }
}
