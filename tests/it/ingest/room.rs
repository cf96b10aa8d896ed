//! A room for one test: its own state, its own files, and the program in process.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use gti::{Environment, Io, Terminal};
use tempfile::TempDir;

/// Directories that go with the test.
pub(super) struct Room {
    directory: TempDir,
    pub(super) base_url: String,
}

/// What a run came to.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) code: u8,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Outcome {
    /// The outcome, if it is this exit code.
    #[track_caller]
    pub(super) fn exits(self, code: u8) -> Self {
        assert_eq!(self.code, code, "{}", self.stderr);
        self
    }
}

/// Bytes that are written by one and read by another.
#[derive(Clone, Default)]
pub(super) struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("lock").clone()).expect("text")
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

impl Room {
    pub(super) fn new(base_url: &str) -> Self {
        Self {
            directory: tempfile::tempdir().expect("directory"),
            base_url: base_url.to_owned(),
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Where GTI Alerts are, and their tokens: beside the API.
    fn origin(&self) -> String {
        let url: url::Url = self.base_url.parse().expect("a URL");
        url.origin().ascii_serialization()
    }

    /// What the program finds in its environment.
    pub(super) fn variables(&self) -> Vec<(OsString, OsString)> {
        let path = |name: &str| self.path(name).into_os_string();
        vec![
            ("GTI_API_KEY".into(), "a-test-key-that-is-invented".into()),
            ("GTI_BASE_URL".into(), self.base_url.clone().into()),
            ("GTI_ALERTS_URL".into(), self.origin().into()),
            ("GTI_TOKEN_URL".into(), self.origin().into()),
            ("GTI_ALERTS_PROJECT".into(), "demo".into()),
            ("GTI_STATE_DIR".into(), path("state")),
            ("GTI_CACHE_DIR".into(), path("cache")),
            ("GTI_RETRIES".into(), "0".into()),
            ("HOME".into(), path("home")),
        ]
    }

    /// Runs the program; `{}` in the line is the room's directory.
    pub(super) fn run(&self, line: &str) -> Outcome {
        self.run_into(line, None)
    }

    /// The same, with another standard output.
    pub(super) fn run_into(&self, line: &str, stdout: Option<Box<dyn Write + Send>>) -> Outcome {
        let home = self.directory.path().display().to_string();
        let line = line.replace("{}", &home);
        let words: Vec<&str> = line.split_whitespace().collect();
        self.run_words_into(&words, stdout)
    }

    /// Runs the program with words that may hold blanks.
    pub(super) fn run_words(&self, words: &[&str]) -> Outcome {
        self.run_words_into(words, None)
    }

    fn run_words_into(&self, words: &[&str], stdout: Option<Box<dyn Write + Send>>) -> Outcome {
        let args = std::iter::once(&"gti")
            .chain(words)
            .map(OsString::from)
            .collect();
        let (out, err) = (Shared::default(), Shared::default());
        let io = Io {
            stdin: Box::new(io::empty()),
            stdout: Some(stdout.unwrap_or_else(|| Box::new(out.clone()))),
            stderr: Box::new(err.clone()),
            terminal: Terminal {
                stdin: false,
                stdout: false,
                stderr: false,
                width: 80,
                height: None,
            },
        };
        let environment = Environment::new(self.variables(), Some(self.path("home")));
        let code = gti::run(args, &environment, io);
        Outcome {
            code,
            stdout: out.text(),
            stderr: err.text(),
        }
    }

    /// Runs the program as a process of its own: only there do warnings reach
    /// standard error, because a process logs to one place.
    pub(super) fn spawn(&self, line: &str) -> Outcome {
        let home = self.directory.path().display().to_string();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_gti"))
            .args(line.replace("{}", &home).split_whitespace())
            .env_clear()
            .envs(self.variables())
            .output()
            .expect("a run");
        Outcome {
            code: output
                .status
                .code()
                .and_then(|code| u8::try_from(code).ok())
                .expect("a code"),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// The lines of a file; none where there is none.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.path(name)).unwrap_or_default();
        assert!(text.is_empty() || text.ends_with('\n'), "a torn line");
        text.lines().map(str::to_owned).collect()
    }

    /// The notification ids in a file.
    pub(super) fn ids(&self, name: &str) -> Vec<String> {
        ids(&self.lines(name).join("\n"))
    }
}

/// The notification ids in JSON lines.
pub(super) fn ids(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| {
            let object: serde_json::Value = serde_json::from_str(line).expect(line);
            let id = &object["context_attributes"]["notification_id"];
            id.as_str().expect(line).to_owned()
        })
        .collect()
}
