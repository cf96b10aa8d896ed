//! The built program, run in a world of its own.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use gti::sandbox::Sandbox;
use serde_json::Value;
use tempfile::TempDir;

use super::KEY;

/// After this long a run is taken to hang. Nothing here takes a tenth of it.
const PATIENCE: Duration = Duration::from_mins(2);

/// The program with an environment, a home directory and a working directory
/// that hold nothing but what a test puts there.
pub(crate) struct Gti {
    world: TempDir,
    variables: Vec<(String, String)>,
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A run that goes on.
pub(crate) struct Running {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
}

impl Gti {
    /// Without a key and without a service.
    pub(crate) fn new() -> Self {
        let world = tempfile::tempdir().expect("a directory");
        for name in ["home", "work"] {
            fs::create_dir(world.path().join(name)).expect("a directory");
        }
        Self {
            world,
            variables: vec![],
        }
    }

    /// With a key, and with a service at this address.
    /// GTI Alerts are at the same origin.
    pub(crate) fn at(base_url: &str) -> Self {
        let origin = base_url
            .splitn(4, '/')
            .take(3)
            .collect::<Vec<_>>()
            .join("/");
        Self::new()
            .with("GTI_API_KEY", KEY)
            .with("GTI_BASE_URL", base_url)
            .with("GTI_ALERTS_URL", &origin)
            .with("GTI_TOKEN_URL", &origin)
            .with("GTI_ALERTS_PROJECT", "demo")
    }

    /// With a key, and with this sandbox for a service.
    pub(crate) fn asking(sandbox: &Sandbox) -> Self {
        Self::at(&sandbox.base_url())
    }

    /// With an environment variable; an older one of the name goes.
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<Path>) -> Self {
        let value = value.as_ref().to_str().expect("text").to_owned();
        self.variables.retain(|(before, _)| before != name);
        self.variables.push((name.to_owned(), value));
        self
    }

    /// Without an environment variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.variables.retain(|(before, _)| before != name);
        self
    }

    /// Everything of this world.
    pub(crate) fn world(&self) -> &Path {
        self.world.path()
    }

    /// The home directory.
    pub(crate) fn home(&self) -> PathBuf {
        self.world().join("home")
    }

    /// The working directory.
    pub(crate) fn work(&self) -> PathBuf {
        self.world().join("work")
    }

    /// Where the cache is.
    pub(crate) fn cache(&self) -> PathBuf {
        self.world().join("cache")
    }

    /// Where the configuration file is, or would be.
    pub(crate) fn config(&self) -> PathBuf {
        self.world().join("config/gti/config.toml")
    }

    /// Puts a file into the working directory.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.work().join(name);
        fs::write(&path, content).expect("written");
        path
    }

    /// Puts the configuration in place, for its owner alone.
    pub(crate) fn write_config(&self, text: &str) {
        let path = self.config();
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(&path, text).expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
        }
    }

    /// The command, ready to run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(env!("CARGO_BIN_EXE_gti"));
        command.args(arguments);
        command
    }

    /// Another program in the same surroundings, in which `gti` is a command.
    pub(crate) fn program(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.work())
            .env_clear()
            .env("HOME", self.home())
            .env("XDG_CONFIG_HOME", self.world().join("config"))
            .env("XDG_STATE_HOME", self.world().join("xdg-state"))
            .env("XDG_CACHE_HOME", self.world().join("xdg-cache"))
            .env("GTI_STATE_DIR", self.world().join("state"))
            .env("GTI_CACHE_DIR", self.cache())
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        let here = Path::new(env!("CARGO_BIN_EXE_gti")).parent();
        let search = std::env::var_os("PATH").unwrap_or_default();
        let places = here.map(Path::to_owned).into_iter();
        let places = places.chain(std::env::split_paths(&search));
        if let Ok(search) = std::env::join_paths(places)
            && program != env!("CARGO_BIN_EXE_gti")
        {
            command.env("PATH", search);
        }
        #[cfg(windows)]
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
        command
    }

    /// Runs it to its end, with nothing on standard input.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_on(arguments, "")
    }

    /// Runs it to its end, with this on standard input.
    pub(crate) fn run_on(&self, arguments: &[&str], stdin: impl Into<Vec<u8>>) -> Ran {
        let output = assert_cmd::Command::from_std(self.command(arguments))
            .write_stdin(stdin.into())
            .timeout(PATIENCE)
            .output()
            .expect("a run");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let ran = Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        assert_ne!(ran.code, -1, "{arguments:?} was killed: {ran:?}");
        ran
    }

    /// Starts it, with standard input at its end if `stdin` is nothing.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a start");
        let stdout = child.stdout.take().map(BufReader::new);
        Running { child, stdout }
    }
}

impl Running {
    /// The next line of standard output, without its end.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout
            .as_mut()
            .expect("open")
            .read_line(&mut line)
            .expect("a line");
        line.trim_end().to_owned()
    }

    /// Standard output up to and with this text.
    pub(crate) fn until(&mut self, text: &str) -> String {
        let stdout = self.stdout.as_mut().expect("open");
        let mut seen = vec![];
        let mut byte = [0];
        while !seen.ends_with(text.as_bytes()) {
            stdout.read_exact(&mut byte).expect("more");
            seen.push(byte[0]);
        }
        String::from_utf8(seen).expect("UTF-8")
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Closes the reading end of standard output.
    pub(crate) fn close_stdout(&mut self) {
        self.stdout = None;
    }

    /// Closes the reading end of standard error.
    pub(crate) fn close_stderr(&mut self) {
        self.child.stderr = None;
    }

    /// Sends a signal by its name: `TERM`, `INT`.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// Reads the rest and waits for the end.
    pub(crate) fn finish(mut self) -> Ran {
        let stderr = self.child.stderr.take();
        let talk = std::thread::spawn(move || {
            let mut text = String::new();
            if let Some(mut stderr) = stderr {
                stderr.read_to_string(&mut text).expect("UTF-8");
            }
            text
        });
        let mut stdout = String::new();
        if let Some(mut rest) = self.stdout.take() {
            rest.read_to_string(&mut stdout).expect("UTF-8");
        }
        let code = self.child.wait().expect("an end").code().unwrap_or(-1);
        Ran {
            code,
            stdout,
            stderr: talk.join().expect("read"),
        }
    }
}

/// Sends a signal to a process by its name.
#[cfg(unix)]
pub(crate) fn signal(process: &Child, name: &str) {
    let sent = Command::new("/bin/sh")
        .args(["-c", "kill -s \"$0\" \"$1\"", name])
        .arg(process.id().to_string())
        .status()
        .expect("a shell");
    assert!(sent.success());
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended can't be killed, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ran {
    /// Checks the exit code; shows everything if it is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "exit code\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// Checks that nothing was said but how the run ended, if not well.
    #[track_caller]
    pub(crate) fn silently(self) -> Self {
        if self.code == 0 {
            assert_eq!(self.stderr, "", "standard error");
            return self;
        }
        let summary = format!("exit {}: ", self.code);
        let one_line = self.stderr.lines().count() == 1 && self.stderr.starts_with(&summary);
        assert!(one_line, "standard error: {}", self.stderr);
        self
    }

    /// The records, one a line.
    #[track_caller]
    pub(crate) fn records(&self) -> Vec<Value> {
        let record = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        };
        self.stdout.lines().map(record).collect()
    }

    /// One member of each record as text: `null` for one that is missing.
    #[track_caller]
    pub(crate) fn each(&self, member: &str) -> Vec<String> {
        let text = |record: &Value| match &record[member] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.records().iter().map(text).collect()
    }
}
