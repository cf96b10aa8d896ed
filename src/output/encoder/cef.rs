//! The Common Event Format.

use super::lines::Line;
use crate::model::tlp::Tlp;
use crate::output::export::{Export, Matter};
use crate::output::stix::Policy;

/// One event a line.
pub(in crate::output) struct Cef {
    tlp: Option<Tlp>,
}

impl Cef {
    pub(in crate::output) fn new(policy: &Policy) -> Self {
        Self { tlp: policy.tlp }
    }
}

impl Line for Cef {
    fn write(&mut self, export: &Export, out: &mut Vec<u8>) {
        let common = &export.common;
        let mut text = format!(
            "CEF:0|Google|Threat Intelligence|1|gti:{}|{}|{}|",
            export.dataset(),
            header(&name(export)),
            severity(export)
        );
        let mut extension = Extension::default();
        extension.matter(&export.matter);
        if let Some(score) = common.threat_score {
            extension.labelled("cn1", &score.to_string(), "threat_score", 20);
        }
        let joined = |list: &[String]| list.join(", ");
        for (key, value, label) in [
            ("cs1", common.verdict.unwrap_or_default(), "verdict"),
            ("cs2", common.link.as_deref().unwrap_or_default(), "link"),
            ("cs3", self.tlp.map_or("", Tlp::name), "tlp"),
            ("cs4", common.value.as_deref().unwrap_or_default(), "value"),
            ("cs5", &joined(&common.actors), "actors"),
            ("cs6", &joined(&common.malware), "malware"),
            (
                "flexString1",
                common.severity.as_deref().unwrap_or_default(),
                "severity",
            ),
        ] {
            extension.labelled(key, value, label, 1023);
        }
        extension.pair(
            "cat",
            common.object_type.as_deref().unwrap_or(common.kind),
            1023,
        );
        extension.pair("outcome", common.status.as_deref().unwrap_or_default(), 63);
        extension.pair("msg", common.title.as_deref().unwrap_or_default(), 1023);
        // A longer one would be cut, and then be the id of another.
        let id = common.id.as_deref().unwrap_or_default();
        if id.chars().count() <= 40 {
            extension.pair("externalId", id, 40);
        }
        extension.pair(
            "rt",
            &export.at.as_millisecond().max(100_000_000_000).to_string(),
            20,
        );
        for (key, time) in [("start", &common.first_seen), ("end", &common.last_seen)] {
            let time = time
                .as_deref()
                .and_then(|time| time.parse::<jiff::Timestamp>().ok());
            let time = time.map(jiff::Timestamp::as_millisecond);
            // Twelve digits at least: an earlier time is none.
            if let Some(time) = time.filter(|time| *time >= 100_000_000_000) {
                extension.pair(key, &time.to_string(), 20);
            }
        }
        text.push_str(&extension.text);
        text.push('\n');
        out.extend_from_slice(text.as_bytes());
    }
}

fn name(export: &Export) -> String {
    let common = &export.common;
    match (common.kind, common.verdict) {
        ("indicator", Some(verdict)) => format!("{verdict} indicator"),
        ("indicator", None) => "indicator".to_owned(),
        (kind, _) => {
            let title = common.title.as_deref().map(str::trim);
            let title = title.filter(|title| !header(title).is_empty());
            title.map_or_else(|| kind.to_owned(), |title| format!("{kind}: {title}"))
        }
    }
}

/// 0 to 10, by the severity, else by the score, else by the verdict.
fn severity(export: &Export) -> String {
    let common = &export.common;
    let by_word = match common.severity.as_deref() {
        Some("critical") => Some(10),
        Some("high") => Some(8),
        Some("medium") => Some(5),
        Some("low") => Some(3),
        Some("none") => Some(0),
        _ => None,
    };
    let by_score = common.threat_score.map(|score| score.clamp(0, 100) / 10);
    let by_verdict = match common.verdict {
        Some("malicious") => Some(8),
        Some("suspicious") => Some(5),
        Some("benign" | "undetected") => Some(0),
        _ => None,
    };
    let known = by_word.or(by_score).or(by_verdict);
    known.map_or_else(|| "Unknown".to_owned(), |number| number.to_string())
}

/// A part of the header: one line, with pipes escaped.
fn header(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if ends_line(c) { ' ' } else { c })
        .collect();
    let short: String = clean.trim().chars().take(400).collect();
    short.trim().replace('\\', "\\\\").replace('|', "\\|")
}

/// Whether a character may end a line, or controls something.
fn ends_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// The pairs behind the header.
#[derive(Default)]
struct Extension {
    text: String,
}

impl Extension {
    /// The indicator, where analysts look for it.
    fn matter(&mut self, matter: &Matter) {
        match matter {
            Matter::Address(std::net::IpAddr::V4(address)) => {
                self.pair("dst", &address.to_string(), 15);
            }
            Matter::Address(std::net::IpAddr::V6(address)) => {
                self.labelled("c6a3", &address.to_string(), "Destination IPv6 Address", 45);
            }
            Matter::Domain(name) => {
                self.pair("dhost", name, 1023);
            }
            Matter::Url(url) => {
                self.pair("request", url, 1023);
            }
            Matter::File(hashes) => {
                self.pair("fileHash", hashes.known().next().unwrap_or_default(), 255);
            }
            Matter::Vulnerability(_) | Matter::Other => {}
        }
    }

    /// A pair; nothing for an empty value.
    fn pair(&mut self, key: &str, value: &str, most: usize) -> bool {
        let short: String = value.trim().chars().take(most).collect();
        let mut escaped = String::with_capacity(short.len());
        for c in short.trim().chars() {
            match c {
                '\\' => escaped.push_str("\\\\"),
                '=' => escaped.push_str("\\="),
                '\n' => escaped.push_str("\\n"),
                '\r' => escaped.push_str("\\r"),
                c if ends_line(c) => escaped.push(' '),
                c => escaped.push(c),
            }
        }
        let escaped = escaped.trim();
        if escaped.is_empty() {
            return false;
        }
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(key);
        self.text.push('=');
        self.text.push_str(escaped);
        true
    }

    /// A pair of a field that needs a label.
    fn labelled(&mut self, key: &str, value: &str, label: &str, most: usize) {
        if self.pair(key, value, most) {
            self.pair(&format!("{key}Label"), label, 1023);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_no_pair_and_begin_none() {
        let mut extension = Extension::default();
        extension.pair("msg", " two\nlines a=b c\\d \u{1b}[31m cs1=x ", 1023);
        extension.labelled("cs1", " ", "verdict", 1023);
        assert_eq!(extension.text, "msg=two\\nlines a\\=b c\\\\d  [31m cs1\\=x");
        assert_eq!(header("a|b\\c\nd"), "a\\|b\\\\c d");
    }
}
