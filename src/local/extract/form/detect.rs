//! The form of a file, told from its name and its first bytes.

use std::path::Path;

use super::{ExtractError, Form};
use crate::bulk::structured::is_table;

/// Headers of a mail, of which two make one.
const HEADERS: [&str; 10] = [
    "from",
    "to",
    "subject",
    "date",
    "received",
    "message-id",
    "mime-version",
    "return-path",
    "delivered-to",
    "content-type",
];

/// Tells the form of a file.
///
/// # Errors
/// When it is no text.
pub(super) fn form(head: &[u8], name: Option<&Path>) -> Result<Form, ExtractError> {
    not_text(head)?;
    let text = String::from_utf8_lossy(&head[..head.len().min(16 * 1024)]);
    let begins = text.trim_start();
    let extension = name
        .and_then(Path::extension)
        .map(|it| it.to_string_lossy().to_lowercase());
    if is_json(begins) {
        return Ok(json(begins));
    }
    Ok(match extension.as_deref() {
        Some("eml") => Form::Eml,
        Some("html" | "htm" | "xhtml") => Form::Html,
        Some("csv" | "tsv") => Form::Csv,
        _ if is_mail(&text) => Form::Eml,
        _ if is_html(begins) => Form::Html,
        _ if begins
            .lines()
            .next()
            .is_some_and(|line| is_table(line).is_some()) =>
        {
            Form::Csv
        }
        _ => Form::Text,
    })
}

/// Says of files that are no text what makes text of them.
pub(in crate::local) fn not_text(head: &[u8]) -> Result<(), ExtractError> {
    let (what, instead) = if head.starts_with(b"%PDF-") {
        (
            "the file is a PDF document",
            "extract its text first: `pdftotext FILE - | gti extract`",
        )
    } else if head.starts_with(b"PK\x03\x04") {
        (
            "the file is a ZIP archive or an office document",
            "extract its text first: `unzip -p FILE | gti extract`",
        )
    } else if head.starts_with(&[0x1f, 0x8b]) {
        (
            "the file is compressed",
            "decompress it first: `zcat FILE | gti extract`",
        )
    } else if head.contains(&0) {
        (
            "the file is not text",
            "extract its strings first: `strings FILE | gti extract`",
        )
    } else {
        return Ok(());
    };
    Err(ExtractError::NotText { what, instead })
}

/// Whether a text begins as JSON does. A list of addresses in brackets does not.
fn is_json(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next();
    let next = characters.find(|c| !c.is_whitespace());
    match first {
        Some('{') => matches!(next, Some('"' | '}')),
        Some('[') => matches!(next, Some('{' | '"' | ']')),
        _ => false,
    }
}

fn json(head: &str) -> Form {
    if head.contains("\"spec_version\"")
        || head.contains("\"bundle\"") && head.contains("\"objects\"")
    {
        Form::Stix
    } else if head.contains("\"Attribute\"")
        || head.contains("\"Event\"") && head.contains("\"uuid\"")
    {
        Form::Misp
    } else {
        Form::Json
    }
}

/// Whether a text begins with the headers of a mail.
fn is_mail(text: &str) -> bool {
    let mut known = 0;
    let lines = text.lines().skip_while(|line| line.starts_with("From "));
    for line in lines.take_while(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else {
            return false;
        };
        if !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return false;
        }
        known += usize::from(HEADERS.contains(&name.to_lowercase().as_str()));
    }
    known > 1
}

fn is_html(text: &str) -> bool {
    let end = text
        .char_indices()
        .nth(1024)
        .map_or(text.len(), |(end, _)| end);
    let head = text[..end].to_lowercase();
    ["<!doctype html", "<html", "<head>", "<body"]
        .iter()
        .any(|tag| head.contains(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_from_what_they_begin_with() {
        for (text, name, expected) in [
            ("evil.example\n", None, Form::Text),
            ("[2001:db8::1]\n", None, Form::Text),
            ("a: b\nc: d\n", None, Form::Text),
            ("From: a@evil.example\nTo: b\n c\n\nx", None, Form::Eml),
            ("x", Some("a.eml"), Form::Eml),
            ("<!DOCTYPE html><p>", None, Form::Html),
            ("<p>", Some("A.HTM"), Form::Html),
            ("id,Domain\n1,evil.example\n", None, Form::Csv),
            ("1,evil.example\n", Some("a.csv"), Form::Csv),
            ("1,evil.example\n", None, Form::Text),
            ("{\"a\":1}\n{\"a\":2}\n", None, Form::Json),
            (" [\n{}]", None, Form::Json),
            ("{\"type\":\"bundle\",\"objects\":[]}", None, Form::Stix),
            ("{\"Event\":{\"Attribute\":[]}}", None, Form::Misp),
            ("", None, Form::Text),
        ] {
            let found = form(text.as_bytes(), name.map(Path::new)).expect(text);
            assert_eq!(found, expected, "{text}");
        }
        for bytes in [
            &b"%PDF-1.7\n"[..],
            b"PK\x03\x04",
            b"\x1f\x8b\x08",
            b"MZ\0\0",
        ] {
            assert!(form(bytes, None).is_err());
        }
    }
}
