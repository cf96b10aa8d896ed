//! What all scans have in common: the run, its records, and its end.

use std::sync::Arc;

use super::options::Fields;
use super::output::{LAYOUT, Printer};
use super::progress::Shown;
use super::report::ReportArgs;
use super::targets::Targets;
use crate::commands::context::Context;
use crate::commands::output_file::Contents;
use crate::error::{Exit, Failure};
use crate::model::problem::ProblemKind;
use crate::model::visibility::Visibility;
use crate::scan::run::{Ended, run};
use crate::scan::{Plan, Waiting};

/// A scan as the command line asks for it.
pub(super) struct Scan {
    pub(super) visibility: Visibility,
    pub(super) options: Fields,
    pub(super) if_unknown: bool,
    pub(super) waiting: Option<Waiting>,
    pub(super) report: ReportArgs,
}

impl Scan {
    /// Runs it.
    pub(super) async fn launch(self, targets: Targets, cx: &mut Context) -> Result<Exit, Failure> {
        // What is wrong with the command line is said before anybody is asked.
        cx.records_are(Contents::Changes);
        let output = cx.output(LAYOUT)?;
        let client = cx.client(None)?;
        let transfer = cx.ui.transfer();
        let plan = Plan {
            visibility: self.visibility,
            options: self.options,
            if_unknown: self.if_unknown,
            waiting: self.waiting,
            mitre: self.report.mitre,
            behaviours: self.report.behaviours,
            watcher: Arc::new(Shown(transfer.clone())),
        };
        let mut printer = Printer::new(output, self.report.fail_on, transfer);
        let concurrency = cx.settings.concurrency.get();
        let stop = cx.signals.wait();
        let ended = run(&client, &plan, targets, concurrency, stop, &mut printer).await;
        let told = printer.finish()?;
        match ended {
            Ended::Complete => {
                told.say(cx, self.visibility);
                Ok(told.tally.exit(client.closed().map(|error| error.kind)))
            }
            Ended::Stopped => {
                let ids = told.tally.total();
                cx.ui.note(&format!(
                    "stopped; the records show {ids} targets as far as they got: `gti scan status ID --{} --wait` takes an analysis up again",
                    self.visibility
                ));
                Ok(cx.signals.seen().unwrap_or(Exit::Interrupted))
            }
            Ended::Input(error) => {
                let message = format!("the list of targets broke off: {error}");
                Err(Failure::new(ProblemKind::State, message)
                    .hinting("what was read before it is scanned; run again with the rest"))
            }
            Ended::Consumer(failure) => Err(failure),
        }
    }
}
