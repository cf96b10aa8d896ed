//! What can be wrong with the settings.

use std::io;
use std::path::PathBuf;

use crate::client::key::KeyError;
use crate::model::error::{Error, ErrorKind};

use super::{KeySource, Origin};
use crate::model::suggestion::nearest;

/// What can be wrong with the settings. A message is whole in itself; none shows
/// a key or a proxy's password.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A value that can't be understood.
    #[error("{origin}: {problem}")]
    Value {
        /// Where it stood.
        origin: Origin,
        /// The value, and what would be accepted.
        problem: String,
    },
    /// A file that is no TOML.
    #[error("{}:{line}:{column}: {problem}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// In characters, counted from 1.
        column: usize,
        /// In the parser's words.
        problem: String,
    },
    /// A file that is there and can't be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        reason: io::Error,
    },
    /// A configuration file was named and is not there.
    #[error("{named_by}: there is no file {}", path.display())]
    NoConfig {
        /// The option or variable that names it.
        named_by: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// A profile was named and is not there.
    #[error("{named_by}: there is no profile `{name}`{}", known_profiles(config.as_ref(), known))]
    UnknownProfile {
        /// The option or variable that names it.
        named_by: &'static str,
        /// The profile's name.
        name: String,
        /// The configuration file, if there is one.
        config: Option<PathBuf>,
        /// The profiles in it.
        known: Vec<String>,
    },
    /// The file or stream that should hold the key can't be read.
    #[error("cannot read the API key from {key}: {reason}")]
    KeyUnreadable {
        /// Where it should come from.
        key: KeySource,
        /// Why it doesn't.
        #[source]
        reason: io::Error,
    },
    /// What stands there is no key.
    #[error("no API key in {key}: {reason}")]
    KeyMalformed {
        /// Where it came from.
        key: KeySource,
        /// Why it is none.
        #[source]
        reason: KeyError,
    },
    /// There is no key anywhere.
    #[error("no API key is set")]
    MissingKey,
    /// Nothing says where a directory should be.
    #[error("no directory for {purpose}: there is no home directory, so set {variable}")]
    NoDirectory {
        /// What it would hold.
        purpose: &'static str,
        /// The variable that names it.
        variable: &'static str,
    },
    /// The configuration can't be written.
    #[error("cannot write {}: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        reason: io::Error,
    },
}

impl SettingsError {
    /// What to do about it, where the message doesn't say it all.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::MissingKey => Some(
                "run `gti auth login`, set GTI_API_KEY, or name a file with --api-key-file; \
                 your key is at https://www.virustotal.com/gui/my-apikey \
                 (--sandbox needs none)"
                    .to_owned(),
            ),
            Self::UnknownProfile { name, known, .. } => {
                let meant = nearest(name, known.iter().map(String::as_str));
                Some(match meant {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("`gti auth login --profile {name}` creates it"),
                })
            }
            Self::KeyMalformed { .. } => {
                Some("copy the key again from https://www.virustotal.com/gui/my-apikey".to_owned())
            }
            Self::Unwritable { .. } => {
                Some("check the free space and the permissions there, then run again".to_owned())
            }
            _ => None,
        }
    }
}

fn known_profiles(config: Option<&PathBuf>, known: &[String]) -> String {
    let Some(config) = config else {
        return ": there is no configuration file".to_owned();
    };
    let config = config.display();
    if known.is_empty() {
        return format!(": {config} has none");
    }
    format!(": {config} has `{}`", known.join("`, `"))
}

impl From<SettingsError> for Error {
    fn from(error: SettingsError) -> Self {
        let kind = match error {
            SettingsError::MissingKey | SettingsError::KeyMalformed { .. } => ErrorKind::Auth,
            SettingsError::NoDirectory { .. } | SettingsError::Unwritable { .. } => {
                ErrorKind::State
            }
            _ => ErrorKind::Usage,
        };
        let told = Self::new(kind, error.to_string());
        let told = match error.hint() {
            Some(hint) => told.hint(hint),
            None => told,
        };
        told.caused_by(error)
    }
}
