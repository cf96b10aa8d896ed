//! How a run over many inputs is counted, and how it ends.

use super::context::Context;
use crate::enrich::record::Status;
use crate::enrich::run::Ended;
use crate::error::{Exit, Failure, Tally};
use crate::model::problem::{Problem, ProblemKind};
use crate::output::OutputError;

/// How the inputs of a run fared, and the first failure worth telling.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) tally: Tally,
    first: Option<(ProblemKind, Failure)>,
    /// The first record that could not be printed as asked.
    unprinted: Option<Failure>,
}

impl Counted {
    /// Counts a record.
    pub(super) fn count(&mut self, status: Status, problem: Option<&Problem>) {
        match status {
            Status::Ok => self.tally.ok(),
            Status::NotFound => self.tally.not_found(),
            Status::Skipped => self.tally.skipped(),
            Status::Invalid | Status::Error | Status::NotAttempted => {
                let Some(problem) = problem else {
                    return;
                };
                self.tally.failed(problem.kind);
                let better = match &self.first {
                    None => true,
                    Some((kind, _)) => problem.kind.ends_run() && !kind.ends_run(),
                };
                if better {
                    self.first = Some((problem.kind, problem.clone().into()));
                }
            }
        }
    }

    /// Counts a record that was handed to the output. One that could not be
    /// printed as asked has failed, and the run goes on; trouble that would meet
    /// every further record is handed back.
    pub(super) fn count_printed(
        &mut self,
        printed: Result<(), OutputError>,
        status: Status,
        problem: Option<&Problem>,
    ) -> Result<(), Failure> {
        match printed {
            Ok(()) => self.count(status, problem),
            Err(error) if error.concerns_one_record() => {
                self.tally.failed(ProblemKind::Usage);
                self.unprinted.get_or_insert_with(|| error.into());
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Says on standard error what ended the run, or what failed when there was
    /// but one thing to do; the records say the rest.
    fn report(self, cx: &Context) -> Tally {
        if let Some(failure) = &self.unprinted {
            cx.tell(failure);
        }
        let Some((kind, failure)) = self.first else {
            return self.tally;
        };
        if kind.ends_run() || self.tally.total() <= 1 {
            let failure = match kind {
                ProblemKind::State => {
                    failure.hinting("run again without --offline to ask the service")
                }
                _ => cx.explain(failure),
            };
            cx.tell(&failure);
        }
        self.tally
    }
}

/// Ends a run: `close` closes the output, which replaces no file unless it is
/// complete.
pub(super) fn end(
    cx: &Context,
    ended: Ended<Failure>,
    requests: u64,
    close: impl FnOnce(bool) -> Result<Counted, OutputError>,
) -> Result<Exit, Failure> {
    match ended {
        Ended::Complete => {
            let tally = close(true)?.report(cx);
            tracing::info!(records = tally.total(), requests, "done");
            Ok(tally.exit())
        }
        Ended::Stopped => {
            let records = close(false)?.tally.total();
            cx.ui.note(&format!("stopped after {records} records"));
            Ok(cx.signals.seen().unwrap_or(Exit::Interrupted))
        }
        Ended::Input(error) => {
            close(false)?;
            Err(
                Failure::new(ProblemKind::State, format!("the input broke off: {error}"))
                    .hinting("what was read before it is answered; run again with the rest"),
            )
        }
        Ended::Consumer(failure) => {
            // What was written so far is still to be a document. A second
            // failure, like that of the same closed pipe, says nothing new.
            let _ = close(false);
            Err(failure)
        }
    }
}
