//! Where pages are run: a home directory of their own, and a shell in it.

use std::path::Path;
use std::process::{Command, Stdio};

use gti::sandbox::{KEY, Options, Sandbox};
use tempfile::TempDir;

use super::block::{Block, Step};
use super::compare::steady;

/// Between the outputs of two commands.
const MARK: char = '\u{1e}';

/// The home directory of somebody who follows a page.
pub(super) struct World {
    home: TempDir,
    programs: TempDir,
}

/// What a command came to.
pub(super) struct Ran {
    pub(super) code: i32,
    /// Both streams in the order in which they came.
    pub(super) output: String,
}

impl World {
    pub(super) fn new() -> Self {
        let programs = tempfile::tempdir().expect("a directory");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_gti"), programs.path().join("gti"))
            .expect("a link");
        Self {
            home: tempfile::tempdir().expect("a directory"),
            programs,
        }
    }

    /// Runs a block of shell.
    pub(super) fn script(&self, block: &Block) -> Ran {
        let server = block.server.as_deref().map(server);
        let script = format!("set -e\nexec 2>&1\n{}", block.body.join("\n"));
        let mut command = self.shell(server.as_ref());
        command.arg("-c").arg(script);
        self.run(command)
    }

    /// Types the commands of a block into one shell.
    pub(super) fn console(&self, block: &Block, steps: &[Step]) -> Vec<Ran> {
        let server = block.server.as_deref().map(server);
        let mut script = "exec 2>&1\n".to_owned();
        for step in steps {
            let command = step.command();
            script.push_str(if step.ends_at_terminal() {
                "export GTI_FORMAT=text\n"
            } else {
                "unset GTI_FORMAT\n"
            });
            script.push_str("(exit ${status:-0})\n");
            script.push_str(&command);
            script.push_str("\nstatus=$?; printf '\\036%s\\036' \"$status\"\n");
        }
        let mut command = self.shell(server.as_ref());
        command.arg("-c").arg(script);
        let output = self.run(command).output;
        let parts: Vec<&str> = output.split(MARK).collect();
        parts
            .chunks_exact(2)
            .map(|part| Ran {
                code: part[1].parse().expect("an exit code"),
                output: part[0].to_owned(),
            })
            .collect()
    }

    /// Runs `run.sh` of an example; only its standard output counts.
    pub(super) fn example(&self, directory: &Path) -> Ran {
        let mut command = self.shell(None);
        command
            .args(["-c", "exec ./run.sh"])
            .current_dir(directory)
            .stderr(Stdio::null());
        self.run(command)
    }

    fn shell(&self, server: Option<&Server>) -> Command {
        let path = format!(
            "{}:/usr/local/bin:/usr/bin:/bin",
            self.programs.path().display()
        );
        let mut command = Command::new("/bin/sh");
        command
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.home.path())
            .env("LC_ALL", "C.UTF-8")
            .current_dir(self.home.path())
            .stdin(Stdio::null());
        match server {
            None => command.env("GTI_SANDBOX", "1"),
            Some(server) => {
                let base_url = server.sandbox.base_url();
                let origin = base_url.trim_end_matches("/api/v3");
                command
                    .env("GTI_BASE_URL", &base_url)
                    .env("GTI_ALERTS_URL", origin)
                    .env("GTI_TOKEN_URL", origin)
            }
        };
        if let Some(key) = server.and_then(|server| server.key.as_deref()) {
            command.env("GTI_API_KEY", key);
        }
        command
    }

    fn run(&self, mut command: Command) -> Ran {
        let output = command.output().expect("a shell");
        let home = self.home.path().to_str().expect("text");
        Ran {
            code: output.status.code().unwrap_or(-1),
            output: steady(&String::from_utf8_lossy(&output.stdout), home),
        }
    }
}

/// A sandbox in the process of the test, and the key in the environment.
struct Server {
    sandbox: Sandbox,
    key: Option<String>,
}

fn server(switches: &[(String, String)]) -> Server {
    let mut options = Options::default();
    let mut key = Some(KEY.to_owned());
    for (name, value) in switches {
        match name.as_str() {
            "fault" => options.fault.push(value.parse().expect("a fault")),
            "quota" => options.quota = Some(value.parse().expect("a number")),
            "key" => key = Some(value.clone()).filter(|key| key != "none"),
            other => panic!("`{other}` is no switch of a server"),
        }
    }
    Server {
        sandbox: Sandbox::start(options).expect("a free port"),
        key,
    }
}
