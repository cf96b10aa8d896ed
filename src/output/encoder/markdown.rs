//! Markdown, for the text of a ticket.

use std::fmt::Write;

use super::{Encoder, Item};
use crate::model::time::rfc3339;
use crate::model::tlp::Tlp;
use crate::output::export::{Choice, Export, Matter};
use crate::output::stix::Policy;

/// A section an object: what it is in the heading, why and who in a table.
pub(in crate::output) struct Markdown {
    tlp: Option<Tlp>,
    now: fn() -> jiff::Timestamp,
}

impl Markdown {
    pub(in crate::output) fn new(policy: &Policy, choice: &Choice) -> Self {
        Self {
            tlp: policy.tlp,
            now: choice.clock,
        }
    }
}

impl Encoder for Markdown {
    fn item(&mut self, item: Item<'_>, out: &mut Vec<u8>) {
        let Item::Record(record) = item else {
            return;
        };
        let exported = record.exported();
        if let Some(export) = exported.and_then(|exported| Export::read(exported, self.now)) {
            out.extend_from_slice(section(&export, self.tlp).as_bytes());
        }
    }
}

fn section(export: &Export, tlp: Option<Tlp>) -> String {
    let common = &export.common;
    let name = export.shown();
    let judged = common.verdict.or(common.severity.as_deref());
    let mut text = format!("## {}", code(&name));
    if let Some(judged) = judged {
        let _ = write!(text, ": **{}**", plain(judged));
    }
    if let Some(score) = common.threat_score {
        let _ = write!(text, ", threat score {score}/100");
    }
    text.push_str("\n\n| | |\n|---|---|\n");
    let joined = |names: &[String]| names.join(", ");
    let tlp = tlp.map(|tlp| format!("TLP:{}", tlp.name().to_uppercase()));
    let hashes: Vec<String> = match &export.matter {
        Matter::File(hashes) => hashes.known().map(str::to_owned).collect(),
        _ => vec![],
    };
    let sources = common.sources.iter();
    let sources: Vec<String> = sources
        .filter_map(|source| source.name.clone().or_else(|| source.id.clone()))
        .collect();
    for (heading, value) in [
        ("Type", common.object_type.clone()),
        ("Title", common.title.clone().filter(|title| *title != name)),
        ("Status", common.status.clone()),
        ("Severity", common.severity.clone()),
        (
            "Detections",
            export.detail.attributes.last_analysis_stats.ratio(),
        ),
        ("Actors", Some(joined(&common.actors))),
        ("Malware", Some(joined(&common.malware))),
        ("Sources", Some(joined(&sources))),
        ("First seen", common.first_seen.clone()),
        ("Last seen", common.last_seen.clone()),
        ("Known since", common.time.clone()),
        ("Tags", Some(joined(&common.tags))),
        ("TLP", tlp),
    ] {
        let value = value.unwrap_or_default();
        if !value.trim().is_empty() {
            let _ = writeln!(text, "| {heading} | {} |", plain(&value));
        }
    }
    for hash in hashes {
        let _ = writeln!(text, "| Hash | {} |", code(&hash));
    }
    let _ = writeln!(text, "| Exported | {} |", rfc3339(export.at));
    let link = common.link.as_deref().filter(|link| is_address(link));
    if let Some(link) = link {
        let _ = write!(text, "\n[Google Threat Intelligence](<{link}>)\n");
    }
    text.push('\n');
    text
}

/// Whether a link holds nothing that could end it.
fn is_address(link: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?=&%+,@".contains(&byte);
    link.starts_with("https://") && link.bytes().all(is_plain)
}

/// Text between backticks, more of them than it holds; one line.
fn code(text: &str) -> String {
    let text = one_line(text).replace('|', "\u{2502}");
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') || text.is_empty() {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Text in which nothing is marked up, nobody is mentioned and nothing is a link.
pub(in crate::output) fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '<' => shown.push_str("&lt;"),
            '&' => shown.push_str("&amp;"),
            '@' => shown.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '>' | '#' | '|' | '!' | '~' | '$' => {
                shown.push('\\');
                shown.push(c);
            }
            c => shown.push(c),
        }
    }
    shown.replace("://", ":\\/\\/")
}

fn one_line(text: &str) -> String {
    let is_odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let text: String = text
        .chars()
        .map(|c| if is_odd(c) { ' ' } else { c })
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_marks_nothing_up() {
        for (text, shown) in [
            ("a|b\n# c", "a\\|b \\# c"),
            ("<script>*x*", "&lt;script\\>\\*x\\*"),
            (
                "@all [x](http://evil.example)",
                "&#64;all \\[x\\](http:\\/\\/evil.example)",
            ),
            ("\u{202e}a\u{1b}[31m", "a \\[31m"),
        ] {
            assert_eq!(plain(text), shown);
        }
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a|b"), "`a\u{2502}b`");
    }
}
