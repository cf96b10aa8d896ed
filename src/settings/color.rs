//! When to colour.

use crate::model::named::named;

use super::sources::Sources;
use super::{Environment, SettingsError, table};

named! {
    /// When output is coloured, as `--color` takes it.
    #[derive(Default)]
    pub(crate) enum ColorWhen is "a colour mode" {
        /// Where the stream is a terminal.
        #[default]
        Auto = "auto",
        /// Always.
        Always = "always",
        /// Never.
        Never = "never",
    }
}

impl ColorWhen {
    /// Whether a stream gets colour.
    pub(crate) fn colors(self, is_terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => is_terminal,
        }
    }

    /// The flag's wish, else the environment's, else the profile's. A terminal
    /// that can't do it is never coloured unasked.
    pub(super) fn resolve(flag: Option<&str>, from: Sources<'_>) -> Result<Self, SettingsError> {
        let environment = from.environment;
        let wish = match (flag, Self::of_environment(environment)?) {
            (None, Some(wish)) => wish,
            _ => from.value(&table::COLOR, flag)?,
        };
        let dumb = environment
            .get(&table::TERM)
            .is_some_and(|(_, terminal)| terminal == "dumb");
        Ok(match wish {
            Self::Auto if dumb => Self::Never,
            wish => wish,
        })
    }

    /// What the environment asks for. `NO_COLOR` outranks `CLICOLOR_FORCE`
    /// (<https://no-color.org>, <https://bixense.com/clicolors>).
    fn of_environment(environment: &Environment) -> Result<Option<Self>, SettingsError> {
        if environment.get(&table::NO_COLOR).is_some() {
            return Ok(Some(Self::Never));
        }
        let force = environment.text(&table::CLICOLOR_FORCE)?;
        Ok(force
            .filter(|(_, value)| *value != "0")
            .map(|_| Self::Always))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests::environment;

    #[test]
    fn the_environments_wish_and_the_flags() {
        use ColorWhen::{Always, Auto, Never};
        for (flag, variables, expected) in [
            (None, &[][..], Auto),
            (None, &[("NO_COLOR", "")], Auto),
            (None, &[("NO_COLOR", "0")], Never),
            (None, &[("CLICOLOR_FORCE", "0")], Auto),
            (None, &[("CLICOLOR_FORCE", "1")], Always),
            (None, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], Never),
            (None, &[("TERM", "dumb")], Never),
            (None, &[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")], Always),
            (Some("always"), &[("NO_COLOR", "1")], Always),
            (Some("auto"), &[("NO_COLOR", "1")], Auto),
            (Some("never"), &[("CLICOLOR_FORCE", "1")], Never),
        ] {
            let from = Sources {
                environment: &environment(variables),
                profile: None,
            };
            let wish = ColorWhen::resolve(flag, from).expect("a wish");
            assert_eq!(wish, expected, "{flag:?} {variables:?}");
        }
    }
}
