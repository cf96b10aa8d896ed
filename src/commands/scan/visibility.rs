//! `--private` and `--public`: one of them has to be said.

use clap::Args;

use crate::commands::context::Context;
use crate::model::error::Error;
use crate::model::visibility::Visibility;

/// Who gets to see it.
#[derive(Debug, Args)]
pub(super) struct VisibilityArgs {
    /// Visible only to your organisation (needs the Private Scanning
    /// licence)
    #[arg(long, conflicts_with = "public")]
    private: bool,
    /// Visible to the whole community; cannot be undone
    #[arg(long)]
    public: bool,
}

impl VisibilityArgs {
    /// What was said, here or in the configuration. There is no default.
    pub(super) fn decide(&self, cx: &Context) -> Result<Visibility, Error> {
        let said = match (self.private, self.public) {
            (true, _) => Some(Visibility::Private),
            (_, true) => Some(Visibility::Public),
            _ => cx.settings.scan_visibility,
        };
        said.ok_or_else(|| {
            Error::usage("choose who can see the submission: --private or --public; nothing was sent").hint("--private keeps submission and report within your organisation (Private Scanning licence); --public shares them with the whole community and cannot be undone; scan.visibility in the configuration file sets a default")
        })
    }
}
