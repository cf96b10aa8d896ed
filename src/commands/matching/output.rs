//! What `gti match` prints.

use std::cell::OnceCell;

use serde::Serialize;

use crate::commands::bare::{self, Assessed};
use crate::commands::members::lookups::{MATCH, MATCH_COUNT};
use crate::local::extract::ValueType;
use crate::local::matching::{Hit, Line};
use crate::output::export::Exported;
use crate::output::{Columns, Layout, Record, Subject};
use crate::ui::style::{Style, Tone};

/// The columns of hits.
pub(in crate::commands) const HITS: Layout = Layout {
    command: "match",
    columns: Columns(&["source", "line", "value", "type", "matched", "text"]),
    members: MATCH,
    single: false,
    subject: Subject::Hits,
};

/// The columns of counts.
pub(super) const COUNTS: Layout = Layout {
    command: "match --count",
    columns: Columns(&["source", "count"]),
    members: MATCH_COUNT,
    single: false,
    subject: Subject::Program,
};

/// A known value in a line.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    line: u64,
    source: &'a str,
    value: &'a str,
    #[serde(rename = "type")]
    value_type: &'static str,
    matched: &'static str,
    verdict: Option<&'a str>,
    severity: Option<&'a str>,
    threat_score: Option<i64>,
    link: Option<String>,
    lists: &'a [String],
    text: &'a str,
    #[serde(skip)]
    object: OnceCell<Option<String>>,
    #[serde(skip)]
    kind: ValueType,
}

impl<'a> Row<'a> {
    pub(super) fn new(source: &'a str, line: &'a Line, hit: &'a Hit) -> Self {
        let known = &hit.known;
        Self {
            line: line.number,
            source,
            value: &known.value,
            value_type: known.value_type.name(),
            matched: hit.matched.name(),
            verdict: known.verdict.as_deref(),
            severity: known.severity.as_deref(),
            threat_score: known.threat_score,
            link: known.link(),
            lists: &known.lists,
            text: &line.text,
            object: OnceCell::new(),
            kind: known.value_type,
        }
    }
}

impl Record for Row<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts and numbers always serialise.
        serde_json::to_writer(out, self).expect("a hit is JSON");
    }

    fn exported(&self) -> Option<Exported<'_>> {
        let known = Assessed {
            verdict: self.verdict,
            severity: self.severity,
            threat_score: self.threat_score,
        };
        let object = self
            .object
            .get_or_init(|| bare::object(self.value, self.kind, known));
        object.as_deref().map(Exported::chosen)
    }
}

/// A line as `grep` shows it: the values marked, the file before it where several are
/// read.
pub(super) struct Marked<'a> {
    pub file: Option<&'a str>,
    pub line: &'a Line,
}

impl Record for Marked<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        serde_json::to_writer(out, &self.line.text).expect("a text is JSON");
    }

    fn line(&self, style: &Style) -> Option<String> {
        let text = &self.line.text;
        let mut shown = String::new();
        if let Some(file) = self.file {
            shown.push_str(&style.paint(file, Tone::Dim));
            shown.push(':');
        }
        let mut at = 0;
        for hit in &self.line.hits {
            let place = &hit.place;
            if place.start < at {
                continue;
            }
            shown.push_str(&text[at..place.start]);
            shown.push_str(&style.paint(&text[place.clone()], Tone::Bad));
            at = place.end;
        }
        shown.push_str(&text[at..]);
        Some(shown)
    }
}

/// How many lines of a file match.
#[derive(Serialize)]
pub(super) struct Count<'a> {
    pub source: &'a str,
    #[serde(rename = "count")]
    pub lines: u64,
    #[serde(skip)]
    pub named: bool,
}

impl Record for Count<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        serde_json::to_writer(out, self).expect("a count is JSON");
    }

    fn line(&self, _: &Style) -> Option<String> {
        Some(if self.named {
            format!("{}:{}", self.source, self.lines)
        } else {
            self.lines.to_string()
        })
    }
}
