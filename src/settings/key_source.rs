//! Where the key comes from.

use std::fmt;
use std::path::PathBuf;

/// Where the key comes from. Shown, it completes "the key came from …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A file that an option or variable names.
    File {
        /// The file.
        path: PathBuf,
        /// What names it: `--api-key-file` or `GTI_API_KEY_FILE`.
        named_by: &'static str,
    },
    /// Standard input.
    Stdin {
        /// What asks for it: `--api-key-file` or `GTI_API_KEY_FILE`.
        named_by: &'static str,
    },
    /// This environment variable.
    Variable(&'static str),
    /// A section of the configuration file.
    Profile {
        /// The configuration file.
        config: PathBuf,
        /// The section.
        profile: String,
    },
    /// A file that a section of the configuration file names.
    ProfileFile {
        /// The file with the key.
        path: PathBuf,
        /// The configuration file.
        config: PathBuf,
        /// The section.
        profile: String,
    },
    /// The configuration of vt-cli.
    VtToml(PathBuf),
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, named_by } => write!(f, "{} ({named_by})", path.display()),
            Self::Stdin { named_by } => write!(f, "standard input ({named_by})"),
            Self::Variable(name) => f.write_str(name),
            Self::Profile { config, profile } => {
                write!(f, "profile `{profile}` in {}", config.display())
            }
            Self::ProfileFile {
                path,
                config,
                profile,
            } => write!(
                f,
                "{} (profile `{profile}` in {})",
                path.display(),
                config.display()
            ),
            Self::VtToml(path) => write!(f, "{}", path.display()),
        }
    }
}
