//! The environment, handed in rather than read.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::table::{self, Row};
use super::{Origin, SettingsError};

/// The process's variables and the user's home directory.
///
/// It has no `Debug`: a variable may hold the key.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, OsString>,
    /// Those that are there to hold a key.
    keys: BTreeMap<String, SecretString>,
    home: Option<PathBuf>,
}

/// The variables that are not there to hold a key. One may hold a secret all the same,
/// so that none is shown.
#[derive(Clone, Default)]
pub(crate) struct Inherited(BTreeMap<String, OsString>);

impl Inherited {
    /// Names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &OsStr)> {
        let pairs = self.0.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_os_str()))
    }
}

impl fmt::Debug for Inherited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inherited({} variables)", self.0.len())
    }
}

impl Environment {
    /// Takes what the caller found. Names that are not UTF-8 are left out, since
    /// none of ours is such a one.
    pub fn new(
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        home: Option<PathBuf>,
    ) -> Self {
        let mut environment = Self {
            home,
            ..Self::default()
        };
        for (name, value) in variables {
            let Some(name) = name.to_str().map(normal) else {
                continue;
            };
            match value.into_string() {
                Ok(value) if holds_key(&name) => {
                    environment.keys.insert(name, value.into());
                }
                Ok(value) => {
                    environment.variables.insert(name, value.into());
                }
                Err(value) => {
                    environment.variables.insert(name, value);
                }
            }
        }
        environment
    }

    /// The shell that asks for completions.
    pub(crate) fn completing_shell(&self) -> Option<&str> {
        let shell = self.variables.get(&normal("_GTI_COMPLETE"))?.to_str()?;
        (!shell.is_empty()).then_some(shell)
    }

    /// What programs inherit that this one starts.
    pub(super) fn inherited(&self) -> Inherited {
        Inherited(self.variables.clone())
    }

    /// The name under which `variable` is set, and its value. An empty value
    /// counts as none, so that `GTI_RATE= gti …` takes a setting away.
    pub fn get(&self, variable: &Row) -> Option<(&'static str, &OsStr)> {
        variable.variables.iter().find_map(|name| {
            let name_here = normal(name);
            let plain = self.variables.get(&name_here).map(OsString::as_os_str);
            let key = || Some(OsStr::new(self.keys.get(&name_here)?.expose_secret()));
            let value = plain.or_else(key)?;
            (!value.is_empty()).then_some((*name, value))
        })
    }

    /// The value of a variable that is set, be it to nothing.
    pub(super) fn set(&self, name: &str) -> Option<&OsStr> {
        let value = self.variables.get(&normal(name))?;
        Some(value.as_os_str())
    }

    /// As [`get`](Self::get), the value as text with the white space around it
    /// removed: a variable from an `.env` file may end in a carriage return.
    ///
    /// # Errors
    /// When the value is not UTF-8.
    pub fn text(&self, variable: &Row) -> Result<Option<(&'static str, &str)>, SettingsError> {
        let Some((name, value)) = self.get(variable) else {
            return Ok(None);
        };
        let text = value.to_str().ok_or_else(|| SettingsError::Value {
            origin: Origin::Variable(name),
            problem: "the value is not UTF-8 text".to_owned(),
        })?;
        Ok(Some((name, text.trim())).filter(|(_, text)| !text.is_empty()))
    }

    /// The value of a variable that names a file or directory.
    pub fn path(&self, variable: &Row) -> Option<(&'static str, &Path)> {
        let (name, value) = self.get(variable)?;
        Some((name, Path::new(value)))
    }

    /// The user's home directory, when there is one.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }
}

fn holds_key(name: &str) -> bool {
    table::API_KEY
        .variables
        .iter()
        .any(|key| normal(key) == name)
}

/// Names have no case on Windows.
fn normal(name: &str) -> String {
    if cfg!(windows) {
        name.to_ascii_uppercase()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests::environment;

    #[test]
    fn an_empty_value_is_none_and_the_next_name_counts() {
        let environment = environment(&[("GTI_API_KEY", ""), ("VT_APIKEY", " k \r\n")]);
        let found = environment.text(&table::API_KEY).expect("text");
        assert_eq!(found, Some(("VT_APIKEY", "k")));
        assert_eq!(environment.get(&table::RATE), None);
    }

    #[test]
    fn keys_are_kept_apart() {
        let environment = environment(&[("GTI_API_KEY", "k"), ("VT_APIKEY", ""), ("A", "b")]);
        let inherited = environment.inherited();
        let others: Vec<_> = inherited.iter().collect();
        assert_eq!(others, [("A", OsStr::new("b"))]);
        assert_eq!(format!("{inherited:?}"), "Inherited(1 variables)");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_text_is_refused_by_name() {
        use std::os::unix::ffi::OsStringExt;
        let odd = OsString::from_vec(vec![0xff]);
        let environment = Environment::new([("GTI_RATE".into(), odd.clone())], None);
        let error = environment.text(&table::RATE).expect_err("not text");
        assert_eq!(error.to_string(), "GTI_RATE: the value is not UTF-8 text");
        let environment = Environment::new([("GTI_CACHE_DIR".into(), odd)], None);
        assert!(environment.path(&table::CACHE_DIR).is_some());
    }
}
