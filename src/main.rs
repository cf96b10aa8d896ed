//! The `gti` binary: parse, run, exit.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::thread;

use gti::settings::Environment;
use gti::ui::{Io, Terminal};

/// The stack of the thread that everything runs on. jq programs recurse, and the
/// first thread's stack is as large as somebody else has set it.
const STACK: usize = 64 * 1024 * 1024;

/// What a bug ends with: the contract's "unexpected failure".
const UNEXPECTED: u8 = 1;

fn main() -> ExitCode {
    gti::process::leave_no_core();
    let run = thread::Builder::new()
        .name("gti".to_owned())
        .stack_size(STACK);
    // Where there is no second thread, the first one has to do.
    let code = match run.spawn(gti) {
        Ok(thread) => thread.join().unwrap_or(UNEXPECTED),
        Err(_) => gti(),
    };
    ExitCode::from(code)
}

fn gti() -> u8 {
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
    gti::run(std::env::args_os().collect(), environment, io)
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
