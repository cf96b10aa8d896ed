//! The environment, handed in rather than read.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::table::Row;
use super::{Origin, SettingsError};

/// The process's variables and the user's home directory.
///
/// It has no `Debug`: a variable may hold the key.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, OsString>,
    home: Option<PathBuf>,
}

impl Environment {
    /// Takes what the caller found. Names that are not UTF-8 are left out, since
    /// none of ours is such a one.
    pub fn new(
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        home: Option<PathBuf>,
    ) -> Self {
        let variables = variables
            .into_iter()
            .filter_map(|(name, value)| Some((normal(name.to_str()?), value)))
            .collect();
        Self { variables, home }
    }

    /// The name under which `variable` is set, and its value. An empty value
    /// counts as none, so that `GTI_RATE= gti …` takes a setting away.
    pub fn get(&self, variable: &Row) -> Option<(&'static str, &OsStr)> {
        variable.variables.iter().find_map(|name| {
            let value = self.variables.get(&normal(name))?;
            (!value.is_empty()).then_some((*name, value.as_os_str()))
        })
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
    use crate::settings::table;
    use crate::settings::tests::environment;

    #[test]
    fn an_empty_value_is_none_and_the_next_name_counts() {
        let environment = environment(&[("GTI_API_KEY", ""), ("VT_APIKEY", " k \r\n")]);
        let found = environment.text(&table::API_KEY).expect("text");
        assert_eq!(found, Some(("VT_APIKEY", "k")));
        assert_eq!(environment.get(&table::RATE), None);
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
