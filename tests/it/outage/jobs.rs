//! The other runs over many inputs: changes, rankings, scans.

use std::time::{Duration, Instant};

use super::{ALL, Service, Trouble, statuses};
use crate::support::{Act, RawServer, answer};

#[test]
fn many_changes_fail_like_one() {
    let ids: Vec<String> = (0..32).map(|n| format!("id{n}")).collect();
    for (trouble, code) in ALL {
        let service = trouble.service();
        let arguments = ["dtm", "update", "--status", "read"];
        let ran = service.gti().run_on(&arguments, ids.join("\n"));
        let ran = ran.exits(code);
        assert_eq!(ran.each("id"), ids, "{trouble:?}");
        assert_eq!(ran.each("status")[31], "not_attempted", "{trouble:?}");
        assert!(
            service.requests() < 40,
            "{trouble:?}: {}",
            service.requests()
        );
        assert!(ran.stderr.lines().count() < 20, "{}", ran.stderr);
        assert!(
            ran.stderr.starts_with("error: "),
            "{trouble:?}: {}",
            ran.stderr
        );
    }
}

#[test]
fn a_ranking_fails_like_one_look_up() {
    let inventory: Vec<String> = (0..32).map(|n| format!("web CVE-2099-{n:04}")).collect();
    for (trouble, code) in ALL {
        let service = trouble.service();
        let ran = service
            .gti()
            .run_on(&["vuln", "rank"], inventory.join("\n"));
        let ran = ran.exits(code);
        let counts = statuses(&ran);
        assert_eq!(counts["error"] + counts["not_attempted"], 32, "{trouble:?}");
        assert!(
            service.requests() < 60,
            "{trouble:?}: {}",
            service.requests()
        );
        assert!(ran.stderr.lines().count() < 20, "{}", ran.stderr);
    }
}

#[test]
fn every_scan_fails_like_one() {
    let urls: Vec<String> = (0..200).map(|n| format!("http://h{n}.example/")).collect();
    let hashes: Vec<String> = (1..=200).map(|n| format!("{n:064x}")).collect();
    for (line, targets) in [
        ("scan url --private -", &urls),
        ("scan url --public -", &urls),
        ("scan rescan -", &hashes),
        ("scan status --private -", &hashes),
    ] {
        for (trouble, code) in ALL {
            let service = trouble.service();
            let words: Vec<&str> = line.split(' ').collect();
            let ran = service.gti().run_on(&words, targets.join("\n"));
            let ran = ran.exits(code);
            assert_eq!(&ran.each("target"), targets, "{line} {trouble:?}");
            let requests = service.requests();
            assert!(requests < 60, "{line} {trouble:?}: {requests}");
            let said = &ran.stderr;
            assert!(said.lines().count() < 20, "{line} {trouble:?}: {said}");
        }
    }
}

/// Targets under way stop as well as those that were not sent yet.
#[test]
fn a_scan_with_a_refused_key_stops_at_once() {
    let urls: Vec<String> = (0..200)
        .map(|n| format!("http://host-{n}.example/"))
        .collect();
    let service = Trouble::Status("401 Unauthorized", "WrongCredentialsError").service();
    let arguments = ["scan", "url", "--public", "-"];
    let ran = service.gti().run_on(&arguments, urls.join("\n")).exits(4);
    assert_eq!(ran.each("target"), urls);
    assert!(service.requests() <= 8, "{}", service.requests());
    let last = &ran.records()[199];
    assert_eq!(last["status"], "failed");
    let message = last["error"]["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("not sent: "), "{message}");
}

/// What was submitted is waited for no longer than it takes to know that it is in vain.
#[test]
fn a_key_that_is_refused_ends_the_waits_of_a_scan() {
    let service = Service::Somebody(RawServer::start(|number, head| {
        if number < 6 && head.starts_with("POST") {
            let body = format!(r#"{{"data":{{"type":"private_analysis","id":"id-{number}"}}}}"#);
            return Act::Send(answer("200 OK", "Content-Type: application/json\r\n", body));
        }
        Trouble::Status("401 Unauthorized", "WrongCredentialsError").act(number)
    }));
    let urls: Vec<String> = (0..30).map(|n| format!("http://h{n}.example/")).collect();
    let began = Instant::now();
    let ran = service
        .gti()
        .run_on(&["scan", "url", "--private", "-"], urls.join("\n"));
    let ran = ran.exits(4);
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(ran.each("target"), urls);
    assert!(
        ran.stdout.contains(r#""analysis_id":"id-"#),
        "{}",
        ran.stdout
    );
}
