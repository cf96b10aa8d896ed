//! Where files live.

use std::path::{Path, PathBuf};

use super::table::{self, Row, Setting};
use super::{Environment, Flags, SettingsError};

/// The directories of state and cache. They are made by whoever fills them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directories {
    state: Option<PathBuf>,
    cache: Option<PathBuf>,
}

impl Directories {
    pub(super) fn resolve(environment: &Environment) -> Self {
        let named = |variable: &Row| Some(environment.path(variable)?.1.to_owned());
        Self {
            state: named(&table::STATE_DIR).or_else(|| STATE.directory(environment)),
            cache: named(&table::CACHE_DIR).or_else(|| CACHE.directory(environment)),
        }
    }

    /// Where the checkpoints are.
    ///
    /// # Errors
    /// When there is neither a home directory nor a variable to name one.
    pub(crate) fn state(&self) -> Result<&Path, SettingsError> {
        self.state.as_deref().ok_or(SettingsError::NoDirectory {
            purpose: "state",
            variable: table::STATE_DIR.variable(),
        })
    }

    /// Where the response cache is.
    ///
    /// # Errors
    /// When there is neither a home directory nor a variable to name one.
    pub(crate) fn cache(&self) -> Result<&Path, SettingsError> {
        self.cache.as_deref().ok_or(SettingsError::NoDirectory {
            purpose: "cache",
            variable: table::CACHE_DIR.variable(),
        })
    }
}

/// The configuration file that was named, and where; never one in the working
/// directory, which may be a hostile checkout.
pub(super) fn named_config<'a>(
    flags: &'a Flags,
    environment: &'a Environment,
) -> Option<(&'a Path, &'static str)> {
    if let Some(path) = &flags.config {
        return Some((path, "--config"));
    }
    let (name, path) = environment.path(&table::CONFIG)?;
    Some((path, name))
}

/// Where the configuration file is when none was named.
pub(super) fn default_config(environment: &Environment) -> Option<PathBuf> {
    Some(CONFIG.directory(environment)?.join("config.toml"))
}

/// One kind of directory, on systems of either school. macOS follows XDG here,
/// as command-line programs do.
struct Place {
    xdg: Setting<PathBuf>,
    below_home: &'static str,
    windows: Setting<PathBuf>,
    below_windows: &'static str,
}

const CONFIG: Place = Place {
    xdg: table::XDG_CONFIG_HOME,
    below_home: ".config/gti",
    windows: table::APPDATA,
    below_windows: "gti",
};

const STATE: Place = Place {
    xdg: table::XDG_STATE_HOME,
    below_home: ".local/state/gti",
    windows: table::LOCALAPPDATA,
    below_windows: "gti/state",
};

const CACHE: Place = Place {
    xdg: table::XDG_CACHE_HOME,
    below_home: ".cache/gti",
    windows: table::LOCALAPPDATA,
    below_windows: "gti/cache",
};

impl Place {
    fn directory(&self, environment: &Environment) -> Option<PathBuf> {
        // The XDG specification has relative paths ignored.
        let absolute = |variable| {
            let (_, path) = environment.path(variable)?;
            path.is_absolute().then_some(path)
        };
        if let Some(base) = absolute(&self.xdg) {
            return Some(base.join("gti"));
        }
        if cfg!(windows)
            && let Some(base) = absolute(&self.windows)
        {
            return Some(base.join(self.below_windows));
        }
        Some(environment.home()?.join(self.below_home))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::settings::tests::{environment, homeless};

    fn all(environment: &Environment) -> [Option<PathBuf>; 3] {
        let directories = Directories::resolve(environment);
        [
            default_config(environment),
            directories.state,
            directories.cache,
        ]
    }

    #[test]
    fn places() {
        let paths = |paths: [&str; 3]| paths.map(|path| Some(PathBuf::from(path)));
        let below_home = paths([
            "/home/ann/.config/gti/config.toml",
            "/home/ann/.local/state/gti",
            "/home/ann/.cache/gti",
        ]);
        assert_eq!(all(&environment(&[])), below_home);
        let xdg = [
            ("XDG_CONFIG_HOME", "/c"),
            ("XDG_STATE_HOME", "/s"),
            ("XDG_CACHE_HOME", "/k"),
        ];
        let below_xdg = paths(["/c/gti/config.toml", "/s/gti", "/k/gti"]);
        assert_eq!(all(&environment(&xdg)), below_xdg);
        assert_eq!(all(&homeless(&xdg)), below_xdg);
        let relative = [("XDG_CONFIG_HOME", "."), ("XDG_STATE_HOME", "s")];
        assert_eq!(all(&environment(&relative)), below_home);
        let own = [
            ("GTI_STATE_DIR", "s"),
            ("GTI_CACHE_DIR", "/k"),
            ("XDG_STATE_HOME", "/x"),
        ];
        assert_eq!(
            all(&environment(&own)),
            paths(["/home/ann/.config/gti/config.toml", "s", "/k"])
        );
    }

    #[test]
    fn without_a_home_the_variable_is_named() {
        let environment = homeless(&[]);
        assert_eq!(default_config(&environment), None);
        let directories = Directories::resolve(&environment);
        for (result, variable) in [
            (directories.state(), "GTI_STATE_DIR"),
            (directories.cache(), "GTI_CACHE_DIR"),
        ] {
            let message = result.expect_err("no directory").to_string();
            assert!(message.contains(variable), "{message}");
        }
    }
}
