//! What holds for all settings together.

mod config_file;
mod key_order;
mod precedence;
mod secrets;

use std::path::{Path, PathBuf};

use super::*;

/// Where the tests' configuration would be; nothing is read there.
const CONFIG: &str = "/home/ann/.config/gti/config.toml";

/// An environment with these variables and a home directory.
pub(super) fn environment(variables: &[(&str, &str)]) -> Environment {
    with_home(variables, Some("/home/ann".into()))
}

/// An environment with these variables only.
pub(super) fn homeless(variables: &[(&str, &str)]) -> Environment {
    with_home(variables, None)
}

fn with_home(variables: &[(&str, &str)], home: Option<PathBuf>) -> Environment {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()));
    Environment::new(variables, home)
}

/// Files of which only the configuration may be there.
fn files(config: Option<&str>) -> Result<Files, SettingsError> {
    let config = config
        .map(|text| ConfigFile::parse(Path::new(CONFIG), text, None))
        .transpose()?;
    Ok(Files {
        config_path: Some(CONFIG.into()),
        config: config.map(std::sync::Arc::new),
        vt: Ok(None),
    })
}

/// Resolves flags, variables and the text of a configuration file.
fn resolve(
    flags: &Flags,
    variables: &[(&str, &str)],
    config: Option<&str>,
) -> Result<Settings, SettingsError> {
    Settings::resolve(flags, &environment(variables), &files(config)?)
}
