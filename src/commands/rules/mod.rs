//! `gti rules`: checks and tries a rules file, without asking anybody.

pub(super) mod check;
mod load;
pub(super) mod test;

use clap::Subcommand;

use super::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;

pub(super) use self::load::load;

/// Check a rules file, or try it on alerts
///
/// Rules decide what happens to each alert of `gti ingest … --rules FILE`: the
/// first one whose conditions hold. These commands send no requests and need no key.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    Check(check::CheckArgs),
    Test(test::TestArgs),
}

pub(crate) fn run(command: &RulesCommand, cx: &mut Context) -> Result<Exit, Error> {
    match command {
        RulesCommand::Check(args) => check::run(args, cx),
        RulesCommand::Test(args) => test::run(args, cx),
    }
}
