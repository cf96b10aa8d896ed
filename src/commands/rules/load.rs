//! A rules file, read and checked against the configuration.

use std::path::Path;

use clap::ValueEnum;

use crate::commands::context::Context;
use crate::feed::rules::{Ground, Rules};
use crate::model::error::Error;
use crate::settings::bounded;

/// The feeds that rules can be for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum FeedName {
    Alerts,
    Asm,
    Collections,
    Deltas,
    Dtm,
    IocStream,
    ThreatList,
    Vuln,
}

impl FeedName {
    /// The feed as it is called on the command line.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Alerts => "alerts",
            Self::Asm => "asm",
            Self::Collections => "collections",
            Self::Deltas => "deltas",
            Self::Dtm => "dtm",
            Self::IocStream => "ioc-stream",
            Self::ThreatList => "threat-list",
            Self::Vuln => "vuln",
        }
    }
}

/// Reads a rules file for a feed, or for any.
pub(crate) fn load(cx: &Context, path: &Path, feed: Option<&str>) -> Result<Rules, Error> {
    cx.own().spare("the rules file", path)?;
    let shown = path.display();
    let text = bounded::read_text(path).map_err(|error| {
        Error::usage(format!("cannot read the rules file {shown}: {error}"))
            .hint("--rules takes a TOML file of [[rule]] tables (docs/rules.md)")
    })?;
    let sinks = cx.settings.sinks.names().into_iter();
    let sinks: Vec<String> = sinks.map(str::to_owned).collect();
    let ground = Ground {
        feed,
        sinks: &sinks,
    };
    Rules::parse(path, &text, ground).map_err(|error| {
        let mut lines = error.lines();
        let failure = Error::usage(lines.next().unwrap_or_default()).hint("nothing was requested or written; `gti rules check` checks the file alone, docs/rules.md describes it");
        failure.with_lines(lines)
    })
}
