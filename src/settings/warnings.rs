//! What the user should know although the run goes on.

use std::fmt;
use std::path::PathBuf;

/// What the user should know although the run goes on; printed by the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Warning {
    /// A file that holds a secret is open to its group or to all.
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A key of the configuration file means nothing.
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The key, dotted below its section.
        key: String,
        /// The key that may have been meant.
        suggestion: Option<&'static str>,
    },
    /// A key of the configuration file stands in no section.
    OutsideSection {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The key.
        key: String,
    },
    /// There is no section `default`, but one with nearly that name.
    NearlyDefault {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The section's name.
        section: String,
    },
    /// The output file is called as a format.
    FileCalledFormat(String),
    /// The configuration of vt-cli, which might have held a key, can't be used.
    VtToml {
        /// Why, the path included.
        reason: String,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenToOthers { path, mode } => {
                let path = path.display();
                write!(
                    f,
                    "{path} holds a secret and is open to other users (mode {mode:04o}): run `chmod 600 {path}`"
                )
            }
            Self::UnknownKey {
                path,
                line,
                key,
                suggestion,
            } => {
                write!(f, "{}:{line}: `{key}` is not a setting", path.display())?;
                match suggestion {
                    Some(suggestion) => write!(f, ": did you mean `{suggestion}`?"),
                    None => Ok(()),
                }
            }
            Self::OutsideSection { path, line, key } => write!(
                f,
                "{}:{line}: `{key}` is outside any section and is ignored: put it below `[default]`",
                path.display()
            ),
            Self::NearlyDefault {
                path,
                line,
                section,
            } => write!(
                f,
                "{}:{line}: `[{section}]` is not read unless --profile names it: did you mean `[default]`?",
                path.display()
            ),
            Self::FileCalledFormat(name) => write!(
                f,
                "the output goes into a file `{name}`: did you mean -f {name}? -o ./{name} says that a file is meant"
            ),
            Self::VtToml { reason } => {
                write!(f, "{reason}; it was searched for a key")
            }
        }
    }
}
