//! The key: found, and fetched when it is needed.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use crate::client::key::{ApiKey, KeyError};

use super::bounded;
use super::file::Profile;
use super::permissions::open_to_others;
use super::sources::Sources;
use super::{Files, Flags, KeySource, SettingsError, Warning, table};

/// A key that is known to be somewhere. It is fetched when it is needed.
#[derive(Debug, Clone)]
pub(crate) struct Credential {
    source: KeySource,
    held: Held,
}

#[derive(Debug, Clone)]
enum Held {
    Text(SecretString),
    File(PathBuf),
    Stdin,
}

/// A key, and what was noticed when it was fetched.
#[derive(Debug, Clone)]
pub(crate) struct LoadedKey {
    /// The key.
    pub key: ApiKey,
    /// That others may read its file.
    pub warning: Option<Warning>,
}

impl Credential {
    /// The first there is, in the contract's order: the file of the flag, the
    /// file of the variable, the key of the variables, the profile.
    pub(super) fn find(flags: &Flags, from: Sources<'_>) -> Result<Option<Self>, SettingsError> {
        let environment = from.environment;
        if let Some(path) = &flags.api_key_file {
            return Ok(Some(Self::file(path, "--api-key-file")));
        }
        if let Some((name, path)) = environment.path(&table::API_KEY_FILE) {
            return Ok(Some(Self::file(path, name)));
        }
        if let Some((name, text)) = environment.text(&table::API_KEY)? {
            return Ok(Some(Self::text(KeySource::Variable(name), text.into())));
        }
        match from.profile {
            Some(profile) => Self::of_profile(profile, environment.home()),
            None => Ok(None),
        }
    }

    /// The key of vt-cli, the last resort. Trouble with a file that isn't ours
    /// is no reason to stop.
    pub(super) fn of_vt_cli(files: &Files, warnings: &mut Vec<Warning>) -> Option<Self> {
        match &files.vt {
            Ok(Some(vt)) => {
                let credential = vt.credential()?;
                warnings.extend(vt.warning());
                Some(credential)
            }
            Ok(None) => None,
            Err(error) => {
                warnings.push(Warning::VtToml {
                    reason: error.to_string(),
                });
                None
            }
        }
    }

    fn of_profile(
        profile: &Profile<'_>,
        home: Option<&Path>,
    ) -> Result<Option<Self>, SettingsError> {
        let config = profile.file().to_owned();
        let inline = table::API_KEY.key.and_then(|key| profile.get(key));
        let file = table::API_KEY_FILE.key;
        if let Some(path) = file.and_then(|key| profile.path(key, home)) {
            if let Some((_, origin)) = inline {
                return Err(SettingsError::Value {
                    origin,
                    problem: "the profile has `apikey_file` as well: keep one of the two"
                        .to_owned(),
                });
            }
            return Ok(Some(Self {
                held: Held::File(path.clone()),
                source: KeySource::ProfileFile {
                    path,
                    config,
                    profile: profile.name().to_owned(),
                },
            }));
        }
        Ok(inline.map(|(text, _)| {
            let source = KeySource::Profile {
                config,
                profile: profile.name().to_owned(),
            };
            Self::text(source, text.into())
        }))
    }

    pub(super) fn text(source: KeySource, text: SecretString) -> Self {
        Self {
            source,
            held: Held::Text(text),
        }
    }

    fn file(path: &Path, named_by: &'static str) -> Self {
        if path == Path::new("-") {
            return Self {
                source: KeySource::Stdin { named_by },
                held: Held::Stdin,
            };
        }
        Self {
            source: KeySource::File {
                path: path.to_owned(),
                named_by,
            },
            held: Held::File(path.to_owned()),
        }
    }

    /// Where it comes from.
    pub(crate) fn source(&self) -> &KeySource {
        &self.source
    }

    /// Fetches the key. Only a [`KeySource::Stdin`] touches `stdin`.
    ///
    /// # Errors
    /// When its file or stream can't be read, or holds no key.
    pub(crate) fn load(&self, stdin: &mut dyn Read) -> Result<LoadedKey, SettingsError> {
        let mut warning = None;
        let key = match &self.held {
            Held::Text(text) => ApiKey::new(text.expose_secret()),
            Held::Stdin => self.read(stdin)?,
            Held::File(path) => {
                let unreadable = |reason| self.unreadable(reason);
                let mut file = bounded::open(path).map_err(unreadable)?;
                let metadata = file.metadata().map_err(unreadable)?;
                warning = open_to_others(&metadata).map(|mode| Warning::OpenToOthers {
                    path: path.clone(),
                    mode,
                });
                self.read(&mut file)?
            }
        };
        let key = key.map_err(|reason| SettingsError::KeyMalformed {
            key: self.source.clone(),
            reason,
        })?;
        Ok(LoadedKey {
            key: key.from_origin(&self.source.to_string()),
            warning,
        })
    }

    fn read(&self, from: &mut dyn Read) -> Result<Result<ApiKey, KeyError>, SettingsError> {
        let room = usize::try_from(LARGEST_KEY_FILE).unwrap_or_default() + 1;
        let mut text = Zeroizing::new(String::with_capacity(room));
        let size = from
            .take(LARGEST_KEY_FILE + 1)
            .read_to_string(&mut text)
            .map_err(|reason| self.unreadable(reason))?;
        if size as u64 > LARGEST_KEY_FILE {
            return Err(self.unreadable(io::Error::other("too long for a key")));
        }
        // Windows editors put a byte order mark before the text.
        Ok(ApiKey::new(text.trim_start_matches('\u{feff}')))
    }

    fn unreadable(&self, reason: io::Error) -> SettingsError {
        SettingsError::KeyUnreadable {
            key: self.source.clone(),
            reason,
        }
    }
}

/// In bytes: far above any key, so that `--api-key-file` on a device or a wrong
/// file ends.
const LARGEST_KEY_FILE: u64 = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn file(path: &Path) -> Credential {
        Credential::file(path, "--api-key-file")
    }

    #[test]
    fn a_key_is_read_from_where_it_is() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("key");
        std::fs::write(&path, format!("\u{feff}{KEY}\r\n")).expect("written");
        let text = Credential::text(KeySource::Variable("GTI_API_KEY"), KEY.into());
        for credential in [file(&path), file(Path::new("-")), text] {
            let mut stdin = if matches!(credential.held, Held::Stdin) {
                KEY.as_bytes()
            } else {
                b"not read"
            };
            let loaded = credential.load(&mut stdin).expect("a key");
            assert_eq!(loaded.key.expose(), KEY);
            assert!(!format!("{credential:?} {loaded:?}").contains("0123456"));
        }
    }

    #[test]
    fn what_is_no_key_names_its_source() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("key");
        let shown = path.display();
        let load = |credential: &Credential, stdin: &str| {
            let error = credential.load(&mut stdin.as_bytes()).expect_err("no key");
            assert!(!format!("{error:?}").contains(KEY));
            error.to_string()
        };
        let message = load(&file(&path), "");
        assert!(
            message.starts_with(&format!(
                "cannot read the API key from {shown} (--api-key-file): "
            )),
            "{message}"
        );
        std::fs::write(&path, " \n").expect("written");
        assert_eq!(
            load(&file(&path), ""),
            format!("no API key in {shown} (--api-key-file): the API key is empty")
        );
        let message = load(&file(Path::new("-")), &format!("{KEY} {KEY}"));
        assert!(
            message.starts_with("no API key in standard input (--api-key-file): "),
            "{message}"
        );
        let message = load(&file(Path::new("-")), &KEY.repeat(1_000));
        assert!(message.ends_with("too long for a key"), "{message}");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_can_open_is_warned_of() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("key");
        std::fs::write(&path, KEY).expect("written");
        for (mode, warned) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true)] {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&path, permissions).expect("set");
            let loaded = file(&path).load(&mut std::io::empty()).expect("a key");
            let expected = warned.then(|| Warning::OpenToOthers {
                path: path.clone(),
                mode,
            });
            assert_eq!(loaded.warning, expected, "{mode:o}");
        }
    }
}
