//! An rsyslog that takes messages over TLS, where it is installed.

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// So long a message may take from the connection to the file.
const PATIENCE: Duration = Duration::from_secs(20);

/// An rsyslog, which ends with the test.
pub(crate) struct Rsyslog {
    directory: TempDir,
    process: Child,
    port: u16,
}

impl Rsyslog {
    /// Starts one whose TLS is done by `driver`; none where there is no rsyslog with it,
    /// which is said.
    pub(crate) fn start(driver: &str) -> Option<Self> {
        let program = ["/usr/sbin/rsyslogd", "/sbin/rsyslogd"];
        let program = program.into_iter().find(|path| Path::new(path).exists());
        let Some(program) = program.filter(|_| has(driver)) else {
            let note = format!(
                "note: no rsyslog with the driver {driver} on this machine, so this test does nothing"
            );
            let _ = writeln!(std::io::stderr(), "{note}");
            return None;
        };
        let directory = tempfile::tempdir().expect("a directory");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let home = directory.path().display();
        let keys = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/support/tls");
        let keys = keys.display();
        let configuration = format!(
            r#"global(workDirectory="{home}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off"
    defaultNetstreamDriverCAFile="{keys}/authority.pem"
    defaultNetstreamDriverCertFile="{keys}/server.pem"
    defaultNetstreamDriverKeyFile="{keys}/server.key")
module(load="imtcp" streamDriver.name="{driver}" streamDriver.mode="1" streamDriver.authMode="anon")
template(name="line" type="string" string="%structured-data% %msg%\n")
ruleset(name="kept") {{ action(type="omfile" file="{home}/messages" template="line") }}
input(type="imtcp" address="127.0.0.1" port="{port}" ruleset="kept")
"#
        );
        let file = directory.path().join("rsyslog.conf");
        std::fs::write(&file, configuration).expect("written");
        let process = Command::new(program)
            .arg("-n")
            .arg("-f")
            .arg(&file)
            .arg("-i")
            .arg(directory.path().join("pid"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("rsyslogd");
        let rsyslog = Self {
            directory,
            process,
            port,
        };
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "rsyslog does not listen");
            std::thread::yield_now();
        }
        Some(rsyslog)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// What it has written, once there are so many lines.
    pub(crate) fn messages(&self, count: usize) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let text = std::fs::read_to_string(self.directory.path().join("messages"));
            let text = text.unwrap_or_default();
            if text.lines().count() >= count || begun.elapsed() > PATIENCE {
                return text.lines().map(str::to_owned).collect();
            }
            std::thread::yield_now();
        }
    }
}

/// Whether rsyslog has a driver.
fn has(driver: &str) -> bool {
    let places = [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/lib",
        "/usr/lib64",
    ];
    let file = format!("rsyslog/lmnsd_{driver}.so");
    places
        .iter()
        .any(|place| Path::new(place).join(&file).exists())
}

impl Drop for Rsyslog {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
