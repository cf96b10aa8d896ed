//! The configuration of vt-cli, whose key we take over.

use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::file::{document, position};
use super::{Credential, KeySource, Origin, ProxyUrl, SettingsError, Warning, files};

/// `~/.vt.toml`, as vt-cli writes it: `apikey="…"`, `proxy="…"`.
pub(crate) struct VtToml {
    path: PathBuf,
    apikey: Option<SecretString>,
    proxy: Option<(SecretString, usize)>,
    mode: Option<u32>,
}

impl VtToml {
    /// Reads the file below `home`; `None` when there is none.
    ///
    /// # Errors
    /// When it can't be read or is not TOML.
    pub(crate) fn read(home: &Path) -> Result<Option<Self>, SettingsError> {
        let path = home.join(".vt.toml");
        match files::read(&path)? {
            Some((text, mode)) => Self::parse(path, &text, mode).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn parse(
        path: PathBuf,
        text: &str,
        mode: Option<u32>,
    ) -> Result<Self, SettingsError> {
        let document = document(&path, text)?;
        let value = |key| {
            let item = document.get(key)?;
            let value = item.as_str()?.trim();
            let (line, _) = position(text, item.span());
            (!value.is_empty()).then(|| (SecretString::from(value), line))
        };
        Ok(Self {
            apikey: value("apikey").map(|(apikey, _)| apikey),
            proxy: value("proxy"),
            path,
            mode,
        })
    }

    /// Where it was read.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The key in it, if there is one.
    pub(crate) fn credential(&self) -> Option<Credential> {
        let apikey = self.apikey.clone()?;
        Some(Credential::text(
            KeySource::VtToml(self.path.clone()),
            apikey,
        ))
    }

    /// The proxy in it, if there is one.
    ///
    /// # Errors
    /// When it is not a proxy's address.
    pub(crate) fn proxy(&self) -> Result<Option<ProxyUrl>, SettingsError> {
        let Some((proxy, line)) = &self.proxy else {
            return Ok(None);
        };
        match proxy.expose_secret().parse() {
            Ok(proxy) => Ok(Some(proxy)),
            Err(problem) => Err(SettingsError::Value {
                origin: Origin::File {
                    path: self.path.clone(),
                    line: *line,
                    key: "proxy".to_owned(),
                },
                problem,
            }),
        }
    }

    /// What to say when the key is used.
    pub(crate) fn warning(&self) -> Option<Warning> {
        Some(Warning::OpenToOthers {
            path: self.path.clone(),
            mode: self.mode?,
        })
    }
}

impl fmt::Debug for VtToml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VtToml")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
