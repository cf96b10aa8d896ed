//! `gti version`: which build this is.

use clap::Args;
use serde::Serialize;

use super::context::Context;
use super::members::account::VERSION;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{self, Columns, Layout, Subject};
use crate::ui::style::Style;

/// Show the version, and what it was built from
///
/// Nothing is asked: neither the service nor anybody else.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct VersionArgs {}

const EXAMPLES: &str = "\
Examples:
  gti version
  gti version -f json --jq .commit -r";

/// The shape of the output.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "version",
    columns: Columns(&["version", "commit", "date", "features", "target"]),
    members: VERSION,
    single: true,
    subject: Subject::Program,
};

/// The build.
#[derive(Serialize)]
struct Build {
    version: &'static str,
    commit: Option<&'static str>,
    date: Option<&'static str>,
    features: Vec<&'static str>,
    target: &'static str,
}

impl Build {
    fn this() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            commit: option_env!("GTI_BUILD_COMMIT"),
            date: option_env!("GTI_BUILD_DATE"),
            features: [("sandbox", cfg!(feature = "sandbox"))]
                .into_iter()
                .filter_map(|(name, has)| has.then_some(name))
                .collect(),
            target: env!("GTI_BUILD_TARGET"),
        }
    }
}

impl output::Record for Build {
    fn json(&self, out: &mut Vec<u8>) {
        // Texts and a list of texts, which always serialise.
        serde_json::to_writer(out, self).expect("a record is JSON");
    }

    fn text(&self, _: &Style) -> Option<String> {
        let unknown = "unknown: built outside a git repository";
        let features = match self.features.join(", ") {
            none if none.is_empty() => "none".to_owned(),
            some => some,
        };
        Some(format!(
            "gti {}\ncommit    {}\ndate      {}\nfeatures  {features}\ntarget    {}",
            self.version,
            self.commit.unwrap_or(unknown),
            self.date.unwrap_or("unknown"),
            self.target
        ))
    }
}

pub(crate) fn run(_: &VersionArgs, cx: &mut Context) -> Result<Exit, Error> {
    let mut output = cx.output(LAYOUT)?;
    output.record(&Build::this())?;
    output.finish()?;
    Ok(Exit::Done)
}
