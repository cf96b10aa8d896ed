//! Every command ends soon after the first signal, whatever it hangs in.

use std::fs;
use std::io::{PipeReader, Write, pipe};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{COMMANDS, with_files, world};
use crate::support::{Act, Gti, RawServer, answer, signal, site};

/// How soon.
const SOON: Duration = Duration::from_secs(2);

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// So many commands at once don't slow each other down.
const AT_ONCE: usize = 6;

/// A program that hangs, and what is told of it if it goes on.
struct Hanging {
    child: Child,
    told: String,
}

impl Hanging {
    /// Starts the program with nobody at its streams but those of `shape`.
    fn start(gti: &Gti, words: &[&str], shape: impl FnOnce(&mut Command)) -> Self {
        let mut command = gti.command(words);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        shape(&mut command);
        Self {
            child: command.spawn().expect("a start"),
            told: words.join(" "),
        }
    }

    fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("asked").is_some()
    }

    /// Its threads, each by its name and whether it rests.
    fn threads(&self) -> Vec<(String, bool)> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id()));
        let tasks = tasks.into_iter().flatten().flatten();
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        tasks
            .map(|task| {
                let stat = read(task.path().join("stat"));
                let rests = stat
                    .rsplit(')')
                    .next()
                    .is_some_and(|rest| rest.starts_with(" S"));
                (read(task.path().join("comm")), rests)
            })
            .collect()
    }

    /// Waits until it listens to signals and, if it ever will, has come to rest;
    /// false if it has ended before that.
    fn settles(&mut self, comes_to_rest: bool) -> bool {
        loop {
            if self.has_ended() {
                return false;
            }
            let threads = self.threads();
            let listens = threads
                .iter()
                .any(|(name, _)| name.starts_with("gti-signals"));
            if listens && (!comes_to_rest || threads.iter().all(|(_, rests)| *rests)) {
                return true;
            }
            std::thread::yield_now();
        }
    }
}

/// Sends a signal to all of them, and sees to it that the end comes soon, with the
/// signal's code.
fn end_soon(hanging: Vec<Hanging>, name: &str) {
    let code = if name == "TERM" { 143 } else { 130 };
    let sent = Instant::now();
    for Hanging { child, .. } in &hanging {
        signal(child, name);
    }
    for Hanging { mut child, told } in hanging {
        let status = child.wait().expect("an end");
        assert_eq!(status.code(), Some(code), "{told}: {status}");
        assert!(sent.elapsed() < SOON, "{told}: {:?}", sent.elapsed());
    }
}

/// A pipe that is full, and its reader, who does not read.
fn full_pipe() -> (PipeReader, Stdio) {
    let (reader, writer) = pipe().expect("a pipe");
    let mut filling = writer.try_clone().expect("a handle");
    // The capacity of a pipe.
    filling.write_all(&vec![b' '; 65536]).expect("filled");
    (reader, writer.into())
}

#[test]
fn a_pipe_that_nobody_reads_holds_no_command() {
    for (n, lines) in COMMANDS.chunks(AT_ONCE).enumerate() {
        let (mut hanging, mut kept) = (vec![], vec![]);
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            let (reader, stdout) = full_pipe();
            let gti = world().with("GTI_SANDBOX", "1");
            let mut child = Hanging::start(&gti, &words, |command| {
                command.stdout(stdout);
            });
            // What has nothing to say ends by itself.
            if child.settles(true) {
                hanging.push(child);
            }
            kept.push((gti, reader));
        }
        end_soon(hanging, if n % 2 == 0 { "TERM" } else { "INT" });
    }
}

#[test]
fn standard_error_that_nobody_reads_holds_nothing_either() {
    let (_reader, stderr) = full_pipe();
    let gti = world().with("GTI_SANDBOX", "1");
    let mut child = Hanging::start(&gti, &["-vvv", "enrich", "evil.example"], |command| {
        command.stderr(stderr);
    });
    assert!(child.settles(true));
    end_soon(vec![child], "TERM");
}

#[test]
fn a_service_that_says_nothing_holds_no_command() {
    let server = RawServer::start(|_, _| Act::SendAndHang(vec![]));
    for (n, lines) in COMMANDS.chunks(AT_ONCE).enumerate() {
        let (mut hanging, mut kept) = (vec![], vec![]);
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            let before = server.requests();
            let gti = with_files(Gti::at(&server.base_url()));
            let mut child = Hanging::start(&gti, &words, |_| {});
            while server.requests() == before && !child.has_ended() {
                std::thread::yield_now();
            }
            // Some ask nothing.
            if !child.has_ended() && child.settles(true) {
                hanging.push(child);
            }
            kept.push(gti);
        }
        end_soon(hanging, if n % 2 == 0 { "INT" } else { "TERM" });
    }
}

#[test]
fn an_input_that_never_ends_holds_no_command() {
    let sandbox = site();
    let lines = [
        "enrich -",
        "enrich --api-key-file - evil.example",
        "quota --api-key-file -",
        "widget -",
        "vuln get -",
        "vuln rank",
        "dtm update --status closed",
        "asm show",
        "scan url --private -",
        "scan rescan -",
        "rules test rules.toml",
        "api ioc_stream -X POST -d @-",
        "auth login",
        "enrich -i fifo",
    ];
    for lines in lines.chunks(AT_ONCE) {
        let (mut hanging, mut kept) = (vec![], vec![]);
        for line in lines {
            let gti = with_files(Gti::asking(&sandbox));
            let made = Command::new("mkfifo").arg(gti.work().join("fifo")).status();
            assert!(made.expect("a run").success());
            let words: Vec<&str> = line.split(' ').collect();
            let (reader, writer) = pipe().expect("a pipe");
            let mut child = Hanging::start(&gti, &words, |command| {
                command.stdin(reader);
            });
            assert!(child.settles(true), "{line}");
            hanging.push(child);
            kept.push((gti, writer));
        }
        end_soon(hanging, "TERM");
    }
}

#[test]
fn a_program_that_never_ends_holds_no_command() {
    let endless = "last(range(1e15))";
    for words in [
        &["enrich", "evil.example", "--jq", endless][..],
        &["ingest", "ioc-stream", "--where", endless],
        &["api", "domains/evil.example", "--jq", endless],
    ] {
        let gti = world().with("GTI_SANDBOX", "1");
        let mut child = Hanging::start(&gti, words, |_| {});
        assert!(child.settles(false));
        end_soon(vec![child], "TERM");
    }
}

#[test]
fn a_lock_that_is_never_let_go_holds_nothing() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ingest = ["ingest", "ioc-stream", "--checkpoint", "c"];
    let mut holder = gti.start(&[&ingest[..], &["--follow", "--interval", "1h"]].concat());
    holder.line();
    let waiting = [&ingest[..], &["--wait-lock", "1h"]].concat();
    let mut child = Hanging::start(&gti, &waiting, |_| {});
    assert!(child.settles(true));
    end_soon(vec![child], "INT");
}

/// What was begun and not answered is told by its name, on standard error and in the
/// record.
#[test]
fn what_was_begun_and_not_answered_is_told() {
    const KNOWN: &str = r#"{"id":"a1","status":"new","type":"file","data":{"id":"a1"}}"#;
    for (words, told) in [
        (
            "dtm update a1 --status closed",
            "not confirmed: the change of a1: ",
        ),
        (
            "scan url --public http://evil.example/ --no-wait",
            "not confirmed: the submission of `http://evil.example/` (public): ",
        ),
        (
            "scan delete abababababababababababababababababababababababababababababababab",
            "not confirmed: the deletion of abab",
        ),
    ] {
        let (begins, begun) = std::sync::mpsc::channel();
        let begins = std::sync::Mutex::new(begins);
        let server = RawServer::start(move |_, head| {
            if head.starts_with("GET ") {
                return Act::Send(answer("200 OK", "", KNOWN));
            }
            let _ = begins.lock().map(|begins| begins.send(()));
            Act::SendAndHang(vec![])
        });
        let gti = Gti::at(&server.base_url());
        let words: Vec<&str> = words.split(' ').collect();
        let running = gti.start(&words);
        begun.recv_timeout(PATIENCE).expect("a change is begun");
        let sent = Instant::now();
        running.signal("INT");
        let ran = running.finish().exits(130);
        assert!(sent.elapsed() < SOON, "{words:?}");
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
        let records = ran.records();
        assert_eq!(records.len(), 1, "{words:?}");
        assert_eq!(records[0]["error"]["unconfirmed"], true, "{}", records[0]);
    }
}
