//! The record of a finding.

use std::cell::OnceCell;

use serde::Serialize;

use crate::commands::bare::{self, Assessed};
use crate::commands::members::lookups::EXTRACT;
use crate::local::extract::Located;
use crate::output::export::Exported;
use crate::output::{Columns, Layout, Record, Subject};
use crate::ui::style::{Style, Tone};

/// The columns of a finding.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "extract",
    columns: Columns(&["value", "type", "ioc", "source", "line", "column", "format"]),
    members: EXTRACT,
    single: false,
    subject: Subject::Values,
};

/// A finding as a record; in text it is the value, one a line.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    value: String,
    #[serde(rename = "type")]
    value_type: &'static str,
    ioc: &'a str,
    source: &'a str,
    line: u64,
    column: u64,
    format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'a str>,
    #[serde(skip)]
    located: &'a Located,
    #[serde(skip)]
    object: OnceCell<Option<String>>,
}

impl<'a> Row<'a> {
    pub(super) fn new(located: &'a Located, defang: bool) -> Self {
        let finding = &located.finding;
        Self {
            value: if defang {
                finding.defanged()
            } else {
                finding.value.clone()
            },
            value_type: finding.kind.name(),
            ioc: &finding.ioc,
            source: &located.source,
            line: finding.line,
            column: finding.column,
            format: located.form.name(),
            context: finding.context.as_deref(),
            located,
            object: OnceCell::new(),
        }
    }
}

impl Record for Row<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts and numbers always serialise.
        serde_json::to_writer(out, self).expect("a finding is JSON");
    }

    fn exported(&self) -> Option<Exported<'_>> {
        let finding = &self.located.finding;
        let object = self
            .object
            .get_or_init(|| bare::object(&finding.value, finding.kind, Assessed::default()));
        object.as_deref().map(Exported::chosen)
    }

    fn line(&self, style: &Style) -> Option<String> {
        let Some(context) = self.context else {
            return Some(self.value.clone());
        };
        let mut text = style.paint(
            &format!("{}:{}: {}", self.source, self.line, self.value),
            Tone::Bold,
        );
        for line in context.lines() {
            text.push_str("\n  ");
            text.push_str(line);
        }
        Some(text)
    }
}
