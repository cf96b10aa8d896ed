//! Links that a terminal follows (OSC 8).

use std::borrow::Cow;
use std::fmt::Write;

/// The label of the lines whose address is a page of the service.
const LABEL: &str = "link";

/// A longer address is cut by some terminals.
const LONGEST: usize = 2_000;

/// Makes the address on each line that is labelled `link` one that can be clicked. It
/// leads where it says, so that no text can pretend to be another's link; addresses
/// of indicators stay text.
///
/// The text is clean but for its colours.
pub(super) fn linked(text: &str) -> Cow<'_, str> {
    if !text.contains("https://") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 128);
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end_matches('\n');
        match address(line) {
            Some(url) => {
                let head = &line[..line.len() - url.len()];
                // Writing to a string can't fail.
                let _ = write!(out, "{head}{}", link(url));
            }
            None => out.push_str(line),
        }
        out.push_str(&whole[line.len()..]);
    }
    Cow::Owned(out)
}

/// The text of an address, which leads to it.
fn link(url: &str) -> String {
    format!("\x1b]8;;{url}\x1b\\{url}\x1b]8;;\x1b\\")
}

/// Whether an address can stand in the sequence: nothing in it ends it, and terminals
/// take no other characters.
fn is_safe(url: &str) -> bool {
    url.starts_with("https://")
        && url.len() <= LONGEST
        && url.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The address that is all of a line behind its label.
fn address(line: &str) -> Option<&str> {
    let at = line.find("https://")?;
    let (head, url) = line.split_at(at);
    let mut label = String::new();
    let mut rest = head;
    // What is left of the head without its colours.
    while let Some(escape) = rest.find('\x1b') {
        label.push_str(&rest[..escape]);
        let end = rest[escape..].find('m')?;
        rest = &rest[escape + end + 1..];
    }
    label.push_str(rest);
    (label.trim() == LABEL && is_safe(url)).then_some(url)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;

    /// The text without the sequences.
    fn bare(text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("\x1b]8;;") {
            out.push_str(&rest[..at]);
            let end = rest[at..].find("\x1b\\").expect("an end");
            rest = &rest[at + end + 2..];
        }
        out + rest
    }

    #[test]
    fn only_pages_of_the_service_are_linked_and_they_lead_where_they_say() {
        let text = "evil.example  domain\n  url         https://evil.example/a\n  \x1b[2mlink       \x1b[0m https://www.example.com/gui/x;y\n  link        https://www.example.com/é";
        assert_eq!(
            linked(text),
            "evil.example  domain\n  url         https://evil.example/a\n  \x1b[2mlink       \x1b[0m \x1b]8;;https://www.example.com/gui/x;y\x1b\\https://www.example.com/gui/x;y\x1b]8;;\x1b\\\n  link        https://www.example.com/é"
        );
        assert_eq!(bare(&linked(text)), text);
        assert_eq!(bare(&linked(text)).width(), text.width());
    }

    proptest! {
        #[test]
        fn nothing_but_sequences_is_added(label in "link|url|", text in "\\PC{0,40}") {
            let line = format!("  {label:<11} https://{text}\n  next\n");
            prop_assert_eq!(bare(&linked(&line)), line.clone());
            let added = linked(&line).matches('\x1b').count();
            prop_assert!(added == 0 || added == 4);
        }
    }
}
