//! Answers that something else gave in the API's place: the page of a proxy, of a
//! captive portal, or of the web server behind a wrong base URL.

use serde::de::IgnoredAny;

/// What a body is, before anything else is asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// Nothing at all.
    Empty,
    /// JSON from its beginning to its end.
    Json,
    /// JSON that breaks off, or is spoiled.
    BrokenJson,
    /// A page, or another text: the API sends none.
    Foreign,
}

impl Nature {
    /// Judges a body.
    pub(super) fn of(body: &[u8]) -> Self {
        let text = text(body);
        let is_json = || serde_json::from_slice::<IgnoredAny>(text).is_ok();
        match text {
            [] => Self::Empty,
            [b'{' | b'[' | b'"', ..] if !is_json() => Self::BrokenJson,
            [b'{' | b'[' | b'"', ..] => Self::Json,
            _ if is_json() => Self::Json,
            _ => Self::Foreign,
        }
    }
}

/// Whether this is how JSON documents of the API begin.
pub(super) fn begins_document(body: &[u8]) -> bool {
    matches!(text(body), [] | [b'{' | b'[', ..])
}

/// A body without what may stand in front of its text.
fn text(body: &[u8]) -> &[u8] {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    text.trim_ascii_start()
}

/// Whether a body begins as a page of HTML does.
pub(super) fn is_page(body: &[u8]) -> bool {
    text(body).starts_with(b"<")
}

/// Whether a body says of itself that it is HTML, as no other document does.
pub(super) fn is_html(body: &[u8]) -> bool {
    let text = text(body);
    ["<!doctype html", "<html"].iter().any(|start| {
        let beginning = text.get(..start.len());
        beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(start.as_bytes()))
    })
}

/// What stands in the API's place, in words: the title of a page, or the
/// beginning of a text.
pub(super) fn described(body: &[u8]) -> String {
    let said = said(body);
    match (Nature::of(body), is_page(body)) {
        (Nature::Empty, _) => "an empty body arrived instead of the API's answer".to_owned(),
        (_, true) if said.is_empty() => "a web page answered instead of the API".to_owned(),
        (_, true) => format!("a web page answered instead of the API: {said}"),
        (_, false) => format!("this arrived instead of the API's answer: {said}"),
    }
}

/// What a body says: an HTML page's title, else the beginning of its text.
pub(super) fn said(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(READ)]);
    let lower = text.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|start| {
        let start = start + lower.get(start..)?.find('>')? + 1;
        let end = start + lower.get(start..)?.find("</title")?;
        text.get(start..end)
    });
    one_line(title.unwrap_or(if is_page(body) { "" } else { &text }))
}

/// Titles stand near the beginning.
const READ: usize = 16 * 1024;

/// At most 300 characters on one line, without those that cannot be seen: error
/// messages go to terminals and logs, which would obey them.
pub(super) fn one_line(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.extend(word.chars().filter(|c| is_seen(*c)));
    }
    if let Some((cut, _)) = words.char_indices().nth(300) {
        words.truncate(cut);
        words.push('…');
    }
    words
}

/// Whether a debug print shows the character as itself: control, bidirectional
/// and zero-width ones it escapes.
fn is_seen(c: char) -> bool {
    matches!(c, '\'' | '"' | '\\') || c.escape_debug().len() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_told_apart() {
        for (body, nature) in [
            ("", Nature::Empty),
            (" \r\n", Nature::Empty),
            ("{}", Nature::Json),
            ("\u{feff}[]", Nature::Json),
            ("\"\"", Nature::Json),
            ("null", Nature::Json),
            ("17", Nature::Json),
            ("{\"data\":[1", Nature::BrokenJson),
            ("{} x", Nature::BrokenJson),
            ("\"a", Nature::BrokenJson),
            ("<html>", Nature::Foreign),
            ("\n<!DOCTYPE html>", Nature::Foreign),
            ("no healthy upstream", Nature::Foreign),
            ("OK", Nature::Foreign),
        ] {
            assert_eq!(Nature::of(body.as_bytes()), nature, "{body:?}");
        }
    }

    #[test]
    fn what_a_page_says_is_its_title() {
        for (body, text) in [
            (
                "<html><head><TITLE lang=en>Web  Page\nBlocked</TITLE></head>",
                "a web page answered instead of the API: Web Page Blocked",
            ),
            ("<p>x</p>", "a web page answered instead of the API"),
            (
                "default backend - 404",
                "this arrived instead of the API's answer: default backend - 404",
            ),
            ("", "an empty body arrived instead of the API's answer"),
        ] {
            assert_eq!(described(body.as_bytes()), text);
        }
    }
}
