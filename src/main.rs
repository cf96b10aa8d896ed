//! The `gti` binary: parse, run, exit.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use gti::settings::Environment;
use gti::ui::{Io, Terminal};

fn main() -> ExitCode {
    gti::process::leave_no_core();
    let terminal = Terminal {
        stdin: io::stdin().is_terminal(),
        stdout: io::stdout().is_terminal(),
        stderr: io::stderr().is_terminal(),
        width: gti::ui::terminal_width(),
    };
    let io = Io {
        stdin: Box::new(io::stdin()),
        stdout: stdout(),
        stderr: Box::new(io::stderr()),
        terminal,
    };
    let environment = Environment::new(std::env::vars_os(), std::env::home_dir());
    ExitCode::from(gti::run(std::env::args_os().collect(), environment, io))
}

/// Standard output without a buffer, which would be written out on the way to the
/// exit and could hang there.
#[cfg(unix)]
fn stdout() -> Option<Box<dyn Write + Send>> {
    use std::os::fd::AsFd;

    if !gti::process::stdout_is_open() {
        return None;
    }
    let stdout = io::stdout().as_fd().try_clone_to_owned().ok()?;
    Some(Box::new(std::fs::File::from(stdout)))
}

#[cfg(not(unix))]
fn stdout() -> Option<Box<dyn Write + Send>> {
    Some(Box::new(io::stdout()))
}
