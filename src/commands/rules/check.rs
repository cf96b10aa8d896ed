//! `gti rules check`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::load::{FeedName, load};
use crate::commands::context::Context;
use crate::commands::members::runs::CHECKED;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Subject};

/// Check a rules file as a whole
///
/// One record a rule, in their order; or every mistake at once, each with its
/// line, and exit code 2.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    /// The rules, in TOML
    file: PathBuf,
    /// The feed that they are for: not all feeds take every action and status
    #[arg(long, value_name = "FEED")]
    feed: Option<FeedName>,
}

const EXAMPLES: &str = "\
Examples:
  gti rules check soc.toml
  gti rules check soc.toml --feed dtm";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "rules check",
    columns: Columns(&["rule", "line", "conditions", "action", "with"]),
    members: CHECKED,
    single: false,
    subject: Subject::Program,
};

#[derive(Serialize)]
struct Checked<'a> {
    rule: &'a str,
    line: usize,
    conditions: Vec<&'static str>,
    action: &'static str,
    with: Option<String>,
}

pub(super) fn run(args: &CheckArgs, cx: &mut Context) -> Result<Exit, Error> {
    let rules = load(cx, &args.file, args.feed.map(FeedName::name))?;
    let mut output = cx.output(LAYOUT)?;
    for rule in rules.iter() {
        output.record(&Row(Checked {
            rule: &rule.name,
            line: rule.line,
            conditions: rule.conditions().collect(),
            action: rule.action.name(),
            with: rule.action.with(),
        }))?;
    }
    output.finish()?;
    let plural = if rules.iter().count() == 1 { "" } else { "s" };
    cx.ui.note(&format!(
        "{}: {} rule{plural}, no mistakes",
        args.file.display(),
        rules.iter().count()
    ));
    Ok(Exit::Done)
}
