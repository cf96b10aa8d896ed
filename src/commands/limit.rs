//! How much of a list is shown: `-n` and `--all`.

use clap::Args;

use crate::settings::positive_count;

#[derive(Debug, Args)]
pub(super) struct Limit {
    /// Stop after N records
    #[arg(short = 'n', long, value_name = "N", default_value_t = 25, value_parser = positive_count::<u64>)]
    limit: u64,
    /// List all, page by page
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

impl Limit {
    /// The most records to show; none for all.
    pub(super) fn most(&self) -> Option<u64> {
        (!self.all).then_some(self.limit)
    }
}
