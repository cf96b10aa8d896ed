//! The command line: one folder a noun, one file a verb. Commands parse, call
//! and say; they do not compute.

pub(crate) mod alerts;
mod annotate;
pub(crate) mod api;
mod arrange;
pub(crate) mod asm;
pub(crate) mod auth;
mod bare;
mod browser;
mod bulk;
pub(crate) mod cache;
mod caching;
pub(crate) mod collection;
pub(crate) mod complete;
pub(crate) mod completions;
mod config;
pub(crate) mod context;
mod delivery;
pub(crate) mod doctor;
pub(crate) mod dtm;
pub(crate) mod enrich;
mod extract;
mod found;
pub(crate) mod help;
pub(crate) mod ingest;
mod known;
mod limit;
pub(crate) mod man;
mod matching;
mod members;
mod mirror;
pub(crate) mod mistake;
mod open;
pub(crate) mod output_file;
pub(crate) mod quota;
pub(crate) mod related;
mod report;
mod row;
mod rules;
#[cfg(feature = "sandbox")]
pub(crate) mod sandbox;
pub(crate) mod scan;
pub(crate) mod search;
pub(crate) mod signal;
pub(crate) mod sink;
mod source;
pub(crate) mod state;
mod stix;
mod version;
pub(crate) mod vuln;
pub(crate) mod widget;
mod workflow;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand};

use self::context::Context;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::settings::Flags;

/// Google Threat Intelligence on the command line
///
#[derive(Parser)]
#[command(
    name = "gti",
    version,
    disable_help_subcommand = true,
    disable_help_flag = true,
    arg_required_else_help = true,
    args_override_self = true,
    after_help = "`gti help options` lists the options of every command; `gti help TOPIC` explains\nexit-codes, environment, formats, config, fields and schema; `gti COMMAND --help` has examples."
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub global: Flags,
    #[arg(short, long, global = true, action = ArgAction::HelpShort, help_heading = None::<&str>,
          help = "Print help; `gti help options` has the options of every command")]
    help: Option<bool>,
}

impl Cli {
    /// Reads a command line, the program's name first.
    ///
    /// # Errors
    /// What clap says of it: a mistake, or the help that was asked for.
    pub(crate) fn read(args: &[OsString]) -> Result<Self, clap::Error> {
        Self::try_parse_from(args)
            .or_else(|error| match error.kind() {
                // Arranging the help of all commands takes longer than parsing.
                ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                    Self::from_arg_matches(&Self::tree().try_get_matches_from(args)?)
                }
                _ => Err(error),
            })
            .map(Self::settled)
    }

    /// The --state of alerts is about them, and names no database.
    fn settled(mut self) -> Self {
        if self.command.has_states() {
            self.global.state = None;
        }
        self
    }

    /// The command tree with its help arranged for a screen.
    pub(crate) fn tree() -> clap::Command {
        arrange::arranged(Self::command())
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Enrich(Box<enrich::EnrichArgs>),
    #[command(subcommand)]
    Scan(Box<scan::ScanCommand>),
    #[command(subcommand)]
    Auth(auth::AuthCommand),
    #[command(subcommand)]
    Ingest(ingest::IngestCommand),
    #[command(subcommand)]
    Collection(collection::CollectionCommand),
    Search(Box<search::SearchArgs>),
    Extract(extract::ExtractArgs),
    Match(matching::MatchArgs),
    Annotate(Box<annotate::AnnotateArgs>),
    Report(report::ReportArgs),
    #[command(subcommand)]
    Mirror(Box<mirror::MirrorCommand>),
    Open(open::OpenArgs),
    #[command(subcommand)]
    Vuln(vuln::VulnCommand),
    #[command(subcommand)]
    Dtm(dtm::DtmCommand),
    #[command(subcommand)]
    Asm(asm::AsmCommand),
    #[command(subcommand)]
    Alerts(alerts::AlertsCommand),
    #[command(subcommand)]
    Rules(rules::RulesCommand),
    #[command(subcommand)]
    Sink(sink::SinkCommand),
    #[command(subcommand)]
    State(Box<state::StateCommand>),
    #[command(subcommand)]
    Cache(cache::CacheCommand),
    Widget(Box<widget::WidgetArgs>),
    Quota(quota::QuotaArgs),
    Api(Box<api::ApiArgs>),
    #[command(subcommand)]
    Config(config::ConfigCommand),
    Doctor(doctor::DoctorArgs),
    Version(version::VersionArgs),
    #[cfg(feature = "sandbox")]
    Sandbox(sandbox::SandboxArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    Help(help::HelpArgs),
}

impl Command {
    /// Whether the profile that is named may be one that is yet to be written.
    pub(crate) fn writes_profile(&self) -> bool {
        matches!(
            self,
            Self::Auth(auth::AuthCommand::Login | auth::AuthCommand::Import) | Self::Config(_)
        )
    }

    /// The commands that only print text about the program, and work whatever
    /// the settings are.
    pub(crate) fn about_itself(&self) -> Option<About<'_>> {
        match self {
            Self::Completions(args) => Some(About::Completions(args)),
            Self::Man(args) => Some(About::Man(args)),
            Self::Help(args) => Some(About::Help(args)),
            _ => None,
        }
    }
}

impl Command {
    /// Whether it has a --state of its own, which is about alerts.
    fn has_states(&self) -> bool {
        matches!(
            self,
            Self::Alerts(_) | Self::Ingest(ingest::IngestCommand::Alerts(_))
        )
    }
}

/// A text about the program.
pub(crate) enum About<'a> {
    /// `gti completions`.
    Completions(&'a completions::CompletionsArgs),
    /// `gti man`.
    Man(&'a man::ManArgs),
    /// `gti help`.
    Help(&'a help::HelpArgs),
}

/// Runs a command that needs settings.
pub(crate) async fn run(command: Command, cx: &mut Context) -> Result<Exit, Error> {
    match command {
        Command::Enrich(args) => enrich::run(*args, cx).await,
        Command::Scan(command) => scan::run(*command, cx).await,
        Command::Auth(command) => auth::run(&command, cx).await,
        Command::Ingest(command) => ingest::run(command, cx).await,
        Command::Collection(command) => collection::run(command, cx).await,
        Command::Search(args) => search::run(*args, cx).await,
        Command::Extract(args) => extract::run(args, cx).await,
        Command::Match(args) => matching::run(args, cx).await,
        Command::Report(args) => report::run(args, cx).await,
        Command::Annotate(args) => annotate::run(*args, cx).await,
        Command::Mirror(command) => mirror::run(*command, cx).await,
        Command::Open(args) => open::run(&args, cx),
        Command::Vuln(command) => vuln::run(command, cx).await,
        Command::Dtm(command) => dtm::run(command, cx).await,
        Command::Asm(command) => asm::run(command, cx).await,
        Command::Alerts(command) => alerts::run(command, cx).await,
        Command::Rules(command) => rules::run(&command, cx),
        Command::Sink(command) => sink::run(command, cx).await,
        Command::State(command) => state::run(*command, cx).await,
        Command::Cache(command) => cache::run(&command, cx).await,
        Command::Widget(args) => widget::run(*args, cx).await,
        Command::Config(command) => config::run(&command, cx),
        Command::Doctor(args) => doctor::run(args, cx).await,
        Command::Version(args) => version::run(&args, cx),
        Command::Api(args) => api::run(*args, cx).await,
        Command::Quota(args) => quota::run(args, cx).await,
        #[cfg(feature = "sandbox")]
        Command::Sandbox(args) => sandbox::run(args, cx).await,
        Command::Completions(_) | Command::Man(_) | Command::Help(_) => Ok(Exit::Done),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// The values of an option of a command line, which is in order.
    fn values(line: &str, verb: &[&str], option: &str) -> Vec<String> {
        let matches = Cli::command()
            .try_get_matches_from(line.split(' '))
            .unwrap_or_else(|error| panic!("{line}: {error}"));
        let mut at = &matches;
        for name in verb {
            at = at.subcommand_matches(name).expect("the verb");
        }
        let values = at.get_raw(option).expect("the option");
        values.map(|value| value.display().to_string()).collect()
    }

    #[test]
    fn of_an_option_given_twice_the_last_counts_and_repeatable_ones_add_up() {
        for (line, verb, option, expected) in [
            (
                "gti enrich x -f csv -f json",
                &["enrich"][..],
                "format",
                &["json"][..],
            ),
            (
                "gti -f csv enrich x -f json",
                &["enrich"],
                "format",
                &["json"],
            ),
            (
                "gti enrich x --cache-ttl 1h --cache-ttl 2h",
                &["enrich"],
                "cache_ttl",
                &["2h"],
            ),
            (
                "gti enrich x --expand --expand",
                &["enrich"],
                "iocs",
                &["x"],
            ),
            (
                "gti enrich x --relationships=a --relationships=b",
                &["enrich"],
                "relationships",
                &["b"],
            ),
            (
                "gti enrich x --fail-on malicious --fail-on score>=9",
                &["enrich"],
                "fail_on",
                &["malicious", "score>=9"],
            ),
            (
                "gti ingest dtm --status new --status read -n 1 -n 2",
                &["ingest", "dtm"],
                "status",
                &["new", "read"],
            ),
            (
                "gti dtm update x --status new --status read --add-tag a --add-tag b",
                &["dtm", "update"],
                "status",
                &["read"],
            ),
            (
                "gti dtm update x --status new --add-tag a --add-tag b",
                &["dtm", "update"],
                "add",
                &["a", "b"],
            ),
        ] {
            assert_eq!(values(line, verb, option), expected, "{line}");
        }
    }
}
