//! What all scans have in common: the run, its records, and its end.

use std::sync::Arc;

use super::options::Fields;
use super::output::LAYOUT;
use super::progress::Shown;
use super::report::ReportArgs;
use super::targets::Targets;
use crate::bulk::{Printer, Remarks};
use crate::commands::bulk;
use crate::commands::context::Context;
use crate::commands::output_file::Contents;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::visibility::Visibility;
use crate::scan::{self, Plan, Waiting};

/// A scan as the command line asks for it.
pub(super) struct Scan {
    pub(super) visibility: Visibility,
    pub(super) options: Fields,
    pub(super) if_unknown: bool,
    pub(super) waiting: Option<Waiting>,
    /// The size of all the files, where it is known.
    pub(super) bytes: Option<u64>,
    pub(super) report: ReportArgs,
}

impl Scan {
    /// Runs it.
    pub(super) async fn launch(self, targets: Targets, cx: &mut Context) -> Result<Exit, Error> {
        // What is wrong with the command line is said before anybody is asked.
        self.report.related.check()?;
        cx.records_are(Contents::Changes);
        let output = cx.output(LAYOUT)?;
        let client = cx.client(None)?;
        let transfer = cx.ui.transfer(self.bytes);
        let plan = Plan {
            visibility: self.visibility,
            options: self.options,
            if_unknown: self.if_unknown,
            waiting: self.waiting,
            relationships: self.report.related.relationships(),
            expand: self.report.related.expand,
            relationship_limit: self.report.related.limit(),
            mitre: self.report.mitre,
            behaviours: self.report.behaviours,
            watcher: Arc::new(Shown(transfer.clone())),
        };
        let printer = Printer::new(output, transfer.progress())
            .failing_on(self.report.fail_on)
            .telling(cx.teller())
            .remarking(Remarks {
                done: Some("scanned"),
                resume: Some(format!(
                    "`gti scan status ID --{} --wait` resumes pending analyses",
                    self.visibility
                )),
                ..Remarks::default()
            });
        let scan = scan::Scan::new(plan, cx.settings.concurrency.get());
        bulk::run(cx, &client, &scan, targets, printer).await
    }
}
