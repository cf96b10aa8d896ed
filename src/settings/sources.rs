//! One setting, searched for in one order.

use std::path::{Path, PathBuf};

use super::file::Profile;
use super::table::{Fallback, Row, Setting};
use super::{Environment, Origin, SettingsError};

/// Where settings may stand besides the command line.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    pub(super) environment: &'a Environment,
    pub(super) profile: Option<&'a Profile<'a>>,
}

impl<'a> Sources<'a> {
    /// The value of a setting: flag, environment, profile. What is wrong with it
    /// is said together with where it stood.
    pub(super) fn find<T>(
        self,
        setting: &Setting<T>,
        flag: Option<&'a str>,
    ) -> Result<Option<T>, SettingsError> {
        let Some((text, origin)) = self.text(setting, flag)? else {
            return Ok(None);
        };
        match (setting.parse)(text) {
            Ok(value) => Ok(Some(value)),
            Err(problem) => Err(SettingsError::Value { origin, problem }),
        }
    }

    /// As [`find`](Self::find), with the default of the table.
    pub(super) fn value<T>(
        self,
        setting: &Setting<T>,
        flag: Option<&'a str>,
    ) -> Result<T, SettingsError> {
        let found = self.find(setting, flag)?;
        Ok(found.unwrap_or_else(|| {
            let Fallback::Value(text) = setting.default else {
                unreachable!("{} has no default", setting.option);
            };
            (setting.parse)(text).expect("a default that the table's tests read")
        }))
    }

    fn text(
        self,
        row: &Row,
        flag: Option<&'a str>,
    ) -> Result<Option<(&'a str, Origin)>, SettingsError> {
        if let Some(text) = flag {
            return Ok(Some((text, Origin::Flag(row.option))));
        }
        if let Some((name, text)) = self.environment.text(row)? {
            return Ok(Some((text, Origin::Variable(name))));
        }
        Ok(self
            .profile
            .zip(row.key)
            .and_then(|(profile, key)| profile.get(key)))
    }

    /// As [`find`](Self::find), for a file. The name need not be UTF-8, save in
    /// a profile.
    pub(super) fn path(self, row: &Row, flag: Option<&Path>) -> Option<PathBuf> {
        let environment = self.environment;
        flag.map(Path::to_owned)
            .or_else(|| Some(environment.path(row)?.1.to_owned()))
            .or_else(|| self.profile?.path(row.key?, environment.home()))
    }
}
