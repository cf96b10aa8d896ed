//! Where a value stood.

use std::fmt;
use std::path::PathBuf;

/// Where a value stood, in the words of an error message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// On the command line, after this option.
    Flag(&'static str),
    /// In this environment variable.
    Variable(&'static str),
    /// In a file.
    File {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The key, dotted below its section.
        key: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::File { path, line, key } => write!(f, "{}:{line}: {key}", path.display()),
        }
    }
}
