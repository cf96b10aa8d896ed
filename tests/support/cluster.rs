//! A `PostgreSQL` server of one test, where its programs are installed.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A server with a database `gti`. It ends with the test.
pub(crate) struct Cluster {
    directory: TempDir,
    programs: PathBuf,
    port: u16,
}

/// Where distributions put the programs of the server.
fn programs() -> Option<PathBuf> {
    let versions = Path::new("/usr/lib/postgresql").read_dir().into_iter();
    let installed = versions
        .flatten()
        .flatten()
        .map(|one| one.path().join("bin"));
    let mut found: Vec<PathBuf> = installed
        .chain(["/usr/bin", "/usr/local/bin"].map(PathBuf::from))
        .filter(|directory| directory.join("initdb").exists())
        .collect();
    found.sort();
    found.pop()
}

impl Cluster {
    /// Starts a server; none where there is no `PostgreSQL`, which is said.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(
                std::env::var_os("GTI_TEST_POSTGRES").is_none(),
                "GTI_TEST_POSTGRES is set, and there is no PostgreSQL"
            );
            let note = "note: no PostgreSQL on this machine, so this test does nothing";
            let _ = writeln!(std::io::stderr(), "{note}");
            return None;
        };
        let directory = tempfile::tempdir().expect("a directory");
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let cluster = Self {
            directory,
            programs,
            port,
        };
        if is_root() {
            // The server refuses to run as root.
            let owned = Command::new("chown")
                .arg("postgres")
                .arg(cluster.directory.path())
                .status()
                .expect("chown");
            assert!(owned.success());
        }
        let data = cluster.data();
        let data = data.to_str().expect("text");
        let arguments = "-A trust -U postgres -E UTF8 --no-locale --no-sync -D";
        let arguments: Vec<&str> = arguments.split(' ').chain([data]).collect();
        cluster.program("initdb", &arguments);
        let settings = format!(
            "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n\
             fsync = off\nmax_connections = 50\n"
        );
        let file = cluster.data().join("postgresql.auto.conf");
        std::fs::write(file, settings).expect("settings");
        cluster.resume();
        cluster.sql_in("postgres", "CREATE DATABASE gti");
        Some(cluster)
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/gti", self.port)
    }

    /// The address for another user.
    pub(crate) fn url_of(&self, user: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/gti", self.port)
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Kills the server without a word to anybody.
    pub(crate) fn kill(&self) {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).expect("a pid");
        let pid = file.lines().next().expect("a pid").to_owned();
        let killed = Command::new("kill").args(["-9", &pid]).status();
        assert!(killed.expect("kill").success());
    }

    /// Starts the server that was stopped or killed.
    pub(crate) fn resume(&self) {
        let data = self.data();
        let log = self.directory.path().join("log");
        let (data, log) = (data.to_str().expect("text"), log.to_str().expect("text"));
        // What the killed one left in memory goes with its last process.
        for turn in 0.. {
            let started = self.attempt("pg_ctl", &["-D", data, "-l", log, "-w", "start"]);
            if started.status.success() {
                return;
            }
            let said = std::fs::read_to_string(log).unwrap_or_default();
            assert!(turn < 50, "PostgreSQL does not start: {said}");
        }
    }

    /// What a statement yields: a line a row, fields separated by `|`.
    pub(crate) fn sql(&self, statement: &str) -> String {
        self.sql_in("gti", statement)
    }

    fn sql_in(&self, database: &str, statement: &str) -> String {
        let port = self.port.to_string();
        let output = Command::new("psql")
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &port,
                "-U",
                "postgres",
                "-At",
                "-X",
            ])
            .args(["-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement])
            .output()
            .expect("psql");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        assert!(
            output.status.success(),
            "{statement}: {}",
            text(output.stderr)
        );
        text(output.stdout).trim_end().to_owned()
    }

    fn program(&self, name: &str, arguments: &[&str]) {
        let output = self.attempt(name, arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {said}");
    }

    fn attempt(&self, name: &str, arguments: &[&str]) -> Output {
        let program = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // A pipe would be held by the server that stays.
        command
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .expect(name)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        let data = data.to_str().unwrap_or_default();
        self.attempt("pg_ctl", &["-D", data, "-m", "immediate", "-w", "stop"]);
    }
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
