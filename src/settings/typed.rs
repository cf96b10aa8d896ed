//! What stands on the command line itself.

use super::Flags;

/// Which options were given on the command line. Some commands refuse one that they
/// would pass over in a profile, or have another default where it was not given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    /// `--format`.
    pub format: bool,
    /// `--output`, be it `-`.
    pub output: bool,
    /// `--jq`.
    pub jq: bool,
    /// `--fields`.
    pub fields: bool,
    /// `--retries`.
    pub retries: bool,
    /// `--target`.
    pub target: bool,
    /// `--index`.
    pub index: bool,
}

impl Typed {
    pub(super) fn of(flags: &Flags) -> Self {
        Self {
            format: flags.format.is_some(),
            output: flags.output.is_some(),
            jq: flags.jq.is_some(),
            fields: flags.fields.is_some(),
            retries: flags.retries.is_some(),
            target: flags.list_target.is_some(),
            index: flags.index.is_some(),
        }
    }

    /// Whether records are to be shaped.
    pub(crate) fn shapes(self) -> bool {
        self.format || self.jq || self.fields
    }
}
