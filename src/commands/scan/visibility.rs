//! `--private` and `--public`: one of them has to be said.

use clap::Args;

use crate::commands::context::Context;
use crate::model::error::Error;
use crate::model::visibility::Visibility;

/// Who gets to see it.
#[derive(Debug, Args)]
pub(super) struct VisibilityArgs {
    /// Only the own organisation gets to see it (needs the Private Scanning
    /// licence)
    #[arg(long, conflicts_with = "public")]
    private: bool,
    /// The whole community gets to see it; that can't be taken back
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
            Error::usage("who may see what is scanned has to be said: --private or --public; nothing was sent").hint("--private keeps submission and report within your organisation (Private Scanning licence); --public shares them with the whole community and can't be taken back; scan.visibility in the configuration file says it for good")
        })
    }
}
