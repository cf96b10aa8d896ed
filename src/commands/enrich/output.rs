//! How the records of `gti enrich` leave the program.

use super::stix;
use crate::commands::bulk::Counted;
use crate::enrich::run::Consumer;
use crate::enrich::{Record, digest};
use crate::error::Failure;
use crate::model::fail_on::FailOn;
use crate::output::{self, Columns, Layout, Output, OutputError};
use crate::ui::progress::Progress;
use crate::ui::style::Style;

/// The shape of the command's output.
pub(super) const LAYOUT: Layout = Layout {
    command: "enrich",
    columns: Columns(&[
        "ioc",
        "value",
        "type",
        "status",
        "verdict",
        "severity",
        "threat_score",
        "verdict_source",
        "detections.malicious",
        "detections.suspicious",
        "detections.total",
        "link",
        "fetched_at",
        "cached",
        "reason",
        "error.kind",
        "error.message",
    ]),
    single: false,
    stix: true,
};

/// Prints records, counts how they fared, and keeps the first failure.
pub(super) struct Printer {
    output: Output,
    fail_on: Vec<FailOn>,
    raw: bool,
    defanged: bool,
    progress: Progress,
    counted: Counted,
}

impl Printer {
    pub(super) fn new(
        output: Output,
        fail_on: Vec<FailOn>,
        raw: bool,
        defanged: bool,
        progress: Progress,
    ) -> Self {
        Self {
            output,
            fail_on,
            raw,
            defanged,
            progress,
            counted: Counted::default(),
        }
    }

    /// Closes the output; what is not complete replaces no file.
    pub(super) fn finish(self, complete: bool) -> Result<Counted, OutputError> {
        self.progress.finish();
        if complete {
            self.output.finish()?;
        } else {
            self.output.abandon()?;
        }
        Ok(self.counted)
    }

    /// Whether a record meets a condition of the user, printed or not.
    fn gate(&mut self, record: &Record) {
        if let Some(found) = record.found()
            && self
                .fail_on
                .iter()
                .any(|condition| condition.is_met(&found.judgement))
        {
            self.counted.tally.condition_met();
        }
    }
}

impl Consumer<Record> for Printer {
    type Error = Failure;

    fn record(&mut self, record: Record) -> Result<(), Failure> {
        self.progress.step();
        let shown = Shown {
            record: &record,
            raw: self.raw,
            defanged: self.defanged,
        };
        self.gate(&record);
        let printed = self.output.record(&shown);
        self.counted
            .count_printed(printed, record.status(), record.problem())
    }

    fn idle(&mut self) -> Result<(), Failure> {
        Ok(self.output.rest()?)
    }
}

/// A record as it is printed.
struct Shown<'a> {
    record: &'a Record,
    raw: bool,
    defanged: bool,
}

impl output::Record for Shown<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        match self.record.found() {
            Some(found) if self.raw => out.extend_from_slice(found.report.json().as_bytes()),
            _ => self.record.write_json(out),
        }
    }

    fn text(&self, style: &Style) -> Option<String> {
        match self.record.found() {
            Some(found) if self.raw => {
                Some(output::sanitize_block(found.report.json()).into_owned())
            }
            _ => Some(digest::render(self.record, style, self.defanged)),
        }
    }

    fn stix(&self) -> Vec<output::stix::Fact> {
        stix::facts(self.record)
    }
}
