//! The profile that is used.

use super::directories::named_config;
use super::file::Profile;
use super::{ConfigFile, Environment, Files, Flags, Origin, SettingsError, Warning, table};

/// The profile that is used when none is named. It need not exist.
const DEFAULT: &str = "default";

/// Whether a profile or configuration file that was named must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    MustExist,
    MayBeNew,
}

/// The profile that is used, and what was noticed on the way to it.
pub(super) struct Selection<'a> {
    pub(super) name: &'a str,
    pub(super) profile: Option<Profile<'a>>,
    pub(super) warnings: Vec<Warning>,
}

impl<'a> Selection<'a> {
    pub(super) fn of(
        flags: &'a Flags,
        environment: &'a Environment,
        files: &'a Files,
        named: Named,
    ) -> Result<Self, SettingsError> {
        let (name, named_by) = profile_name(flags, environment)?;
        let must_exist = named == Named::MustExist;
        if must_exist
            && files.config.is_none()
            && let Some((path, named_by)) = named_config(flags, environment)
        {
            return Err(SettingsError::NoConfig {
                path: path.to_owned(),
                named_by,
            });
        }
        let config = files.config.as_deref();
        let mut warnings = config.map(ConfigFile::warnings).unwrap_or_default();
        let profile = config
            .map(|config| config.profile(name))
            .transpose()?
            .flatten();
        match (&profile, named_by) {
            (Some(profile), _) => warnings.extend_from_slice(&profile.warnings),
            (None, None) => warnings.extend(config.and_then(ConfigFile::nearly_default)),
            (None, Some(named_by)) if must_exist && name != DEFAULT => {
                let known = config.map(ConfigFile::profiles).unwrap_or_default();
                return Err(SettingsError::UnknownProfile {
                    named_by,
                    name: name.to_owned(),
                    config: files.config_path.clone(),
                    known: known.into_iter().map(str::to_owned).collect(),
                });
            }
            (None, Some(_)) => {}
        }
        Ok(Self {
            name,
            profile,
            warnings,
        })
    }
}

/// The profile's name, and what names it.
fn profile_name<'a>(
    flags: &'a Flags,
    environment: &'a Environment,
) -> Result<(&'a str, Option<&'static str>), SettingsError> {
    const OPTION: &str = "--profile";
    match flags.profile.as_deref() {
        Some("") => Err(SettingsError::Value {
            origin: Origin::Flag(OPTION),
            problem: "the name is empty: write that of a section of the configuration file"
                .to_owned(),
        }),
        Some(name) => Ok((name, Some(OPTION))),
        None => Ok(match environment.text(&table::PROFILE)? {
            Some((variable, name)) => (name, Some(variable)),
            None => (DEFAULT, None),
        }),
    }
}
