//! Which relationships are wanted.

/// Which relationships to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Relationships {
    /// None.
    #[default]
    None,
    /// The set that fits what the object is, and the question.
    Default,
    /// These.
    Named(Vec<String>),
}

impl Relationships {
    /// Their names, where `usual` are those of the default set.
    pub(crate) fn names(&self, usual: &[&str]) -> Vec<String> {
        match self {
            Self::None => vec![],
            Self::Default => usual.iter().map(|name| (*name).to_owned()).collect(),
            Self::Named(names) => names.clone(),
        }
    }

    /// Whether there are any.
    pub(crate) fn are_wanted(&self) -> bool {
        *self != Self::None
    }
}
