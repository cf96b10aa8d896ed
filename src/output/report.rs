//! The figures of a report, and the report as text for a ticket.

use std::fmt::Write;

use serde::Serialize;

use super::encoder::markdown_text;
use crate::model::grouped::grouped;

/// What many records come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    /// When it was made.
    pub written_at: String,
    /// Records that were counted.
    pub records: u64,
    /// Lines that are no records.
    pub unread: u64,
    /// Indicators that are malicious or suspicious.
    pub flagged_count: u64,
    /// The figures, a panel each.
    pub panels: Vec<Panel>,
    /// The worst of the flagged indicators.
    pub flagged: Vec<Flagged>,
}

/// One set of figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Panel {
    /// Its name in JSON.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The figures, the largest first; of times the oldest.
    pub bars: Vec<Bar>,
    /// How many are under none of these names.
    pub others: u64,
}

/// How often something came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Bar {
    /// What.
    pub name: String,
    /// How often.
    pub count: u64,
}

/// An indicator that is malicious or suspicious.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Flagged {
    /// The indicator.
    pub value: String,
    /// `ip`, `domain`, `url` or `file`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `malicious` or `suspicious`.
    pub verdict: String,
    /// `critical`, `high`, `medium`, `low`, `none` or `unknown`.
    pub severity: String,
    /// 0 to 100.
    pub score: Option<i64>,
    /// When the service made the record.
    pub time: Option<String>,
}

impl Report {
    /// What it is about, in a sentence.
    pub(super) fn summary(&self) -> String {
        let named = |number: u64, one: &str, more: &str| match number {
            1 => format!("1 {one}"),
            number => format!("{} {more}", grouped(number)),
        };
        let mut summary = named(self.records, "record", "records");
        summary.push_str(", ");
        summary += &named(
            self.flagged_count,
            "flagged indicator",
            "flagged indicators",
        );
        if self.unread > 0 {
            summary.push_str(", ");
            summary += &named(self.unread, "line is no record", "lines are no records");
        }
        summary
    }

    /// The report in Markdown.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!(
            "# Google Threat Intelligence: report\n\n{}. Written {}.\n",
            self.summary(),
            self.written_at
        );
        for panel in &self.panels {
            // Writing to a string can't fail, here and below.
            let _ = write!(text, "\n## {}\n\n| | |\n|---|---|\n", panel.title);
            for bar in &panel.bars {
                let _ = writeln!(text, "| {} | {} |", markdown_text(&bar.name), bar.count);
            }
            if panel.others > 0 {
                let _ = writeln!(text, "| others | {} |", panel.others);
            }
        }
        if !self.flagged.is_empty() {
            text.push_str("\n## The worst\n\n| Indicator | Type | Verdict | Severity | Score |\n|---|---|---|---|---|\n");
            for one in &self.flagged {
                let value = super::export::unclickable(&one.value);
                let score = one.score.map(|score| score.to_string()).unwrap_or_default();
                let _ = writeln!(
                    text,
                    "| {} | {} | {} | {} | {score} |",
                    markdown_text(&value),
                    markdown_text(&one.kind),
                    one.verdict,
                    markdown_text(&one.severity),
                );
            }
        }
        text
    }
}
