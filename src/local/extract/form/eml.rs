//! Mail: its headers, its texts decoded, and the mails in it.

use mail_parser::{Encoding, Message, MessageParser, MessagePart, PartType};

use super::{Texts, html};
use crate::local::extract::scan::Names;

/// Headers that name messages and bounds, which look like mail addresses.
const NAMES: [&str; 6] = [
    "message-id",
    "in-reply-to",
    "references",
    "content-type",
    "content-id",
    "dkim-signature",
];

/// Scans a mail.
pub(super) fn read(bytes: &[u8], texts: &mut Texts<'_>) {
    let Some(message) = MessageParser::default().parse(bytes) else {
        texts.text(&String::from_utf8_lossy(bytes), 1, 0, Names::Taken);
        return;
    };
    mail(&message, bytes, texts);
}

fn mail(message: &Message<'_>, bytes: &[u8], texts: &mut Texts<'_>) {
    for part in &message.parts {
        if texts.stopped {
            return;
        }
        headers(part, bytes, texts);
        match &part.body {
            PartType::Text(body) => lines(part, body, bytes, texts),
            PartType::Html(body) => html::read(body, line_of(bytes, part.offset_body), texts),
            PartType::Message(inner) => mail(inner, inner.raw_message(), texts),
            PartType::Multipart(_) | PartType::Binary(_) | PartType::InlineBinary(_) => {}
        }
    }
}

/// The headers of a part, as they stand; words that are encoded there are decoded.
fn headers(part: &MessagePart<'_>, bytes: &[u8], texts: &mut Texts<'_>) {
    for header in &part.headers {
        if NAMES.contains(&header.name.as_str().to_lowercase().as_str()) {
            continue;
        }
        let raw = bytes.get(header.offset_start as usize..header.offset_end as usize);
        let raw = String::from_utf8_lossy(raw.unwrap_or_default());
        let line = line_of(bytes, header.offset_start);
        let before = header.name.as_str().len() as u64 + 1;
        match header.value.as_text().filter(|_| raw.contains("=?")) {
            Some(decoded) => texts.string(decoded, line, before, Names::Taken),
            None => texts.text(&raw, line, before, Names::Taken),
        }
    }
}

/// A text, each line of it with the line of the file that it was decoded from.
fn lines(part: &MessagePart<'_>, body: &str, bytes: &[u8], texts: &mut Texts<'_>) {
    let first = line_of(bytes, part.offset_body);
    let raw = bytes.get(part.offset_body as usize..part.offset_end as usize);
    let raw = raw.unwrap_or_default();
    match part.encoding {
        Encoding::None => texts.text(body, first, 0, Names::Taken),
        Encoding::QuotedPrintable => {
            let mut written = raw.split_inclusive(|byte| *byte == b'\n');
            let mut at = first;
            for line in body.split_inclusive('\n') {
                texts.string(line, at, 0, Names::Taken);
                // A line that ends with an equals sign goes on in the next.
                for written in written.by_ref() {
                    at += 1;
                    if !written.trim_ascii_end().ends_with(b"=") {
                        break;
                    }
                }
            }
        }
        Encoding::Base64 => {
            let width = raw
                .split(|byte| *byte == b'\n')
                .next()
                .map_or(0, |line| line.trim_ascii().len());
            let mut decoded = 0_usize;
            for line in body.split_inclusive('\n') {
                let passed = (decoded * 4 / 3).checked_div(width).unwrap_or(0) as u64;
                texts.string(line, first + passed, 0, Names::Taken);
                decoded += line.len();
            }
        }
    }
}

fn line_of(bytes: &[u8], at: u32) -> u64 {
    let before = &bytes[..(at as usize).min(bytes.len())];
    1 + memchr::memchr_iter(b'\n', before).count() as u64
}
