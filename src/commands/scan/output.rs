//! How the records of scans leave the program.

use super::text;
use crate::bulk::{Fate, Tally};
use crate::commands::context::Context;
use crate::error::Failure;
use crate::model::fail_on::FailOn;
use crate::model::problem::ProblemKind;
use crate::model::visibility::Visibility;
use crate::output::{self, Columns, Layout, Output, OutputError};
use crate::scan::run::Consumer;
use crate::scan::{Outcome, Record};
use crate::ui::progress::Transfer;
use crate::ui::style::Style;

/// The shape of the command's output.
pub(super) const LAYOUT: Layout = Layout {
    command: "scan",
    columns: Columns(&[
        "target",
        "type",
        "visibility",
        "analysis_id",
        "status",
        "sha256",
        "verdict",
        "threat_score",
        "detections.malicious",
        "detections.suspicious",
        "detections.total",
        "link",
        "error.kind",
        "error.message",
    ]),
    single: false,
    stix: false,
};

/// Prints records, counts how they fared, and keeps the first failure.
pub(super) struct Printer {
    output: Output,
    fail_on: Vec<FailOn>,
    transfer: Transfer,
    told: Told,
}

/// What is left to say when the records are out.
#[derive(Default)]
pub(super) struct Told {
    pub(super) tally: Tally,
    first: Option<(ProblemKind, Failure)>,
    timed_out: bool,
}

impl Printer {
    pub(super) fn new(output: Output, fail_on: Vec<FailOn>, transfer: Transfer) -> Self {
        Self {
            output,
            fail_on,
            transfer,
            told: Told::default(),
        }
    }

    /// Closes the output.
    pub(super) fn finish(self) -> Result<Told, OutputError> {
        self.transfer.progress().finish();
        self.output.finish()?;
        Ok(self.told)
    }

    fn count(&mut self, record: &Record) {
        let Told {
            tally,
            first,
            timed_out,
        } = &mut self.told;
        match &record.outcome {
            Outcome::Completed(_) | Outcome::Known(_) | Outcome::Submitted => tally.count(Fate::Ok),
            Outcome::TimedOut => {
                tally.count(Fate::TimedOut);
                *timed_out = true;
            }
            Outcome::Failed(problem) => {
                tally.failed(problem.kind);
                let better = match first {
                    None => true,
                    Some((kind, _)) => problem.kind.ends_run() && !kind.ends_run(),
                };
                if better {
                    *first = Some((problem.kind, problem.clone().into()));
                }
            }
        }
        if let Some(found) = record.found()
            && self
                .fail_on
                .iter()
                .any(|condition| condition.is_met(&found.judgement))
        {
            tally.condition_met();
        }
    }
}

impl Told {
    /// Says on standard error what ended the run, or what failed when there was
    /// but one thing to do; the records say the rest.
    pub(super) fn say(&self, cx: &Context, visibility: Visibility) {
        if self.timed_out {
            cx.ui.note(&format!(
                "waiting was over before an analysis was; `gti scan status ID --{visibility} --wait` takes it up again"
            ));
        }
        let Some((kind, failure)) = &self.first else {
            return;
        };
        if !kind.ends_run() && self.tally.total() > 1 {
            cx.ui.note(&format!(
                "{} of {} targets failed; their records say why",
                self.tally.failures(),
                self.tally.total()
            ));
            return;
        }
        cx.tell(&cx.explained(failure));
    }
}

impl Consumer for Printer {
    type Error = Failure;

    fn record(&mut self, record: Record) -> Result<(), Failure> {
        self.count(&record);
        let output = &mut self.output;
        let written = self
            .transfer
            .progress()
            .aside(|| output.record(&Shown(&record)));
        Ok(written?)
    }

    fn idle(&mut self) -> Result<(), Failure> {
        let output = &mut self.output;
        Ok(self.transfer.progress().aside(|| output.rest())?)
    }
}

/// A record as it is printed.
struct Shown<'a>(&'a Record);

impl output::Record for Shown<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        self.0.write_json(out);
    }

    fn text(&self, style: &Style) -> Option<String> {
        Some(text::render(self.0, style))
    }
}
