//! One setting, searched for in one order.

use std::path::{Path, PathBuf};

use super::file::Profile;
use super::{Environment, Key, Origin, SettingsError, Variable, keys, variables};

/// The names of one setting in the places where it may stand.
pub(super) struct Setting {
    option: &'static str,
    variable: Option<Variable>,
    key: Option<Key>,
}

const fn setting(option: &'static str, variable: Variable, key: Key) -> Setting {
    Setting {
        option,
        variable: Some(variable),
        key: Some(key),
    }
}

pub(super) const FORMAT: Setting = setting("--format", variables::FORMAT, keys::FORMAT);
pub(super) const BASE_URL: Setting = setting("--base-url", variables::BASE_URL, keys::BASE_URL);
pub(super) const X_TOOL: Setting = setting("--x-tool", variables::X_TOOL, keys::X_TOOL);
pub(super) const TIMEOUT: Setting = setting("--timeout", variables::TIMEOUT, keys::TIMEOUT);
pub(super) const RETRIES: Setting = setting("--retries", variables::RETRIES, keys::RETRIES);
pub(super) const MAX_WAIT: Setting = setting("--max-wait", variables::MAX_WAIT, keys::MAX_WAIT);
pub(super) const RATE: Setting = setting("--rate", variables::RATE, keys::RATE);
pub(super) const CONCURRENCY: Setting =
    setting("--concurrency", variables::CONCURRENCY, keys::CONCURRENCY);
pub(super) const MAX_REQUESTS: Setting = setting(
    "--max-requests",
    variables::MAX_REQUESTS,
    keys::MAX_REQUESTS,
);
pub(super) const CA_CERT: Setting = setting("--ca-cert", variables::CA_CERT, keys::CA_CERT);
pub(super) const SANDBOX: Setting = setting("--sandbox", variables::SANDBOX, keys::SANDBOX);
/// Its option is `-v`, which takes no value.
pub(super) const LOG: Setting = setting("-v", variables::LOG, keys::LOG);
/// Its variables differ by scheme: [`Proxies`](super::Proxies) reads them.
pub(super) const PROXY: Setting = Setting {
    option: "--proxy",
    variable: None,
    key: Some(keys::PROXY),
};
pub(super) const LOG_FILE: Setting = Setting {
    option: "--log-file",
    variable: None,
    key: Some(keys::LOG_FILE),
};
pub(super) const LOG_FORMAT: Setting = Setting {
    option: "--log-format",
    variable: None,
    key: Some(keys::LOG_FORMAT),
};
/// Its variables don't take the option's values: [`ColorWhen`](super::ColorWhen)
/// reads them.
pub(super) const COLOR: Setting = Setting {
    option: "--color",
    variable: None,
    key: Some(keys::COLOR),
};
pub(super) const FIELDS: Setting = Setting {
    option: "--fields",
    variable: None,
    key: None,
};
/// Its options, `--private` and `--public`, belong to the commands of scanning.
pub(super) const SCAN_VISIBILITY: Setting = Setting {
    option: "",
    variable: None,
    key: Some(keys::SCAN_VISIBILITY),
};

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
        setting: &Setting,
        flag: Option<&'a str>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, SettingsError> {
        let Some((text, origin)) = self.text(setting, flag)? else {
            return Ok(None);
        };
        match parse(text) {
            Ok(value) => Ok(Some(value)),
            Err(problem) => Err(SettingsError::Value { origin, problem }),
        }
    }

    fn text(
        self,
        setting: &Setting,
        flag: Option<&'a str>,
    ) -> Result<Option<(&'a str, Origin)>, SettingsError> {
        if let Some(text) = flag {
            return Ok(Some((text, Origin::Flag(setting.option))));
        }
        if let Some(variable) = &setting.variable
            && let Some((name, text)) = self.environment.text(variable)?
        {
            return Ok(Some((text, Origin::Variable(name))));
        }
        Ok(self
            .profile
            .zip(setting.key.as_ref())
            .and_then(|(profile, key)| profile.get(key)))
    }

    /// As [`find`](Self::find), for a file. The name need not be UTF-8, save in
    /// a profile.
    pub(super) fn path(self, setting: &Setting, flag: Option<&Path>) -> Option<PathBuf> {
        let environment = self.environment;
        flag.map(Path::to_owned)
            .or_else(|| Some(environment.path(setting.variable.as_ref()?)?.1.to_owned()))
            .or_else(|| {
                self.profile?
                    .path(setting.key.as_ref()?, environment.home())
            })
    }
}
