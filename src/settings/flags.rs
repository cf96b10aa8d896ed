//! The options of every command, as they were typed.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, ArgAction, Args, Command};

use super::program::{Program, program};
use super::table;
use super::{ColorWhen, LogFormat};
use crate::model::tlp::Tlp;
use crate::output::export::ListTarget;
use crate::output::{Format, Shape};

/// The options of every command, before or after its name. Values stay as typed:
/// flags, variables and the configuration file go through the same parsers, so
/// that a wrong value is explained in the same words wherever it stood.
///
/// `gti help options` shows them; the help of a command would be mostly them. It
/// has no `Debug`: `--proxy` may hold a password.
#[derive(Clone, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Flags {
    #[arg(short, long, global = true, value_name = table::FORMAT.value, help = table::FORMAT.help(),
          value_parser = Known(Format::NAMES),
          hide_possible_values = true, hide_short_help = true, hide_long_help = true)]
    pub format: Option<String>,
    #[arg(short, long, global = true, value_name = table::OUTPUT.value, help = table::OUTPUT.help(),
          hide_short_help = true, hide_long_help = true)]
    pub output: Option<PathBuf>,
    #[arg(long, global = true, requires = "output", help = table::KEEP_PARTIAL.help(),
          hide_short_help = true, hide_long_help = true)]
    pub keep_partial: bool,
    #[arg(long, global = true, value_name = table::JQ.value, help = table::JQ.help(),
          value_parser = program,
          hide_short_help = true, hide_long_help = true)]
    pub jq: Option<Program>,
    #[arg(long = "where", global = true, value_name = table::WHERE.value, help = table::WHERE.help(),
          value_parser = program,
          hide_short_help = true, hide_long_help = true)]
    pub condition: Option<Program>,
    #[arg(short, long, global = true, requires = "jq", help = table::RAW_OUTPUT.help(),
          hide_short_help = true, hide_long_help = true)]
    pub raw_output: bool,
    #[arg(long, global = true, value_name = table::FIELDS.value, help = table::FIELDS.help(),
          hide_short_help = true, hide_long_help = true)]
    pub fields: Option<String>,
    #[arg(long, global = true, value_name = table::TLP.value, help = table::TLP.help(),
          value_parser = Known(Tlp::NAMES),
          hide_possible_values = true, hide_short_help = true, hide_long_help = true)]
    pub tlp: Option<String>,
    #[arg(long, global = true, value_name = table::VALID_FOR.value, help = table::VALID_FOR.help(),
          hide_short_help = true, hide_long_help = true)]
    pub valid_for: Option<String>,
    #[arg(long, global = true, help = table::INCLUDE_BENIGN.help(),
          hide_short_help = true, hide_long_help = true)]
    pub include_benign: bool,
    // A command may have an option of this name that does more.
    #[arg(long, global = true, value_name = table::MIN_SCORE.value, help = table::MIN_SCORE.help(),
          value_parser = clap::value_parser!(u8).range(0..=100),
          hide_short_help = true, hide_long_help = true)]
    pub min_score: Option<u8>,
    #[arg(id = "list_target", long = "target", global = true, value_name = table::TARGET.value, help = table::TARGET.help(),
          value_parser = Known(&ListTarget::NAMES),
          hide_possible_values = true, hide_short_help = true, hide_long_help = true)]
    pub list_target: Option<String>,
    #[arg(long, global = true, value_name = table::INDEX.value, help = table::INDEX.help(),
          hide_short_help = true, hide_long_help = true)]
    pub index: Option<String>,
    #[arg(long, global = true, value_name = table::SHAPE.value, help = table::SHAPE.help(),
          value_parser = Known(Shape::NAMES),
          hide_possible_values = true, hide_short_help = true, hide_long_help = true)]
    pub shape: Option<String>,
    #[arg(long, global = true, help = table::WIDE.help(),
          hide_short_help = true, hide_long_help = true)]
    pub wide: bool,
    #[arg(long, global = true, help = table::FULL.help(),
          hide_short_help = true, hide_long_help = true)]
    pub full: bool,
    #[arg(long, global = true, help = table::NO_PAGER.help(),
          hide_short_help = true, hide_long_help = true)]
    pub no_pager: bool,
    #[arg(long, global = true, value_name = table::API_KEY_FILE.value, help = table::API_KEY_FILE.help(),
          hide_short_help = true, hide_long_help = true)]
    pub api_key_file: Option<PathBuf>,
    #[arg(long, global = true, value_name = table::PROFILE.value, help = table::PROFILE.help(),
          hide_short_help = true, hide_long_help = true)]
    pub profile: Option<String>,
    #[arg(long, global = true, value_name = table::CONFIG.value, help = table::CONFIG.help(),
          hide_short_help = true, hide_long_help = true)]
    pub config: Option<PathBuf>,
    #[arg(long, global = true, value_name = table::BASE_URL.value, help = table::BASE_URL.help(),
          hide_short_help = true, hide_long_help = true)]
    pub base_url: Option<String>,
    #[arg(long, global = true, value_name = table::ALERTS_URL.value, help = table::ALERTS_URL.help(),
          hide_short_help = true, hide_long_help = true)]
    pub alerts_url: Option<String>,
    #[arg(long, global = true, value_name = table::TOKEN_URL.value, help = table::TOKEN_URL.help(),
          hide_short_help = true, hide_long_help = true)]
    pub token_url: Option<String>,
    #[arg(long, global = true, value_name = table::X_TOOL.value, help = table::X_TOOL.help(),
          hide_short_help = true, hide_long_help = true)]
    pub x_tool: Option<String>,
    #[arg(long, global = true, value_name = table::TIMEOUT.value, help = table::TIMEOUT.help(),
          hide_short_help = true, hide_long_help = true)]
    pub timeout: Option<String>,
    #[arg(long, global = true, value_name = table::RETRIES.value, help = table::RETRIES.help(),
          hide_short_help = true, hide_long_help = true)]
    pub retries: Option<String>,
    #[arg(long, global = true, value_name = table::MAX_WAIT.value, help = table::MAX_WAIT.help(),
          hide_short_help = true, hide_long_help = true)]
    pub max_wait: Option<String>,
    #[arg(long, global = true, value_name = table::RATE.value, help = table::RATE.help(),
          hide_short_help = true, hide_long_help = true)]
    pub rate: Option<String>,
    #[arg(short = 'j', long, global = true, value_name = table::CONCURRENCY.value, help = table::CONCURRENCY.help(),
          hide_short_help = true, hide_long_help = true)]
    pub concurrency: Option<String>,
    #[arg(long, global = true, value_name = table::MAX_REQUESTS.value, help = table::MAX_REQUESTS.help(),
          hide_short_help = true, hide_long_help = true)]
    pub max_requests: Option<String>,
    #[arg(long, global = true, value_name = table::PROXY.value, help = table::PROXY.help(),
          hide_short_help = true, hide_long_help = true)]
    pub proxy: Option<String>,
    #[arg(long, global = true, value_name = table::CA_CERT.value, help = table::CA_CERT.help(),
          hide_short_help = true, hide_long_help = true)]
    pub ca_cert: Option<PathBuf>,
    #[cfg_attr(feature = "postgres", arg(long, global = true, value_name = table::STATE.value, help = table::STATE.help(),
          hide_short_help = true, hide_long_help = true))]
    #[cfg_attr(not(feature = "postgres"), arg(skip))]
    pub state: Option<String>,
    #[cfg_attr(feature = "sandbox", arg(long, global = true, help = table::SANDBOX.help(),
          hide_short_help = true, hide_long_help = true))]
    #[cfg_attr(not(feature = "sandbox"), arg(skip))]
    pub sandbox: bool,
    #[arg(short, long, global = true, action = ArgAction::Count, help = table::VERBOSE.help(),
          hide_short_help = true, hide_long_help = true)]
    pub verbose: u8,
    #[arg(short, long, global = true, conflicts_with = "verbose", help = table::QUIET.help(),
          hide_short_help = true, hide_long_help = true)]
    pub quiet: bool,
    #[arg(long, global = true, value_name = table::LOG_FILE.value, help = table::LOG_FILE.help(),
          hide_short_help = true, hide_long_help = true)]
    pub log_file: Option<PathBuf>,
    #[arg(long, global = true, value_name = table::LOG_FORMAT.value, help = table::LOG_FORMAT.help(),
          value_parser = Known(LogFormat::NAMES),
          hide_possible_values = true, hide_short_help = true, hide_long_help = true)]
    pub log_format: Option<String>,
    #[arg(long, global = true, value_name = table::COLOR.value, help = table::COLOR.help(),
          value_parser = Known(ColorWhen::NAMES),
          hide_possible_values = true, hide_short_help = true, hide_long_help = true)]
    pub color: Option<String>,
}

/// Takes any text, and tells shells which ones have a meaning. What has none is
/// refused later, in the same words wherever it stood.
#[derive(Clone)]
struct Known(&'static [&'static str]);

impl TypedValueParser for Known {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(PossibleValue::new)))
    }
}
