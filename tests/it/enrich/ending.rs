//! How a run ends before its input does: signals, and readers that have enough.

#[cfg(target_os = "linux")]
use crate::support::signal;
use crate::support::{Act, Gti, RawServer, answer, hosts, object_of, site};

/// Answers every domain but one, which it never answers.
fn with_a_gap() -> RawServer {
    RawServer::start(|_, head| {
        if head.contains("/domains/never.example") {
            return Act::SendAndHang(vec![]);
        }
        Act::Send(answer("200 OK", "", object_of(head)))
    })
}

#[cfg(unix)]
#[test]
fn signals_end_the_run_with_what_was_answered() {
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let server = with_a_gap();
        let gti = Gti::at(&server.base_url());
        let mut running = gti.start(&[
            "enrich",
            "one.example",
            "two.example",
            "never.example",
            "four.example",
        ]);
        let first = running.line();
        assert!(first.starts_with(r#"{"ioc":"one.example""#), "{first}");
        let second = running.line();
        assert!(second.starts_with(r#"{"ioc":"two.example""#), "{second}");
        running.signal(signal);
        let ran = running.finish();
        assert_eq!(ran.code, code, "{}", ran.stderr);
        // Nothing half, nothing out of order.
        assert_eq!(ran.stdout, "");
        assert_eq!(ran.stderr, "stopped after 2 records\n");
    }
}

/// A run that hangs in a pipe that nobody reads is ended by signals all the same.
#[cfg(target_os = "linux")]
#[test]
fn a_second_signal_ends_what_hangs() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    let sandbox = site();
    let (_reader, mut full) = std::io::pipe().expect("a pipe");
    // All that a pipe holds, so that the program's first byte hangs.
    full.write_all(&vec![b' '; 65_536]).expect("written");
    let mut child = Gti::asking(&sandbox)
        .command(&["enrich", "evil.example", "-vv"])
        .stdin(Stdio::null())
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn()
        .expect("a start");
    let talk = BufReader::new(child.stderr.take().expect("open"));
    let answered = talk
        .lines()
        .map_while(Result::ok)
        .any(|line| line.contains("status=200"));
    assert!(answered);
    let patience = Instant::now() + Duration::from_mins(1);
    let status = loop {
        if let Some(status) = child.try_wait().expect("a state") {
            break status;
        }
        assert!(Instant::now() < patience, "it hangs");
        signal(&child, "TERM");
    };
    assert_eq!(status.code(), Some(143));
}

#[cfg(unix)]
#[test]
fn an_interrupted_document_is_still_one() {
    let server = with_a_gap();
    let gti = Gti::at(&server.base_url());
    let mut running = gti.start(&["enrich", "one.example", "never.example", "-f", "json"]);
    let beginning = running.until(r#""attributes":{}}}"#);
    running.signal("TERM");
    let ran = running.finish();
    assert_eq!(ran.code, 143);
    let document = beginning + &ran.stdout;
    let records: Vec<serde_json::Value> = serde_json::from_str(&document).expect("an array");
    assert_eq!(records.len(), 1);
}

/// `gti … | head -1`: no message, no failure, and no more requests than were
/// under way.
#[test]
fn a_reader_that_has_enough_ends_the_run_quietly() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.write("iocs.txt", hosts(2000).join("\n"));
    for format in ["jsonl", "json", "csv", "text"] {
        let before = sandbox.requests();
        let mut running = gti.start(&["enrich", "-i", "iocs.txt", "-f", format, "--no-cache"]);
        running.line();
        running.close_stdout();
        let ran = running.finish();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{format}");
        assert!(sandbox.requests() - before < 2000, "{format}");
    }
}

#[test]
fn help_into_a_closed_pipe_is_quiet_too() {
    let gti = Gti::new();
    for arguments in [
        &["--help"][..],
        &["help", "exit-codes"],
        &["completions", "bash"],
        &["man"],
    ] {
        let mut running = gti.start(arguments);
        running.close_stdout();
        let ran = running.finish();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
    }
}

/// Talk that nobody listens to is no reason to stop working.
#[test]
fn a_listener_that_has_gone_is_no_failure() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let mut running = gti.start(&["enrich", "evil.example", "notfound.example", "-vvv"]);
    running.close_stderr();
    let ran = running.finish().exits(0);
    assert_eq!(ran.each("status"), ["ok", "not_found"]);
}

/// The first record is out while later ones are still being asked for.
#[test]
fn records_come_as_they_are_ready() {
    let server = with_a_gap();
    let gti = Gti::at(&server.base_url());
    for format in ["jsonl", "json", "csv", "text"] {
        let mut running = gti.start(&[
            "enrich",
            "one.example",
            "never.example",
            "-f",
            format,
            "--no-cache",
        ]);
        running.until("one.example");
    }
}

/// A slow record holds back those behind it, and none is lost.
#[test]
fn order_holds_while_one_is_slow() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&["enrich", "slow.example", "evil.example", "benign.example"]);
    assert_eq!(
        ran.exits(0).each("value"),
        ["slow.example", "evil.example", "benign.example"]
    );
}
