//! The one place that touches standard output and standard error.
//!
//! Data goes to standard output and nothing else does; talk goes to standard
//! error. A reader that closes either early is no error.

mod escape;
pub(crate) mod live;
pub(crate) mod log;
pub(crate) mod pager;
pub(crate) mod progress;
mod report;
pub(crate) mod secrets;
mod stderr;
pub(crate) mod style;
pub(crate) mod wrap;

use std::cell::Cell;
use std::io::{self, IsTerminal, Read, Write};

pub(crate) use self::escape::line as escaped;
pub(crate) use self::stderr::Stderr;

use self::style::Style;

/// The standard streams, handed in by whoever runs the program.
pub struct Io {
    /// Standard input.
    pub stdin: Box<dyn Read + Send>,
    /// Standard output; none if it is closed.
    pub stdout: Option<Box<dyn Write + Send>>,
    /// Standard error.
    pub stderr: Box<dyn Write + Send>,
    /// Which of them are terminals.
    pub terminal: Terminal,
}

impl Io {
    /// The streams that the process was started with.
    pub fn of_process() -> Self {
        Self {
            stdin: Box::new(io::stdin()),
            stdout: stdout(),
            stderr: Box::new(io::stderr()),
            terminal: Terminal {
                stdin: io::stdin().is_terminal(),
                stdout: io::stdout().is_terminal(),
                stderr: io::stderr().is_terminal(),
                width: terminal_width(),
                height: terminal_height(),
            },
        }
    }
}

/// Standard output without a buffer, which would be written out on the way to the
/// exit and could hang there.
#[cfg(unix)]
fn stdout() -> Option<Box<dyn Write + Send>> {
    use std::os::fd::AsFd;

    if !crate::process::stdout_is_open() {
        return None;
    }
    let stdout = io::stdout().as_fd().try_clone_to_owned().ok()?;
    Some(Box::new(std::fs::File::from(stdout)))
}

#[cfg(not(unix))]
fn stdout() -> Option<Box<dyn Write + Send>> {
    Some(Box::new(io::stdout()))
}

/// Which streams are terminals, and how wide they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Whether standard input is one.
    pub stdin: bool,
    /// Whether standard output is one.
    pub stdout: bool,
    /// Whether standard error is one.
    pub stderr: bool,
    /// Columns.
    pub width: usize,
    /// Lines; none where nothing is to be paged.
    pub height: Option<usize>,
}

/// What a command says and shows beside its data.
pub(crate) struct Ui {
    /// Where data goes; taken by the command that writes it.
    stdout: Option<Box<dyn Write + Send>>,
    stdout_is_closed: bool,
    /// Where input comes from; taken by the command that reads it.
    stdin: Option<Box<dyn Read + Send>>,
    /// Standard error.
    pub stderr: Stderr,
    /// Which streams are terminals.
    pub terminal: Terminal,
    /// The look of data for people.
    pub style: Style,
    /// The look of talk.
    pub talk: Style,
    /// Print nothing but errors on standard error.
    pub quiet: bool,
    /// Say how the run went in JSON, as `--log-format json` asks.
    pub json: bool,
    /// Say of a failure what stands behind it, as `-v` asks.
    pub causes: bool,
    /// Whether standard error has had a word on how the run went.
    told: Cell<bool>,
}

impl Ui {
    /// Takes the streams; how they look is decided by whoever knows the settings.
    pub(crate) fn new(io: Io) -> Self {
        let style = Style {
            width: io.terminal.width,
            ..Style::PLAIN
        };
        let page = io.terminal.stderr.then_some(io.terminal.width);
        Self {
            stdout_is_closed: io.stdout.is_none(),
            stdout: io.stdout,
            stdin: Some(io.stdin),
            stderr: Stderr::new(io.stderr, page),
            terminal: io.terminal,
            style,
            talk: style,
            quiet: false,
            json: false,
            causes: false,
            told: Cell::new(false),
        }
    }

    /// A stand-in that hears and says nothing, for when the streams moved on.
    pub(crate) fn mute() -> Self {
        Self::new(Io {
            stdin: Box::new(io::empty()),
            stdout: Some(Box::new(io::sink())),
            stderr: Box::new(io::sink()),
            terminal: Terminal {
                stdin: false,
                stdout: false,
                stderr: false,
                width: 80,
                height: None,
            },
        })
    }

    /// Whether there is no standard output: it was closed from the start.
    pub(crate) fn stdout_is_closed(&self) -> bool {
        self.stdout_is_closed
    }

    /// Standard output, for the one writer of data. A second taker gets a sink
    /// that swallows: there is only one stream of data.
    pub(crate) fn take_stdout(&mut self) -> Box<dyn Write + Send> {
        self.stdout.take().unwrap_or_else(|| Box::new(io::sink()))
    }

    /// Standard input, for the one reader of input.
    pub(crate) fn take_stdin(&mut self) -> Box<dyn Read + Send> {
        self.stdin.take().unwrap_or_else(|| Box::new(io::empty()))
    }

    /// A word on how the run went, which `--quiet` silences.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.told.set(true);
            self.stderr.say([("", text)]);
        }
    }

    /// What a long run comes to, where somebody watches: a line as progress is.
    pub(crate) fn sum(&self, text: &str) {
        if self.terminal.stderr && !self.quiet && !self.json {
            self.stderr.say([("", text)]);
        }
    }

    /// A remark on something else, which `--quiet` silences.
    #[cfg(feature = "sandbox")]
    pub(crate) fn remark(&self, text: &str) {
        if !self.quiet {
            self.stderr.say([("", text)]);
        }
    }

    /// Asks somebody at the terminal for what is typed next.
    pub(crate) fn prompt(&self, text: &str) {
        self.stderr.say_block(text);
    }
}

/// The width of the terminal in columns; 80 where there is none.
pub(crate) fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0).max(40))
}

/// The height of the terminal in lines.
fn terminal_height() -> Option<usize> {
    terminal_size::terminal_size().map(|(_, height)| usize::from(height.0).max(2))
}
