//! What is wanted of the final report.

use clap::Args;

use crate::commands::related::RelatedArgs;
use crate::model::error::Error;
use crate::model::fail_on::FailOn;

/// What is wanted of the final report.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    pub(super) related: RelatedArgs,
    /// Files: ATT&CK tactics and techniques, by sandbox
    #[arg(long)]
    pub(super) mitre: bool,
    /// Files: sandbox behaviour reports
    #[arg(long)]
    pub(super) behaviours: bool,
    /// Exit with 10 if a record is malicious, suspicious (or worse), or score>=N;
    /// may be repeated
    #[arg(long, value_name = "COND")]
    pub(super) fail_on: Vec<FailOn>,
}

impl ReportArgs {
    /// Refuses what needs a report where none is waited for: a condition that
    /// can't be met would be a gate that is always open.
    ///
    /// # Errors
    /// Usage, with the option's name.
    pub(super) fn needs(&self, waits: bool, how: &str) -> Result<(), Error> {
        let option = match () {
            () if waits => return Ok(()),
            () if !self.fail_on.is_empty() => "--fail-on",
            () if self.related.are_wanted() => "--relationships",
            () if self.mitre => "--mitre",
            () if self.behaviours => "--behaviours",
            () => return Ok(()),
        };
        Err(Error::usage(format!(
            "{option} needs the report, and this run does not wait for it"
        ))
        .hint(how.to_owned()))
    }
}
