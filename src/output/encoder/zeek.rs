//! A file for Zeek's intelligence framework.

use std::fmt::Write;

use super::lines::Line;
use crate::output::export::{Export, Matter};

/// One line a value; all hashes of a file, for sensors know some of them.
pub(in crate::output) struct Zeek;

impl Line for Zeek {
    fn header(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(
            b"#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.url\n",
        );
    }

    fn key<'a>(&self, line: &'a str) -> &'a str {
        // Value, type and source tell entries apart, and the source is always the same.
        let end = line.match_indices('\t').nth(1).map(|(at, _)| at);
        &line[..end.unwrap_or(line.len())]
    }

    fn write(&mut self, export: &Export, out: &mut Vec<u8>) {
        let (kind, values): (_, Vec<String>) = match &export.matter {
            Matter::Address(address) => ("ADDR", vec![address.to_string()]),
            Matter::Domain(name) => ("DOMAIN", vec![name.clone()]),
            Matter::Url(url) => ("URL", vec![without_scheme(url)]),
            Matter::File(hashes) => ("FILE_HASH", hashes.known().map(str::to_owned).collect()),
            Matter::Vulnerability(_) | Matter::Other => return,
        };
        let about = cell(&about(export));
        let link = cell(export.common.link.as_deref().unwrap_or_default());
        for value in values {
            let row = format!("{}\tIntel::{kind}\tgti\t{about}\t{link}\n", cell(&value));
            out.extend_from_slice(row.as_bytes());
        }
    }
}

/// The assessment in a few words.
fn about(export: &Export) -> String {
    let common = &export.common;
    let score = common.threat_score.map(|score| format!("score {score}"));
    let verdict = common.verdict.map(str::to_owned);
    let names = common.malware.iter().chain(&common.actors).cloned();
    let words: Vec<String> = verdict.into_iter().chain(score).chain(names).collect();
    words.join(", ")
}

/// Host and path; the port of http is not there, and what stands behind # never
/// leaves the browser.
fn without_scheme(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or_default();
    let host = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(host);
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.strip_suffix(":80").unwrap_or(host);
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("{}{slash}{path}", host.to_ascii_lowercase())
}

/// A field: `-` where there is nothing, and everything but plain ASCII as `\xHH`.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for byte in text.bytes() {
        if (byte.is_ascii_graphic() && byte != b'\\') || byte == b' ' {
            cell.push(char::from(byte));
        } else {
            let _ = write!(cell, "\\x{byte:02x}");
        }
    }
    // Alone it would stand for nothing, or make the line a comment.
    match cell.as_str() {
        "" => "-".to_owned(),
        "-" => "\\x2d".to_owned(),
        text if text.starts_with('#') => format!("\\x23{}", &text[1..]),
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_hold_nothing_that_ends_them() {
        for (text, expected) in [
            ("", "-"),
            ("-", "\\x2d"),
            ("#fields", "\\x23fields"),
            ("a b", "a b"),
            ("a\tb\nc\\x41", "a\\x09b\\x0ac\\x5cx41"),
            ("\u{e4}", "\\xc3\\xa4"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }

    #[test]
    fn urls_stand_without_their_scheme() {
        for (url, expected) in [
            ("http://Evil.example", "evil.example/"),
            ("https://u@evil.example:8443/A?b#c", "evil.example:8443/A?b"),
            ("http://evil.example:80?a", "evil.example/?a"),
        ] {
            assert_eq!(without_scheme(url), expected);
        }
    }
}
