//! `gti annotate --protocol rsyslog` within a real rsyslog, where there is one.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::mirror::known;
use crate::support::{Gti, KEY};

/// Messages that are sent.
const MESSAGES: usize = 3_000;
/// After this long the server is taken to hang.
const PATIENCE: Duration = Duration::from_mins(2);

/// The server; it ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program() -> Option<&'static str> {
    let places = ["/usr/sbin/rsyslogd", "/usr/bin/rsyslogd"];
    let found = places.into_iter().find(|place| Path::new(place).exists());
    if found.is_none() {
        let note = "note: no rsyslog on this machine, so this test does nothing";
        let _ = writeln!(std::io::stderr(), "{note}");
    }
    found
}

/// Waits until something is there.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn every_message_arrives_annotated() {
    let Some(program) = program() else { return };
    let room = known();
    let gti = Gti::new();
    let work = gti.work();
    let path = |name: &str| work.join(name).display().to_string();
    // rsyslog starts programs with an empty environment.
    let annotate = format!(
        "#!/bin/sh\nexec /usr/bin/env HOME={home} GTI_STATE_DIR={state} GTI_API_KEY={KEY} {gti} annotate --protocol rsyslog --from mirror -q\n",
        home = gti.home().display(),
        state = room.path("state").display(),
        gti = env!("CARGO_BIN_EXE_gti"),
    );
    let script = gti.write("annotate", annotate);
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("set");
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let config = format!(
        "global(workDirectory=\"{work}\")\n\
         module(load=\"imptcp\")\n\
         module(load=\"mmexternal\")\n\
         template(name=\"line\" type=\"string\" string=\"%$!gti!status%|%$!gti!worst!value%|%msg%\\n\")\n\
         input(type=\"imptcp\" address=\"127.0.0.1\" port=\"{port}\")\n\
         action(type=\"mmexternal\" binary=\"{script}\" interface.input=\"msg\")\n\
         action(type=\"omfile\" file=\"{out}\" template=\"line\")\n",
        work = work.display(),
        script = path("annotate"),
        out = path("out"),
    );
    let config = gti.write("rsyslog.conf", config);
    let _server = Server(
        Command::new(program)
            .arg("-n")
            .arg("-f")
            .arg(&config)
            .arg("-i")
            .arg(path("pid"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a start"),
    );
    let mut socket = until("the port", || TcpStream::connect(("127.0.0.1", port)).ok());
    for number in 0..MESSAGES {
        let host = if number.is_multiple_of(10) {
            "www.evil.example"
        } else {
            "good.invalid"
        };
        writeln!(
            socket,
            "<13>Jan  2 03:04:05 host app: {number} query {host}"
        )
        .expect("sent");
    }
    drop(socket);
    let text = until("every message", || {
        let text = fs::read_to_string(work.join("out")).ok()?;
        let arrived = text.lines().filter(|line| line.contains(" query ")).count();
        (arrived == MESSAGES).then_some(text)
    });
    let mut numbers = BTreeSet::new();
    for line in text.lines().filter(|line| line.contains(" query ")) {
        let parts: Vec<&str> = line.splitn(3, '|').collect();
        let number = parts[2].split_whitespace().next().expect(line);
        let number: usize = number.parse().expect(line);
        let told = if number.is_multiple_of(10) {
            ["ok", "evil.example"]
        } else {
            ["none", ""]
        };
        assert_eq!(parts[..2], told, "{line}");
        numbers.insert(number);
    }
    assert_eq!(numbers.len(), MESSAGES);
}
