//! The one place where the settings' files are read.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::zeroize::Zeroizing;

use super::bounded;
use super::directories::{default_config, named_config};
use super::permissions::open_to_others;
use super::{ConfigFile, Environment, Flags, SettingsError, VtToml};

/// The files that may hold settings, as they were found.
#[derive(Debug)]
pub(crate) struct Files {
    /// Where the configuration is, or would be; `None` without a home directory.
    pub config_path: Option<PathBuf>,
    /// The configuration.
    pub config: Option<Arc<ConfigFile>>,
    /// The configuration of vt-cli, for its key. It belongs to another program,
    /// so that trouble with it is kept until the key is wanted.
    pub vt: Result<Option<VtToml>, SettingsError>,
}

impl Files {
    /// Reads the files that flags, environment and home directory point to.
    ///
    /// # Errors
    /// When the configuration file is there and can't be read or is not TOML.
    pub(crate) fn read(flags: &Flags, environment: &Environment) -> Result<Self, SettingsError> {
        let config_path = match named_config(flags, environment) {
            Some((path, _)) => Some(path.to_owned()),
            None => default_config(environment),
        };
        let config = match &config_path {
            Some(path) => read(path)?
                .map(|(text, mode)| ConfigFile::parse(path, &text, mode))
                .transpose()?
                .map(Arc::new),
            None => None,
        };
        let vt = match environment.home() {
            Some(home) => VtToml::read(home),
            None => Ok(None),
        };
        Ok(Self {
            config_path,
            config,
            vt,
        })
    }
}

/// In bytes: far above any configuration, so that a device or a wrong file ends.
const LARGEST: u64 = 1024 * 1024;

/// A text that is wiped after use, since a key may be in it, and the mode of its file
/// if others may use it.
type Guarded = (Zeroizing<String>, Option<u32>);

/// The text of a file; `None` when there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Guarded>, SettingsError> {
    let read = || -> io::Result<_> {
        let file = bounded::open(path)?;
        let mode = open_to_others(&file.metadata()?);
        // A text that grows leaves copies behind.
        let size = file.metadata()?.len().min(LARGEST);
        let room = usize::try_from(size).unwrap_or_default() + 1;
        let mut text = Zeroizing::new(String::with_capacity(room));
        let size = file.take(LARGEST + 1).read_to_string(&mut text)?;
        if size as u64 > LARGEST {
            return Err(io::Error::other("it is larger than 1 MiB"));
        }
        Ok((text, mode))
    };
    match read() {
        Ok(found) => Ok(Some(found)),
        // Services run with `HOME=/dev/null`.
        Err(reason)
            if matches!(
                reason.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(reason) => Err(SettingsError::Unreadable {
            path: path.to_owned(),
            reason,
        }),
    }
}
