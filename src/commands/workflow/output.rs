//! How records of alerts and issues leave the program.

use crate::bulk::{self, Tally};
use crate::error::Failure;
use crate::model::problem::ProblemKind;
use crate::output::{self, Output, OutputError};
use crate::ui::progress::Progress;
use crate::ui::style::Style;
use crate::workflow::record::Fate;
use crate::workflow::run::Consumer;
use crate::workflow::{Desk, Outcome, Record, digest};

/// Prints records, counts how they fared, and keeps the first failure.
pub(super) struct Printer {
    output: Output,
    desk: Desk,
    progress: Progress,
    tally: Tally,
    first: Option<(ProblemKind, Failure)>,
    /// The first record that could not be printed as asked.
    unprinted: Option<Failure>,
}

/// What a run came to.
pub(super) struct Done {
    pub(super) tally: Tally,
    /// The first failure, and the one that ended the run before all others.
    pub(super) first: Option<(ProblemKind, Failure)>,
    /// The first record that could not be printed as asked.
    pub(super) unprinted: Option<Failure>,
}

impl Printer {
    pub(super) fn new(output: Output, desk: Desk, progress: Progress) -> Self {
        Self {
            output,
            desk,
            progress,
            tally: Tally::default(),
            first: None,
            unprinted: None,
        }
    }

    /// Closes the output; what is not complete replaces no file.
    pub(super) fn finish(self, complete: bool) -> Result<Done, OutputError> {
        self.progress.finish();
        if complete {
            self.output.finish()?;
        } else {
            self.output.abandon()?;
        }
        Ok(Done {
            tally: self.tally,
            first: self.first,
            unprinted: self.unprinted,
        })
    }

    fn count(&mut self, record: &Record) {
        match &record.outcome {
            Outcome::Settled(settled) if settled.fate == Fate::Skipped => {
                self.tally.count(bulk::Fate::Skipped)
            }
            Outcome::Shown(_) | Outcome::Settled(_) => self.tally.count(bulk::Fate::Ok),
            // To be told that there is none is an answer; what was to be changed
            // and is not there is a failure.
            Outcome::Missed("not_found", _) => self.tally.count(bulk::Fate::NotFound),
            Outcome::Missed(_, problem) | Outcome::Failed { problem, .. } => {
                self.tally.failed(problem.kind);
            }
        }
        if let Some(problem) = record.problem()
            && self
                .first
                .as_ref()
                .is_none_or(|(kind, _)| problem.kind.ends_run() && !kind.ends_run())
        {
            self.first = Some((problem.kind, problem.clone().into()));
        }
    }
}

impl Consumer for Printer {
    type Error = Failure;

    fn record(&mut self, record: Record) -> Result<(), Failure> {
        self.progress.step();
        let shown = Shown {
            record: &record,
            desk: &self.desk,
        };
        match self.output.record(&shown) {
            Ok(()) => self.count(&record),
            // What was changed stays changed, and the rest is still to be.
            Err(error) if error.concerns_one_record() => {
                self.tally.failed(ProblemKind::Usage);
                self.unprinted.get_or_insert_with(|| error.into());
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn idle(&mut self) -> Result<(), Failure> {
        Ok(self.output.rest()?)
    }
}

/// A record as it is printed: an item as it came, or what was made of one.
struct Shown<'a> {
    record: &'a Record,
    desk: &'a Desk,
}

impl output::Record for Shown<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        match &self.record.outcome {
            Outcome::Shown(item) => out.extend_from_slice(item.json().as_bytes()),
            // Records are texts and lists of texts, which always serialise.
            _ => serde_json::to_writer(out, self.record).expect("a record is JSON"),
        }
    }

    fn text(&self, style: &Style) -> Option<String> {
        match &self.record.outcome {
            Outcome::Shown(_) | Outcome::Missed(..) => {
                Some(digest::render(self.desk, self.record, style))
            }
            Outcome::Settled(_) | Outcome::Failed { .. } => None,
        }
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        let (from, to, status, more) = match &self.record.outcome {
            Outcome::Settled(settled) => {
                let tags = settled.tags.then(|| settled.to.tags.join(", "));
                let more = settled
                    .reason
                    .clone()
                    .or(tags.map(|tags| format!("tags: {tags}")));
                let (from, to) = (&settled.from.status, &settled.to.status);
                (from, to, settled.fate.name(), more.unwrap_or_default())
            }
            Outcome::Failed {
                status,
                problem,
                from,
            } => (from, &None, *status, problem.message.clone()),
            Outcome::Shown(_) | Outcome::Missed(..) => return None,
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Some(vec![
            ("ID", text(&self.record.id)),
            ("FROM", text(from)),
            ("TO", text(to)),
            ("STATUS", status.to_owned()),
            ("DETAIL", more),
        ])
    }
}
