//! The digest of one record: labelled lines for a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::sanitize;
use crate::model::verdict::{Detections, Judgement, Verdict, VerdictSource};
use crate::ui::style::{Style, Tone};
use crate::ui::wrap;

/// Lines of one digest at most (contract, section 5).
const MOST_LINES: usize = 25;

/// Lines that wrapped sentences may take.
const MOST_SENTENCE_LINES: usize = 6;

/// Where the values start: the labels before them are this wide.
const INDENT: usize = 14;

/// The columns for a label within that.
const MARGIN: usize = INDENT - 3;

/// A digest in the making: a title, then labelled lines. Everything that comes
/// from elsewhere is made harmless for terminals on its way in.
pub(crate) struct Digest<'a> {
    style: &'a Style,
    lines: Vec<String>,
}

impl<'a> Digest<'a> {
    /// An empty one.
    pub(crate) fn new(style: &'a Style) -> Self {
        Self {
            style,
            lines: vec![],
        }
    }

    /// What it is about, and of which kind that is.
    pub(crate) fn title(&mut self, value: &str, kind: &str) {
        let room = self.style.width.saturating_sub(kind.len() + 2);
        let value = self.style.paint(&cut(&sanitize(value), room), Tone::Bold);
        self.lines.push(
            format!("{value}  {}", self.style.paint(kind, Tone::Dim))
                .trim_end()
                .to_owned(),
        );
    }

    /// Verdict, score and severity, and how many engines agree.
    pub(crate) fn judgement(&mut self, judged: &Judgement) {
        let tone = match judged.verdict {
            Verdict::Malicious => Tone::Bad,
            Verdict::Suspicious => Tone::Warn,
            Verdict::Benign => Tone::Good,
            Verdict::Undetected | Verdict::Unknown => Tone::Bold,
        };
        let mut parts = vec![
            self.style
                .paint(&judged.verdict.name().to_uppercase(), tone),
        ];
        if let Some(score) = judged.threat_score {
            parts.push(format!("score {score}/100"));
        }
        if let Some(severity) = &judged.severity {
            parts.push(format!("severity {}", sanitize(severity)));
        }
        let source = match judged.source {
            Some(VerdictSource::GtiAssessment) => "GTI assessment",
            Some(VerdictSource::Detections) => "from detections, no GTI assessment",
            None => "nothing to judge by",
        };
        parts.push(self.style.paint(&format!("({source})"), Tone::Dim));
        self.painted("verdict", &parts.join("  "));
        if let Some(counts) = &judged.detections {
            self.line("engines", &engines(counts));
        }
    }

    /// A label and a value, which is cut where the page ends.
    pub(crate) fn line(&mut self, label: &str, value: &str) {
        let value = cut(&sanitize(value), self.room());
        self.painted(label, &value);
    }

    /// A label and parts of a value, on as many lines as keep each part whole.
    pub(crate) fn parts(&mut self, label: &str, parts: &[String]) {
        let mut rows: Vec<String> = vec![];
        for part in parts {
            let part = sanitize(part);
            match rows.last_mut() {
                Some(row) if row.width() + 2 + part.width() <= self.room() => {
                    row.push_str("  ");
                    row.push_str(&part);
                }
                _ => rows.push(part.into_owned()),
            }
        }
        self.rows(label, &rows);
    }

    /// A label, how many names there are, and as many of them as have room: the last
    /// is followed by `…` where there are more. Where nobody says how many there are,
    /// there are more than those that are `known`.
    pub(crate) fn names(&mut self, label: &str, count: Option<u64>, known: u64, names: &[String]) {
        let room = self
            .room()
            .saturating_sub(label.width().saturating_sub(MARGIN));
        let mut value = match count {
            Some(count) => format!("{count}: "),
            None => format!("{known}+: "),
        };
        let count = count.unwrap_or(u64::MAX);
        for (at, name) in names.iter().enumerate() {
            let name = sanitize(name);
            let separator = if at == 0 { "" } else { ", " };
            let more = if at as u64 + 1 < count { ", …" } else { "" };
            let needed = value.width() + separator.len() + name.width() + more.width();
            if at > 0 && needed > room {
                break;
            }
            value.push_str(separator);
            value.push_str(&cut(
                &name,
                room.saturating_sub(value.width() + more.width()),
            ));
            if at as u64 + 1 == count {
                self.painted(label, &value);
                return;
            }
        }
        value.push_str(if names.is_empty() { "…" } else { ", …" });
        self.painted(label, &value);
    }

    /// Sentences, each on as many lines as it needs, at most six for all.
    pub(crate) fn wrapped(&mut self, label: &str, sentences: &[String]) {
        let rows = self.wrap(sentences.iter().map(String::as_str));
        self.rows(label, &rows);
    }

    fn wrap<'b>(&self, sentences: impl Iterator<Item = &'b str>) -> Vec<String> {
        let mut rows: Vec<String> = sentences
            .filter(|sentence| !sentence.trim().is_empty())
            .flat_map(|sentence| wrap::rows(&sanitize(sentence), self.room()))
            .take(MOST_SENTENCE_LINES + 1)
            .collect();
        if rows.len() > MOST_SENTENCE_LINES {
            rows.truncate(MOST_SENTENCE_LINES);
            if let Some(last) = rows.last_mut() {
                last.push_str(" …");
            }
        }
        rows
    }

    fn rows(&mut self, label: &str, rows: &[String]) {
        for (at, row) in rows.iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            self.painted(label, &cut(row, self.room()));
        }
    }

    /// A label and a sentence in a tone, on as many lines as it needs.
    pub(crate) fn toned(&mut self, label: &str, value: &str, tone: Tone) {
        for (at, row) in self.wrap([value].into_iter()).iter().enumerate() {
            let row = self.style.paint(&cut(row, self.room()), tone);
            self.painted(if at == 0 { label } else { "" }, &row);
        }
    }

    /// A line that stays when others had to go. Links are not cut: a part of
    /// one is of no use.
    pub(crate) fn last(&mut self, label: &str, value: &str) {
        self.lines.truncate(MOST_LINES - 1);
        self.painted(label, &sanitize(value));
    }

    /// A label and a value that is harmless and has its colours already. A label
    /// that is too long for the margin pushes its value on.
    pub(crate) fn painted(&mut self, label: &str, value: &str) {
        let label = sanitize(label);
        let label = self.style.paint(&format!("{label:<MARGIN$}"), Tone::Dim);
        self.lines.push(format!("  {label} {value}"));
    }

    fn room(&self) -> usize {
        self.style.width.saturating_sub(INDENT).max(20)
    }

    /// The text, without a line break at its end.
    pub(crate) fn finish(mut self) -> String {
        self.lines.truncate(MOST_LINES);
        self.lines.join("\n")
    }
}

fn engines(counts: &Detections) -> String {
    let text = format!("{} of {} call it malicious", counts.malicious, counts.total);
    match counts.suspicious {
        0 => text,
        suspicious => format!("{text}, {suspicious} suspicious"),
    }
}

/// At most `room` columns of the text, with `…` for what is cut off.
fn cut(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut used = 1;
    let mut kept = String::new();
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > room {
            break;
        }
        kept.push(character);
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(width: usize) -> Style {
        Style {
            width,
            ..Style::PLAIN
        }
    }

    #[test]
    fn lines_stay_within_the_page_and_sentences_go_on() {
        let style = style(40);
        let mut digest = Digest::new(&style);
        digest.title("evil.example", "domain");
        digest.wrapped("why", &["one two three four five six seven".to_owned()]);
        digest.line("names", &"x".repeat(80));
        digest.last("link", "https://www.example.com/a/link/that/is/longer");
        assert_eq!(
            digest.finish(),
            "evil.example  domain\n\
             \x20 why         one two three four five\n\
             \x20             six seven\n\
             \x20 names       xxxxxxxxxxxxxxxxxxxxxxxxx…\n\
             \x20 link        https://www.example.com/a/link/that/is/longer"
        );
    }

    #[test]
    fn parts_and_names_stay_whole() {
        let style = style(40);
        let mut digest = Digest::new(&style);
        let owned = |texts: &[&str]| -> Vec<String> {
            texts.iter().map(|text| (*text).to_owned()).collect()
        };
        digest.parts(
            "seen",
            &owned(&["first 2024-11-05", "last 2025-01-24", "now"]),
        );
        digest.names("actors", Some(2), 2, &owned(&["Heron 1", "Heron 2"]));
        digest.names(
            "reports",
            Some(9),
            2,
            &owned(&["A report", "Another report"]),
        );
        digest.names(
            "reports",
            Some(1),
            1,
            &owned(&["A report whose name is a sentence"]),
        );
        digest.names("communicating_files", Some(9), 3, &owned(&["a", "b", "c"]));
        digest.names("urls", None, 20, &owned(&["a", "b"]));
        digest.line("not attempted", "the budget is spent");
        digest.toned(
            "missing",
            "a sentence that is longer than a line",
            Tone::Warn,
        );
        digest.wrapped("why", &vec!["x".repeat(20); 8]);
        assert_eq!(
            digest.finish(),
            "\x20 seen        first 2024-11-05\n\
             \x20             last 2025-01-24  now\n\
             \x20 actors      2: Heron 1, Heron 2\n\
             \x20 reports     9: A report, …\n\
             \x20 reports     1: A report whose name is…\n\
             \x20 communicating_files 9: a, b, c, …\n\
             \x20 urls        20+: a, b, …\n\
             \x20 not attempted the budget is spent\n\
             \x20 missing     a sentence that is longer\n\
             \x20             than a line\n\
             \x20 why         xxxxxxxxxxxxxxxxxxxx\n\
             \x20             xxxxxxxxxxxxxxxxxxxx\n\
             \x20             xxxxxxxxxxxxxxxxxxxx\n\
             \x20             xxxxxxxxxxxxxxxxxxxx\n\
             \x20             xxxxxxxxxxxxxxxxxxxx\n\
             \x20             xxxxxxxxxxxxxxxxxxxx …"
        );
    }

    #[test]
    fn no_digest_is_longer_than_its_bound_and_the_link_stays() {
        let style = style(80);
        let mut digest = Digest::new(&style);
        for _ in 0..40 {
            digest.line("more", "and more");
        }
        digest.last("link", "here");
        let text = digest.finish();
        assert_eq!(text.lines().count(), MOST_LINES);
        assert!(text.ends_with("here"));
    }

    #[test]
    fn hostile_text_is_harmless_in_every_place() {
        let style = style(80);
        let hostile = "a\x1b]0;x\x07\u{202e}b\nc";
        let mut digest = Digest::new(&style);
        digest.title(hostile, "domain");
        digest.line(hostile, hostile);
        digest.wrapped("why", &[hostile.to_owned()]);
        digest.toned("x", hostile, Tone::Bad);
        digest.last("link", hostile);
        let text = digest.finish();
        assert!(!text.contains(['\x1b', '\x07', '\u{202e}']), "{text:?}");
        assert_eq!(text.lines().count(), 5);
    }
}
