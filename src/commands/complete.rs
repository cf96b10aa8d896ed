//! What a shell offers when somebody presses Tab: commands, options and, for every
//! option and argument with a known set, its values. Those that depend on this
//! machine come from the configuration file and the checkpoints; neither the service
//! nor the key is touched.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::sync::Arc;

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;

use super::dtm::filter;
use super::{Cli, help, members};
use crate::client::endpoints::asm::ISSUE_STATUSES;
use crate::client::endpoints::dtm_alerts::ALERT_STATUSES;
use crate::feed::sources::threat_list::documented;
use crate::model::gti_alert::STATES;
use crate::model::indicator::relationships;
use crate::settings::{Environment, Files, Flags, Settings, table};
use crate::state::checkpoint::Checkpoints;

/// The variable with which the script of a shell asks; its value is the shell.
pub(crate) const VARIABLE: &str = "_GTI_COMPLETE";

/// What is known on this machine.
#[derive(Default)]
struct Here {
    profiles: Vec<String>,
    sinks: Vec<String>,
    checkpoints: Vec<String>,
}

impl Here {
    /// Reads the configuration and the checkpoints; what cannot be read offers nothing.
    fn look(environment: &Environment) -> Self {
        let flags = Flags::default();
        let Ok(files) = Files::read(&flags, environment) else {
            return Self::default();
        };
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        let profiles = files.config.as_ref().map(|config| owned(config.profiles()));
        let mut here = Self {
            profiles: profiles.unwrap_or_default(),
            ..Self::default()
        };
        let Ok(settings) = Settings::resolve(&flags, environment, &files) else {
            return here;
        };
        here.sinks = owned(settings.sinks.names());
        let store = settings.directories.state().ok();
        let store = store.and_then(|place| Checkpoints::open_existing(place).ok().flatten());
        let checkpoints = store
            .and_then(|store| store.list().ok())
            .unwrap_or_default();
        here.checkpoints = checkpoints.into_iter().map(|it| it.name).collect();
        here
    }

    /// The values of an argument of a command.
    fn values(&self, command: &str, argument: &str) -> Vec<String> {
        let some = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        match (command, argument) {
            (_, "profile") => self.profiles.clone(),
            (_, "sink") => self.sinks.clone(),
            (_, "checkpoint") => self.checkpoints.clone(),
            (verb, "name" | "owner") if verb.starts_with("state ") => self.checkpoints.clone(),
            (verb, "fields") => members::paths(verb),
            ("ingest threat-list", "names") => documented().map(str::to_owned).collect(),
            ("ingest threat-list", "types") => some(&super::ingest::threat_list::TYPES),
            ("help", "topic") => help::TOPICS
                .iter()
                .map(|topic| (*topic).to_owned())
                .chain(commands())
                .collect(),
            ("man", _) => commands().collect(),
            (verb, "status" | "if_status") if verb.contains("dtm") => some(&ALERT_STATUSES),
            (verb, "status" | "if_status") if verb.contains("asm") => some(&ISSUE_STATUSES),
            (verb, "severity") if verb.contains("dtm") => some(&filter::SEVERITIES),
            (verb, "severity") if verb.contains("asm") => some(&["1", "2", "3", "4", "5"]),
            (verb, "alert_type") if verb.contains("dtm") => some(&filter::TYPES),
            ("sink test" | "sink init", "name") => self.sinks.clone(),
            (verb, "state" | "if_state") if verb.contains("alerts") => some(&STATES),
            ("ingest deltas", "types") => some(&["file", "ip", "url", "domain"]),
            ("enrich" | "widget", "kind") => some(&["ip", "domain", "url", "file"]),
            (verb, "relationships") if verb == "enrich" || verb.starts_with("scan ") => {
                some(&relationships::all())
            }
            (_, "fail_on") => some(&["malicious", "suspicious", "score>=60"]),
            ("config get" | "config set" | "config unset", "row") => {
                table::keys().map(|key| key.name.to_owned()).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The commands below the root.
fn commands() -> impl Iterator<Item = String> {
    let tree = <Cli as clap::CommandFactory>::command();
    let names: Vec<String> = tree
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    names.into_iter()
}

/// Writes what the shell asks for.
///
/// # Errors
/// When it cannot be written, or the shell is unknown.
pub(crate) fn answer(
    shell: &str,
    args: Vec<OsString>,
    environment: &Environment,
    out: &mut dyn Write,
) -> io::Result<()> {
    let shells = Shells::builtins();
    let Some(shell) = shells.completer(shell) else {
        return Err(io::Error::other("the shell is not known"));
    };
    let here = Arc::new(Here::look(environment));
    let mut tree = <Cli as clap::CommandFactory>::command();
    // Each command then has the options of every command.
    tree.build();
    let mut tree = offering(tree, "", &here);
    // What stands before `--` is the script's.
    let typed = args
        .iter()
        .position(|arg| arg == "--")
        .map_or(0, |at| at + 1);
    let args = args.into_iter().skip(typed).collect();
    shell.write_complete(&mut tree, args, None, out)
}

/// The tree with the values of its arguments.
fn offering(command: Command, path: &str, here: &Arc<Here>) -> Command {
    let command = command.mut_args(|arg| with_values(arg, path, here));
    command.mut_subcommands(|verb| {
        let path = format!("{path} {}", verb.get_name());
        offering(verb, path.trim_start(), here)
    })
}

fn with_values(arg: Arg, path: &str, here: &Arc<Here>) -> Arg {
    let values = here.values(path, arg.get_id().as_str());
    if values.is_empty() {
        return arg;
    }
    arg.add(ArgValueCompleter::new(move |typed: &OsStr| {
        matching(&values, typed)
    }))
}

/// The values that go on from what is typed, after its last comma.
fn matching(values: &[String], typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let (before, last) = match typed.rfind(',') {
        Some(comma) => typed.split_at(comma + 1),
        None => ("", &*typed),
    };
    values
        .iter()
        .filter(|value| value.starts_with(last))
        .map(|value| CompletionCandidate::new(format!("{before}{value}")))
        .collect()
}
