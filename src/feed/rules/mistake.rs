//! What can be wrong with a rules file.

use std::path::PathBuf;

/// One mistake, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, and what would be accepted.
    pub message: String,
}

/// Everything that is wrong with a file, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.lines().collect::<Vec<_>>().join("\n"))]
pub(crate) struct RulesError {
    /// The file.
    pub path: PathBuf,
    /// At least one.
    pub mistakes: Vec<Mistake>,
}

impl RulesError {
    /// Each mistake on a line of its own.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        self.mistakes.iter().map(|mistake| {
            let Mistake { line, message } = mistake;
            format!("{}:{line}: {message}", self.path.display())
        })
    }
}
