//! `gti`: a command-line client for Google Threat Intelligence.
//!
//! The crate is laid out in floors: a module names only modules on floors below
//! its own (`docs/architecture.md`; `tests/it/layers.rs` enforces it).

mod bulk;
pub mod client;
mod commands;
mod deliver;
mod enrich;
mod error;
mod feed;
pub mod model;
mod output;
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

use clap::error::ErrorKind;

use crate::commands::context::Context;
use crate::commands::output_file::OutputFile;
use crate::commands::signal::Signals;
use crate::commands::{About, Cli};
use crate::error::{Exit, Failure};
use crate::model::problem::ProblemKind;
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
pub fn run(args: Vec<OsString>, environment: Environment, io: Io) -> u8 {
    let signals = Signals::listen();
    let mut ui = Ui::new(io);
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
        match Cli::read(&escaped) {
            Err(shown) if escaped != args && shown.kind() == error.kind() => shown,
            _ => error,
        }
    })
}

/// Help and version are data; everything else clap says is a mistake.
fn usage(error: &clap::Error, ui: &mut Ui) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            print(ui, error.render().to_string().as_bytes())
        }
        _ => {
            ui.stderr.say_block(&error.render().to_string());
            Exit::Usage
        }
    }
}

/// Writes a text to standard output. A closed pipe ends quietly.
fn print(ui: &mut Ui, text: &[u8]) -> Exit {
    if ui.stdout_is_closed() {
        return tell(ui, &closed_stdout(), LogFormat::Text);
    }
    let mut stdout = ui.take_stdout();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            let failure = Failure::new(
                ProblemKind::State,
                format!("cannot write standard output: {error}"),
            );
            tell(ui, &failure, LogFormat::Text)
        }
        _ => Exit::Done,
    }
}

/// Whoever closes standard output before the program starts gets nothing, and is
/// told so before anything is asked or changed.
fn closed_stdout() -> Failure {
    Failure::new(
        ProblemKind::State,
        "cannot write standard output: it is closed",
    )
    .hinting("open it, or name a file with --output; nothing was asked or changed")
}

fn execute(cli: Cli, environment: Environment, signals: Signals, ui: &mut Ui) -> Exit {
    if let Some(about) = cli.command.about_itself() {
        let text = match about {
            About::Completions(args) => Ok(commands::completions::text(args)),
            About::Man(args) => commands::man::text(args),
            About::Help(args) => commands::help::text(args).map(String::into_bytes),
        };
        return match text {
            Ok(text) => print(ui, &text),
            Err(failure) => tell(ui, &failure, LogFormat::Text),
        };
    }
    let writes_profile = cli.command.writes_profile();
    let flags = cli.global;
    let prepared = prepare(&flags, &environment, writes_profile, ui);
    let (files, settings) = match prepared {
        Ok(prepared) => prepared,
        Err(failure) => {
            let format = flags.log_format.and_then(|format| format.parse().ok());
            return tell(ui, &failure, format.unwrap_or_default());
        }
    };
    let format = settings.logging.format;
    if ui.stdout_is_closed() && Target::of(settings.output.as_deref()) == Target::Stdout {
        return tell(ui, &closed_stdout(), format);
    }
    let mut cx = Context {
        ui: std::mem::replace(ui, Ui::mute()),
        flags,
        environment,
        files,
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
        Err(error) => Err(Failure::new(
            ProblemKind::State,
            format!("the system gave no event loop: {error}"),
        )),
    };
    let exit = match outcome {
        Ok(exit) => exit,
        Err(failure) => tell(&cx.ui, &cx.explain(failure), format),
    };
    let exit = match cx.settle_output(exit) {
        Ok(()) => exit,
        Err(failure) => tell(&cx.ui, &failure, format),
    };
    sum_up(&cx.ui, exit, format);
    exit
}

/// No run ends otherwise than well without a word, not even with `--quiet`.
fn sum_up(ui: &Ui, exit: Exit, format: LogFormat) {
    if exit == Exit::Done || ui.has_told() {
        return;
    }
    let (code, meaning) = (exit.code(), exit.summary());
    match format {
        LogFormat::Text => ui.sum_up(&format!("exit {code}: {meaning}")),
        LogFormat::Json => {
            let line = serde_json::json!({"level": "WARN", "exit": code, "message": meaning});
            ui.tell_json(&line.to_string());
        }
    }
}

/// Reads and decides the settings, then the looks and the logs that follow from
/// them.
fn prepare(
    flags: &Flags,
    environment: &Environment,
    writes_profile: bool,
    ui: &mut Ui,
) -> Result<(Files, Settings), Failure> {
    let files = Files::read(flags, environment)?;
    let settings = if writes_profile {
        Settings::resolve_for_writing(flags, environment, &files)?
    } else {
        Settings::resolve(flags, environment, &files)?
    };
    ui.style.color = settings.color.colors(ui.terminal.stdout);
    ui.talk.color = settings.color.colors(ui.terminal.stderr);
    ui.quiet = settings.quiet;
    let (target, look) = match &settings.logging.file {
        None => (log::Target::Stderr(ui.stderr.clone()), ui.talk),
        Some(path) => {
            let target = log::Target::file(path, ui.stderr.secrets.clone()).map_err(|error| {
                Failure::usage(
                    format!("cannot write the log file `{}`: {error}", path.display()),
                    "--log-file takes a path that can be written",
                )
            })?;
            (target, ui.talk.plain())
        }
    };
    let json = settings.logging.format == LogFormat::Json;
    ui::log::begin(&settings.logging.filter, target, json, look);
    for warning in &settings.warnings {
        tracing::warn!("{warning}");
    }
    Ok((files, settings))
}

/// Tells a failure, and how the process ends with it.
fn tell(ui: &Ui, failure: &Failure, format: LogFormat) -> Exit {
    failure.tell(ui, format);
    failure.exit()
}
