//! `gti`: a command-line client for Google Threat Intelligence.
//!
//! The crate is laid out in floors: a module names only modules on floors below
//! its own (`docs/architecture.md`; `tests/it/layers.rs` enforces it).

// A smaller build keeps what only the sandbox and the database use; what nobody uses is
// found in the whole one.
#![cfg_attr(not(all(feature = "sandbox", feature = "postgres")), allow(dead_code))]

mod bulk;
pub mod client;
mod commands;
mod deliver;
mod enrich;
mod feed;
mod local;
pub mod model;
mod object;
mod output;
#[cfg(feature = "postgres")]
mod postgres;
mod process;
mod rank;
pub mod reference;
#[cfg(feature = "sandbox")]
pub mod sandbox;
mod scan;
mod settings;
mod state;
mod ui;
mod workflow;

use std::ffi::OsString;
use std::io::Write;

use clap::error::ErrorKind as Clap;
use tracing::subscriber::DefaultGuard;

use crate::commands::context::Context;
use crate::commands::output_file::OutputFile;
use crate::commands::signal::Signals;
use crate::commands::{About, Cli};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::sink::Target;
use crate::settings::{Files, Flags, LogFormat, Settings};
use crate::ui::Ui;
use crate::ui::log;

// What the binary and the tests need of the rooms that are private.
pub use crate::output::jq::Filter;
pub use crate::process::leave_no_core;
pub use crate::settings::Environment;
pub use crate::state::checkpoint::Hold;
pub use crate::ui::{Io, Terminal};

/// The stack of threads that may run jq programs, which recurse. It takes no memory
/// before it is used.
const STACK: usize = 32 * 1024 * 1024;

/// Runs the program: arguments (the program's name first), environment and
/// streams in, exit code out.
pub fn run(args: Vec<OsString>, environment: &Environment, io: Io) -> u8 {
    let signals = Signals::listen();
    let mut ui = Ui::new(io);
    if let Some(shell) = environment.completing_shell() {
        let mut out = Vec::new();
        return match commands::complete::answer(shell, args, environment, &mut out) {
            Ok(()) => print(&mut ui, &out).code(),
            Err(_) => Exit::Usage.code(),
        };
    }
    let exit = match parse(&commands::enrich::settle(args)) {
        Ok(cli) => execute(cli, environment, signals, &mut ui),
        Err(error) => usage(&error, &mut ui),
    };
    exit.code()
}

/// Parses the command line. What is wrong with it quotes it, and a script may have
/// put a text of others into it: what that holds is then shown and not obeyed.
fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    Cli::read(args).map_err(|error| {
        let escaped = |arg: &OsString| ui::escaped(&arg.to_string_lossy()).into_owned().into();
        let escaped: Vec<OsString> = args.iter().map(escaped).collect();
        // Nearly always there is nothing to escape, and reading takes its time.
        if escaped == args {
            return error;
        }
        match Cli::read(&escaped) {
            Err(shown) if shown.kind() == error.kind() => shown,
            _ => error,
        }
    })
}

/// Help and version are data; everything else clap says is a mistake.
fn usage(error: &clap::Error, ui: &mut Ui) -> Exit {
    match error.kind() {
        Clap::DisplayHelp | Clap::DisplayVersion => {
            print(ui, error.render().to_string().as_bytes())
        }
        _ => {
            ui.stderr.say_block(&error.render().to_string());
            if let Some(hint) = commands::mistake::hint(error) {
                ui.stderr.say([("hint: ", hint.as_str())]);
            }
            Exit::Usage
        }
    }
}

/// Writes a text to standard output. A closed pipe ends quietly.
fn print(ui: &mut Ui, text: &[u8]) -> Exit {
    if ui.stdout_is_closed() {
        return tell(ui, &closed_stdout());
    }
    let mut stdout = ui.take_stdout();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            tell(ui, &Error::io("cannot write standard output", error))
        }
        _ => Exit::Done,
    }
}

/// Whoever closes standard output before the program starts gets nothing, and is
/// told so before anything is asked or changed.
fn closed_stdout() -> Error {
    Error::state("cannot write standard output: it is closed")
        .hint("open it, or name a file with --output; nothing was requested or changed")
}

fn execute(cli: Cli, environment: &Environment, signals: Signals, ui: &mut Ui) -> Exit {
    if let Some(about) = cli.command.about_itself() {
        let text = match about {
            About::Completions(args) => commands::completions::text(args)
                .map_err(|error| Error::io("cannot write the script", error)),
            About::Man(args) => commands::man::text(args),
            About::Help(args) => commands::help::text(args).map(String::into_bytes),
        };
        return match text {
            Ok(text) => print(ui, &text),
            Err(error) => tell(ui, &error),
        };
    }
    let writes_profile = cli.command.writes_profile();
    let (settings, _log) = match prepare(&cli.global, environment, writes_profile, ui) {
        Ok(prepared) => prepared,
        Err(error) => return tell(ui, &error),
    };
    if ui.stdout_is_closed() && Target::of(settings.output.as_deref()) == Target::Stdout {
        return tell(ui, &closed_stdout());
    }
    let mut cx = Context {
        ui: std::mem::replace(ui, Ui::mute()),
        settings,
        clock: jiff::Timestamp::now,
        signals,
        output_file: OutputFile::default(),
        #[cfg(feature = "sandbox")]
        sandbox: None,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Pages are taken there, and programs run on their records.
        .thread_stack_size(STACK)
        .build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(commands::run(cli.command, &mut cx));
            // The system may still be looking for a name that nobody waits for.
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(Error::io("cannot start the event loop", error)),
    };
    let exit = match outcome {
        Ok(exit) => exit,
        Err(error) => tell(&cx.ui, &error),
    };
    let exit = match cx.settle_output(exit) {
        Ok(()) => exit,
        Err(error) => tell(&cx.ui, &error),
    };
    cx.ui.sum_up(exit);
    exit
}

/// Reads and decides the settings, then the looks and the logs that follow from
/// them.
fn prepare(
    flags: &Flags,
    environment: &Environment,
    writes_profile: bool,
    ui: &mut Ui,
) -> Result<(Settings, Option<DefaultGuard>), Error> {
    let format = flags.log_format.as_deref().map(str::parse);
    ui.json = matches!(format, Some(Ok(LogFormat::Json)));
    ui.causes = flags.verbose > 0;
    let files = Files::read(flags, environment)?;
    let settings = if writes_profile {
        Settings::resolve_for_writing(flags, environment, &files)?
    } else {
        Settings::resolve(flags, environment, &files)?
    };
    ui.style.color = settings.color.colors(ui.terminal.stdout);
    ui.style.links = settings.hyperlinks && ui.terminal.stdout;
    ui.style.full = settings.full;
    ui.talk.color = settings.color.colors(ui.terminal.stderr);
    ui.quiet = settings.quiet;
    ui.json = settings.logging.format == LogFormat::Json;
    let (target, look) = match &settings.logging.file {
        None => (log::Target::Stderr(ui.stderr.clone()), ui.talk),
        Some(path) => {
            let target = log::Target::file(path, ui.stderr.secrets.clone()).map_err(|error| {
                Error::usage(format!(
                    "cannot write the log file `{}`: {error}",
                    path.display()
                ))
                .hint("--log-file takes a path that can be written")
            })?;
            (target, ui.talk.plain())
        }
    };
    let log = ui::log::begin(&settings.logging.filter, target, ui.json, look);
    for warning in &settings.warnings {
        tracing::warn!("{warning}");
    }
    Ok((settings, log))
}

/// Reports an error; the exit code follows from its kind.
fn tell(ui: &Ui, error: &Error) -> Exit {
    ui.error(error);
    Exit::of(error.kind)
}
