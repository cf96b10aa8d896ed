//! A stage for one scene: a service whose clock stands still, a directory, and the
//! program in process, on a pipe or on a terminal.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, Cursor, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use gti::{Environment, Io, Terminal};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::support::{KEY, Options, Sandbox, sandbox};

/// Lines of standard output that a snapshot shows at most.
const MOST_LINES: usize = 60;

/// Columns of a line that a snapshot shows at most: records are JSON on one line.
const MOST_COLUMNS: usize = 240;

/// The port in place of the one that the system gave.
const PORT: &str = "127.0.0.1:8080";

/// The time in place of those that the run itself made.
const TIME: &str = "2026-01-02T03:04:05Z";

/// The directory in place of the stage's own.
const ROOM: &str = "/room";

/// When the sandbox takes it to be. It is long past, so that times of the run can
/// be told from its times.
fn noon() -> Timestamp {
    Timestamp::from_second(1_766_232_000).expect("2025-12-20T12:00:00Z")
}

/// Where the sandbox's other service is: GTI Alerts.
fn origin(sandbox: &Sandbox) -> String {
    sandbox.base_url().trim_end_matches("/api/v3").to_owned()
}

/// Where a run takes place.
pub(super) struct Stage {
    _sandbox: Sandbox,
    room: TempDir,
    variables: Vec<(OsString, OsString)>,
    terminal: Terminal,
}

impl Stage {
    /// With a faultless service, and nothing but pipes.
    pub(super) fn new() -> Self {
        Self::on(Options::default())
    }

    /// With a service that has these switches.
    pub(super) fn on(options: Options) -> Self {
        let sandbox = sandbox(Options {
            now: noon,
            ..options
        });
        let room = tempfile::tempdir().expect("a directory");
        let path = |name: &str| room.path().join(name).into_os_string();
        let variables = vec![
            ("GTI_API_KEY".into(), KEY.into()),
            ("GTI_BASE_URL".into(), sandbox.base_url().into()),
            ("GTI_ALERTS_URL".into(), origin(&sandbox).into()),
            ("GTI_TOKEN_URL".into(), origin(&sandbox).into()),
            ("GTI_STATE_DIR".into(), path("state")),
            ("GTI_CACHE_DIR".into(), path("cache")),
            ("GTI_RETRIES".into(), "0".into()),
            ("XDG_CONFIG_HOME".into(), path("config")),
            ("HOME".into(), path("home")),
        ];
        Self {
            _sandbox: sandbox,
            room,
            variables,
            terminal: Terminal {
                stdin: false,
                stdout: false,
                stderr: false,
                width: 80,
                height: None,
            },
        }
    }

    /// With a terminal of so many columns instead of pipes.
    pub(super) fn at(mut self, width: usize) -> Self {
        self.terminal = Terminal {
            stdin: true,
            stdout: true,
            stderr: true,
            width,
            height: None,
        };
        self
    }

    /// With so many lines on the terminal, and so with a pager.
    pub(super) fn tall(mut self, height: usize) -> Self {
        self.terminal.height = Some(height);
        self
    }

    /// With an environment variable; an older one of the name goes.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(before, _)| before != name);
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Without an environment variable.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.variables.retain(|(before, _)| before != name);
        self
    }

    /// A file of the room.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.room.path().join(name)
    }

    /// Puts a file into the room.
    pub(super) fn write(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.path(name), content).expect("written");
        self
    }

    /// Plays a command line, in which `/room` is the room.
    pub(super) fn run(&self, line: &str) -> String {
        self.run_on("", line)
    }

    /// The same, with this on standard input.
    pub(super) fn run_on(&self, stdin: &str, line: &str) -> String {
        let room = self.room.path().display().to_string();
        let arguments = words(line).map(|word| word.replace(ROOM, &room).into());
        let (out, err) = (Shared::default(), Shared::default());
        let io = Io {
            stdin: Box::new(Cursor::new(stdin.to_owned())),
            stdout: Some(Box::new(out.clone())),
            stderr: Box::new(err.clone()),
            terminal: self.terminal,
        };
        let environment = Environment::new(self.variables.clone(), Some(self.path("home")));
        let args = std::iter::once("gti".into()).chain(arguments).collect();
        let code = gti::run(args, &environment, io);
        let mut scene = format!("$ gti {line}\n");
        scene.push_str(&abridged(&self.steady(&out.text())));
        let said = self.steady(&err.text());
        if !said.is_empty() {
            let _ = write!(scene, "--- stderr\n{}", abridged(&said));
        }
        let _ = write!(scene, "--- exit {code}");
        scene
    }

    /// The text with what differs from run to run replaced.
    fn steady(&self, text: &str) -> String {
        let room = self.room.path().display().to_string();
        let text = text.replace(&room, ROOM).replace("\r\n", "\n");
        waits(&durations(&sizes(&times(&ports(&text)))))
    }
}

/// The words of a line; blanks between single quotes part none.
fn words(line: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    for (at, part) in line.split('\'').enumerate() {
        let mut pieces = part.split(if at % 2 == 0 { ' ' } else { '\0' });
        if let (Some(last), Some(piece)) = (words.last_mut(), pieces.next()) {
            last.push_str(piece);
        }
        words.extend(pieces.map(str::to_owned));
    }
    words.into_iter().filter(|word| !word.is_empty())
}

/// The text with long lines and long outputs cut, and a word on how much is gone.
fn abridged(text: &str) -> String {
    let mut shown = String::new();
    for line in text.lines().take(MOST_LINES) {
        let kept: String = line.chars().take(MOST_COLUMNS).collect();
        let gone = line.chars().count() - kept.chars().count();
        shown.push_str(&kept);
        if gone > 0 {
            let _ = write!(shown, "… ({gone} more characters)");
        }
        shown.push('\n');
    }
    let gone = text.lines().count().saturating_sub(MOST_LINES);
    if gone > 0 {
        let _ = writeln!(shown, "… ({gone} more lines)");
    }
    shown
}

/// One port for all.
fn ports(text: &str) -> String {
    let mut parts = text.split("127.0.0.1:");
    let mut steady = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        steady.push_str(PORT);
        steady.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    steady
}

/// One time for all that the run made or reckoned from its own clock: they lie long
/// after those of the sandbox, and before those that belong to no clock.
fn times(text: &str) -> String {
    let hours = |days: i64| SignedDuration::from_hours(days * 24);
    let ours = noon() + hours(120)..Timestamp::now() + hours(60);
    let is_ours = |word: &str| word.parse().is_ok_and(|time| ours.contains(&time));
    let belongs = |c: char| c.is_ascii_digit() || "-:.TZ".contains(c);
    swapped(text, belongs, |word| match word.strip_suffix('.') {
        Some(last) => is_ours(last).then_some("2026-01-02T03:04:05Z."),
        None => is_ours(word).then_some(TIME),
    })
}

/// One size for all: what is stored on a disk depends on the port.
fn sizes(text: &str) -> String {
    let mut parts = text.split("_bytes\":");
    let mut steady = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        steady.push_str("_bytes\":1000");
        steady.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    steady
}

/// One waiting time for all that end a line.
fn waits(text: &str) -> String {
    let is_wait = |word: &str| {
        let number = word.trim_end_matches(|c| "dhm".contains(c));
        number.len() + 1 == word.len() && number.chars().all(|c| c.is_ascii_digit())
    };
    let steady = |line: &str| match line.rsplit_once(" in ") {
        Some((before, wait)) if wait.split_whitespace().all(is_wait) => {
            format!("{before} in 1d 2h\n")
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(steady).collect()
}

/// One duration for all that a run says it took.
fn durations(text: &str) -> String {
    let Some((before, after)) = text.rsplit_once(" requests, ") else {
        return text.to_owned();
    };
    let rest = after.split_once('\n').map_or("", |(_, rest)| rest);
    format!("{before} requests, 0.1 s\n{rest}")
}

/// The text with its runs of such characters replaced.
fn swapped(
    text: &str,
    belongs: impl Fn(char) -> bool,
    instead: impl Fn(&str) -> Option<&'static str>,
) -> String {
    let mut steady = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(&belongs) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !belongs(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        steady.push_str(before);
        steady.push_str(instead(word).unwrap_or(word));
        rest = after;
    }
    steady + rest
}

/// Bytes that are written by one and read by another.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8(bytes.clone()).expect("text")
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("lock").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
