//! The digest of one record: labelled lines for a terminal.

mod section;
#[cfg(test)]
mod tests;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use self::section::{Beyond, Section, shares};
use super::sanitize;
use crate::model::verdict::{Detections, Judgement, Verdict, VerdictSource};
use crate::ui::style::{Style, Tone};
use crate::ui::wrap;

/// Lines of one digest at most, unless `--full` asks for all (contract, section 5).
const MOST_LINES: usize = 40;

/// Items of a list at most, unless `--full` asks for all.
const MOST_ITEMS: usize = 10;

/// Lines that a text or a list keeps where there is no room for all of it.
const LEAST_LINES: usize = 2;

/// Where the values start: the labels before them are this wide.
const INDENT: usize = 14;

/// The columns for a label within that.
const MARGIN: usize = INDENT - 3;

/// What stands in the place of lines that have no room.
const CUT: &str = "(cut to 40 lines; --full shows all)";

/// A digest in the making: a title, then labelled sections. Everything that comes
/// from elsewhere is made harmless for terminals on its way in. Prose is wrapped,
/// and where it has no room cut; values never are.
pub(crate) struct Digest<'a> {
    style: &'a Style,
    /// Whether all sections are shown whole.
    whole: bool,
    title: Option<String>,
    sections: Vec<Section>,
    /// What stays when others have to go.
    pinned: Vec<Section>,
}

impl<'a> Digest<'a> {
    /// An empty one, within its bound.
    pub(crate) fn new(style: &'a Style) -> Self {
        Self {
            style,
            whole: style.full,
            title: None,
            sections: vec![],
            pinned: vec![],
        }
    }

    /// An empty one that shows all of its prose: of what is read before a decision.
    pub(crate) fn whole(style: &'a Style) -> Self {
        Self {
            whole: true,
            ..Self::new(style)
        }
    }

    /// What it is about, and of which kind that is.
    pub(crate) fn title(&mut self, value: &str, kind: &str) {
        let value = self.style.paint(&sanitize(value), Tone::Bold);
        let title = format!("{value}  {}", self.style.paint(kind, Tone::Dim));
        self.title = Some(title.trim_end().to_owned());
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
        self.add("verdict", vec![parts.join("  ")], 1, Beyond::Text);
        if let Some(counts) = &judged.detections {
            self.line("engines", &engines(counts));
        }
    }

    /// A label and a value, on as many lines as it needs.
    pub(crate) fn line(&mut self, label: &str, value: &str) {
        let rows = wrap::rows(&sanitize(value), self.room());
        self.add(label, rows, LEAST_LINES, Beyond::Text);
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
        self.add(label, rows, LEAST_LINES, Beyond::Text);
    }

    /// A list, an item a line, each in two parts of which the second is never cut.
    /// `count` is how many items there are; `None` where nobody says.
    pub(crate) fn items(&mut self, label: &str, count: Option<u64>, items: &[Entry]) {
        if items.is_empty() {
            return;
        }
        let most = if self.style.full {
            usize::MAX
        } else {
            MOST_ITEMS
        };
        let shown = items.len().min(most) as u64;
        let beyond = count.map_or(Beyond::Unknown, |count| {
            Beyond::Items(count.max(items.len() as u64) - shown)
        });
        let items = &items[..items.len().min(most)];
        let rows = self.columns(items);
        self.add(label, rows, LEAST_LINES, beyond);
    }

    /// Sentences, each on as many lines as it needs.
    pub(crate) fn wrapped(&mut self, label: &str, sentences: &[String]) {
        let rows = self.wrap(sentences.iter().map(String::as_str));
        self.add(label, rows, LEAST_LINES, Beyond::Text);
    }

    fn wrap<'b>(&self, sentences: impl Iterator<Item = &'b str>) -> Vec<String> {
        sentences
            .filter(|sentence| !sentence.trim().is_empty())
            .flat_map(|sentence| wrap::rows(&sanitize(sentence), self.room()))
            .collect()
    }

    /// A label and a sentence in a tone, on as many lines as it needs.
    pub(crate) fn toned(&mut self, label: &str, value: &str, tone: Tone) {
        let rows = self.wrap(std::iter::once(value)).into_iter();
        let rows = rows.map(|row| self.style.paint(&row, tone)).collect();
        self.add(label, rows, LEAST_LINES, Beyond::Text);
    }

    /// A line that stays when others have to go. Links are not cut: a part of
    /// one is of no use.
    pub(crate) fn last(&mut self, label: &str, value: &str) {
        self.pinned.push(Section {
            label: sanitize(label).into_owned(),
            rows: vec![sanitize(value).into_owned()],
            least: 1,
            beyond: Beyond::Text,
        });
    }

    /// Names and values below one another.
    fn columns(&self, items: &[Entry]) -> Vec<String> {
        let room = if self.style.full {
            usize::MAX
        } else {
            self.room()
        };
        let clean = |text: &str| sanitize(text).into_owned();
        let items = items.iter().map(|item| {
            (
                item.name.as_deref().map(clean),
                item.value.as_deref().map(clean),
            )
        });
        let items: Vec<_> = items.collect();
        let beside = |value: &str| {
            let left = room.saturating_sub(value.width() + 2);
            if left < LEAST_NAME { OVER_NAME } else { left }
        };
        let widths = items.iter().filter_map(|(name, value)| {
            let (name, value) = (name.as_ref()?, value.as_ref()?);
            Some(name.width().min(beside(value)))
        });
        let column = widths.max().unwrap_or(0);
        let row = |(name, value): &(Option<String>, Option<String>)| match (name, value) {
            (Some(name), Some(value)) => {
                let names = column.min(beside(value));
                let name = cut(name, names);
                let gap = names.saturating_sub(name.width()) + 2;
                format!("{name}{:gap$}{value}", "")
            }
            (Some(name), None) => cut(name, room),
            (None, value) => value.clone().unwrap_or_default(),
        };
        items.iter().map(row).collect()
    }

    /// Gives the last section so many lines before others get more.
    pub(crate) fn keep(&mut self, least: usize) {
        if let Some(section) = self.sections.last_mut() {
            section.least = least;
        }
    }

    fn add(&mut self, label: &str, rows: Vec<String>, least: usize, beyond: Beyond) {
        if !rows.is_empty() {
            self.sections.push(Section {
                label: sanitize(label).into_owned(),
                rows,
                least,
                beyond,
            });
        }
    }

    fn room(&self) -> usize {
        self.style.width.saturating_sub(INDENT).max(20)
    }

    /// The text, without a line break at its end.
    pub(crate) fn finish(self) -> String {
        let title = self.title.clone();
        let mut lines: Vec<String> = title.into_iter().collect();
        let fixed = lines.len() + self.pinned.len();
        let wanted: usize = self.sections.iter().map(Section::wanted).sum();
        let is_cut = !self.whole && fixed + wanted > MOST_LINES;
        let room = if is_cut {
            MOST_LINES.saturating_sub(fixed + 1)
        } else {
            wanted
        };
        for (section, share) in self.sections.iter().zip(shares(&self.sections, room)) {
            lines.extend(self.labelled(&section.label, section.shown(share)));
        }
        if is_cut {
            let cut = self.style.paint(CUT, Tone::Dim);
            lines.extend(self.labelled("", vec![cut]));
        }
        for section in &self.pinned {
            lines.extend(self.labelled(&section.label, section.shown(1)));
        }
        lines.join("\n")
    }

    /// Rows with a label before the first. One that is too long for the margin pushes
    /// its value on.
    fn labelled(&self, label: &str, rows: Vec<String>) -> Vec<String> {
        let rows = rows.into_iter().enumerate().map(|(at, row)| {
            let label = if at == 0 { label } else { "" };
            let label = self.style.paint(&format!("{label:<MARGIN$}"), Tone::Dim);
            format!("  {label} {row}")
        });
        rows.collect()
    }
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What it is called; a name that is too long is cut, unless `--full` asks for all.
    pub name: Option<String>,
    /// What the next command takes: an id, an address, a path. It is never cut.
    pub value: Option<String>,
}

impl Entry {
    /// An item that is nothing but a value.
    pub(crate) fn value(value: impl Into<String>) -> Self {
        Self {
            name: None,
            value: Some(value.into()),
        }
    }
}

/// The narrowest that a name is made to fit the page beside its value.
const LEAST_NAME: usize = 10;

/// What a name gets where its value leaves less than that: the line is too long anyway.
const OVER_NAME: usize = 16;

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
