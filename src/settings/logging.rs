//! What is logged, where to and how.

use crate::model::named::named;
use std::path::PathBuf;

use tracing_subscriber::EnvFilter;

use super::sources::Sources;
use super::table;
use super::{Flags, SettingsError};

/// What is logged, where to and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Logging {
    /// A tracing filter that [`EnvFilter`] has accepted.
    pub filter: String,
    /// The file to append to; `None` for standard error.
    pub file: Option<PathBuf>,
    /// Lines for people or for machines. Errors follow it as well.
    pub format: LogFormat,
}

named! {
    /// Lines for people or for machines.
    #[derive(Default)]
    pub(crate) enum LogFormat is "a log format" {
        /// For people.
        #[default]
        Text = "text",
        /// One JSON object a line.
        Json = "json",
    }
}

impl Logging {
    pub(super) fn resolve(flags: &Flags, from: Sources<'_>) -> Result<Self, SettingsError> {
        let filter = filter_of_flags(flags.quiet, flags.verbose);
        Ok(Self {
            filter: from.value(&table::LOG, filter)?,
            file: from.path(&table::LOG_FILE, flags.log_file.as_deref()),
            format: from.value(&table::LOG_FORMAT, flags.log_format.as_deref())?,
        })
    }
}

/// The filter that `-q` and `-v` ask for. The louder ones speak of this program
/// first: more of the libraries below it is a matter for `GTI_LOG`.
fn filter_of_flags(quiet: bool, verbose: u8) -> Option<&'static str> {
    match (quiet, verbose) {
        (true, _) => Some("off,gti=error"),
        (false, 0) => None,
        (false, 1) => Some("off,gti=info"),
        (false, 2) => Some("warn,gti=debug"),
        (false, _) => Some("info,gti=trace"),
    }
}

/// Takes a filter in the words of the tracing crates.
pub(super) fn parse_filter(text: &str) -> Result<String, String> {
    match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(format!(
            "`{text}` is not a log filter: write a level (off, error, warn, info, debug, trace) or TARGET=LEVEL pairs, like gti=debug,hyper=info"
        )),
    }
}

#[cfg(test)]
mod tests {
    use tracing::Level;
    use tracing_subscriber::filter::Targets;

    use super::*;

    #[test]
    fn every_filter_of_the_flags_is_one() {
        for (quiet, verbose) in [(true, 0), (true, 3), (false, 1), (false, 2), (false, 200)] {
            let filter = filter_of_flags(quiet, verbose).expect("a filter");
            assert_eq!(parse_filter(filter).as_deref(), Ok(filter));
        }
        assert_eq!(filter_of_flags(false, 0), None);
        assert!(parse_filter("gti=loud").is_err());
    }

    #[test]
    fn libraries_are_silent_until_asked_for() {
        for (quiet, verbose, heard) in [
            (true, 0, false),
            (false, 0, false),
            (false, 1, false),
            (false, 2, true),
        ] {
            let filter = filter_of_flags(quiet, verbose).unwrap_or(table::LOG.default_text());
            let targets: Targets = filter.parse().expect("a plain filter");
            assert!(
                targets.would_enable("gti::client", &Level::ERROR),
                "{filter}"
            );
            assert_eq!(
                targets.would_enable("rustls_platform_verifier", &Level::ERROR),
                heard,
                "{filter}"
            );
        }
    }
}
