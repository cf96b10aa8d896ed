//! The `gti` binary: parse, run, exit.

use std::process::ExitCode;
use std::thread;

use gti::{Environment, Io};

/// The stack of the thread that everything runs on. jq programs recurse, and the
/// first thread's stack is as large as somebody else has set it.
const STACK: usize = 64 * 1024 * 1024;

/// What a bug ends with: the contract's "unexpected failure".
const UNEXPECTED: u8 = 1;

fn main() -> ExitCode {
    gti::leave_no_core();
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
    let environment = Environment::new(std::env::vars_os(), std::env::home_dir());
    gti::run(
        std::env::args_os().collect(),
        &environment,
        Io::of_process(),
    )
}
