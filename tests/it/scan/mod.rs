//! `gti scan`, end to end against the sandbox.

mod about;
mod faults;
mod files;
mod lost;
mod refusals;
mod urls;
mod waiting;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use gti::sandbox::{Options, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

/// Files whose verdicts are documented.
const MALICIOUS: &str = "gti sandbox malicious file";
const BENIGN: &str = "gti sandbox benign file";

/// A sandbox, and a directory that is home and working directory of the runs.
struct Site {
    sandbox: Sandbox,
    home: TempDir,
}

/// What a run of the program came to.
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Site {
    fn new() -> Self {
        Self::with_faults(&[])
    }

    fn with_faults(faults: &[&str]) -> Self {
        let fault = faults.iter().map(|text| text.parse().expect("a fault"));
        let options = Options {
            fault: fault.collect(),
            ..Options::default()
        };
        Self {
            sandbox: Sandbox::start(options).expect("a sandbox"),
            home: tempfile::tempdir().expect("a directory"),
        }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
        std::fs::write(&path, content).expect("a file");
        path
    }

    /// A file of that many bytes, without as many on the disk.
    fn sized(&self, name: &str, size: u64) -> PathBuf {
        let path = self.file(name, "");
        let file = std::fs::File::options().write(true).open(&path);
        file.and_then(|file| file.set_len(size)).expect("its size");
        path
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gti"));
        command
            .args(line.split_whitespace())
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env("GTI_API_KEY", "key-of-the-tests")
            .env("GTI_BASE_URL", self.sandbox.base_url())
            .stdin(Stdio::null());
        command
    }

    fn run(&self, line: &str) -> Run {
        Run::from(self.command(line).output().expect("the program runs"))
    }

    /// A scan that polls as fast as a test wants.
    fn scan(&self, line: &str) -> Run {
        self.run(&format!("scan {line} --poll-interval 1ms --max-wait 20ms"))
    }

    fn run_with_input(&self, line: &str, input: &str) -> Run {
        use std::io::Write;
        let mut child = self
            .command(line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(input.as_bytes()).expect("written");
        drop(stdin);
        Run::from(child.wait_with_output().expect("it ends"))
    }

    /// How many requests came in for an endpoint.
    fn asked(&self, endpoint: &str) -> u64 {
        self.sandbox.endpoints().get(endpoint).copied().unwrap_or(0)
    }

    /// The endpoints that show something to the community, or ask it.
    fn public_endpoints(&self) -> Vec<String> {
        let private = |name: &str| {
            let path = name.split(' ').nth(1).unwrap_or("");
            ["private/", "_ah/upload/private", "users"]
                .iter()
                .any(|start| path.starts_with(start))
        };
        let touched = self.sandbox.endpoints().into_keys();
        touched.filter(|name| !private(name)).collect()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Run {
    /// The records, which must be JSON lines, and the exit code, which must be
    /// this.
    #[track_caller]
    fn records(&self, code: i32) -> Vec<Value> {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).expect(line))
            .collect()
    }

    /// The only record.
    #[track_caller]
    fn record(&self, code: i32) -> Value {
        let mut records = self.records(code);
        assert_eq!(records.len(), 1, "{}", self.stdout);
        records.remove(0)
    }
}

/// A member of every record, as text.
fn each(records: &[Value], member: &str) -> Vec<String> {
    records
        .iter()
        .map(|record| record[member].as_str().unwrap_or("-").to_owned())
        .collect()
}

fn sha256(bytes: impl AsRef<[u8]>) -> String {
    use sha2::Digest;
    use std::fmt::Write;
    let digest = sha2::Sha256::digest(bytes);
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn name(path: &Path) -> String {
    path.display().to_string()
}
