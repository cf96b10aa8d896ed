//! The project that issues are looked for in.

use clap::Args;

use crate::client::endpoints::asm::Project;
use crate::workflow::Desk;

/// `--project`.
#[derive(Debug, Args)]
pub(super) struct ProjectArgs {
    /// Work in the project of this id (the `PROJECT-ID` header), instead of the
    /// account's default; `gti asm projects` lists them
    #[arg(long, value_name = "ID")]
    project: Option<Project>,
}

impl ProjectArgs {
    pub(super) fn desk(self) -> Desk {
        Desk::Issues(self.project)
    }
}
