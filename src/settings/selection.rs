//! The profile that is used.

use super::directories::named_config;
use super::file::Profile;
use super::{Environment, Files, Flags, Origin, SettingsError, Warning, variables};

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
        let (name, origin) = profile_name(flags, environment)?;
        let Some(config) = &files.config else {
            if let (Named::MustExist, Some((path, origin))) =
                (named, named_config(flags, environment))
            {
                return Err(SettingsError::NoConfig {
                    path: path.to_owned(),
                    origin,
                });
            }
            return match (named, origin) {
                (Named::MustExist, Some(origin)) if name != DEFAULT => {
                    Err(SettingsError::UnknownProfile {
                        origin,
                        name: name.to_owned(),
                        config: files.config_path.clone(),
                        known: Vec::new(),
                    })
                }
                _ => Ok(Self {
                    name,
                    profile: None,
                    warnings: Vec::new(),
                }),
            };
        };
        let mut warnings = config.warnings();
        let profile = config.profile(name)?;
        match (&profile, origin) {
            (Some(profile), _) => warnings.extend_from_slice(&profile.warnings),
            (None, None) => warnings.extend(config.nearly_default()),
            (None, Some(origin)) if named == Named::MustExist && name != DEFAULT => {
                return Err(SettingsError::UnknownProfile {
                    origin,
                    name: name.to_owned(),
                    config: Some(config.path().to_owned()),
                    known: config.profiles().into_iter().map(str::to_owned).collect(),
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

/// The profile's name, and where it was given.
fn profile_name<'a>(
    flags: &'a Flags,
    environment: &'a Environment,
) -> Result<(&'a str, Option<Origin>), SettingsError> {
    if let Some(name) = flags.profile.as_deref() {
        let origin = Origin::Flag("--profile");
        if name.is_empty() {
            return Err(SettingsError::Value {
                origin,
                problem: "the name is empty: write that of a section of the configuration file"
                    .to_owned(),
            });
        }
        return Ok((name, Some(origin)));
    }
    Ok(match environment.text(&variables::PROFILE)? {
        Some((variable, name)) => (name, Some(Origin::Variable(variable))),
        None => (DEFAULT, None),
    })
}
