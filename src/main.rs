//! The `gti` binary: parse, run, exit.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use gti::settings::Environment;
use gti::ui::{Io, Terminal};

fn main() -> ExitCode {
    let terminal = Terminal {
        stdin: io::stdin().is_terminal(),
        stdout: io::stdout().is_terminal(),
        stderr: io::stderr().is_terminal(),
        width: gti::ui::terminal_width(),
    };
    let io = Io {
        stdin: Box::new(io::stdin()),
        stdout: Box::new(io::stdout()),
        stderr: Box::new(io::stderr()),
        terminal,
    };
    let environment = Environment::new(std::env::vars_os(), std::env::home_dir());
    ExitCode::from(gti::run(std::env::args_os().collect(), environment, io))
}
