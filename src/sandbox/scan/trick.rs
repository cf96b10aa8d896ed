//! Names that meet trouble, so that a client's bearing can be tried.

/// What goes otherwise than usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trick {
    /// Not found at first, then not yet available.
    Late,
    /// Never complete.
    Stuck,
    /// An undocumented status on the way.
    Strange,
    /// Can't be analysed.
    Corrupt,
    /// Being analysed already.
    Busy,
}

impl Trick {
    /// The trick that a name begins with.
    pub(super) fn of(name: &str) -> Option<Self> {
        [
            ("late", Self::Late),
            ("stuck", Self::Stuck),
            ("strange", Self::Strange),
            ("corrupt", Self::Corrupt),
            ("busy", Self::Busy),
        ]
        .into_iter()
        .find_map(|(start, trick)| name.starts_with(start).then_some(trick))
    }
}
