//! Opening something in the user's browser.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use crate::commands::context::Context;
use crate::model::error::{Error, ErrorKind};

/// The program that opens things with whatever the user has chosen for them.
/// None goes through a shell, which would read signs in an address.
fn opener(cx: &Context) -> Command {
    if cfg!(target_os = "macos") {
        cx.child("open")
    } else if cfg!(windows) {
        let mut command = cx.child("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else {
        cx.child("xdg-open")
    }
}

/// Opens a file or an address.
///
/// # Errors
/// State, when there is no program for it, or when it fails.
pub(super) fn open(cx: &Context, what: &OsStr) -> Result<(), Error> {
    let mut command = opener(cx);
    command
        .arg(what)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let program = command.get_program().to_string_lossy().into_owned();
    let reason = match command.status() {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => format!("`{program}` failed: {status}"),
        Err(error) => format!("cannot start `{program}`: {error}"),
    };
    let failure = Error::new(ErrorKind::State, reason);
    Err(failure.hint("open the printed address yourself"))
}
