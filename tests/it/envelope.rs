//! Every command against every answer that means nothing, and against pages that
//! something else sends: an exit code and a word on standard error, and nothing
//! confirmed, committed, cached or submitted.

use std::fs;
use std::thread;

use clap::Command;
use serde_json::json;

use crate::support::{Act, Gti, KEY, RawServer, answer};

const FILE: &str = "d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed";

/// The commands that ask the service, as they are typed.
const COMMANDS: [&str; 73] = [
    "enrich evil.example",
    "enrich 203.0.113.7 http://evil.example/a FILE",
    "enrich evil.example --relationships --expand",
    "enrich FILE --mitre --behaviours",
    "scan url --public http://evil.example/ --no-wait",
    "scan url --public http://evil.example/ --poll-interval 1ms",
    "scan url --private http://evil.example/ --poll-interval 1ms",
    "scan status --public u-a-1",
    "scan status --private u-a-1",
    "scan status --public u-a-1 --wait --poll-interval 1ms",
    "scan rescan FILE --no-wait",
    "scan rescan FILE --poll-interval 1ms",
    "scan delete FILE",
    "scan file --public --if-unknown --no-wait sample.bin",
    "scan file --private --poll-interval 1ms sample.bin",
    "ingest ioc-stream --checkpoint c -o out",
    "ingest ioc-stream --checkpoint c -o out --follow --polls 2 --interval 0s",
    "ingest ioc-stream --since 1h -n 1",
    "ingest threat-list malware --checkpoint c -o out --since 1h",
    "ingest threat-list malware --checkpoint c -o out --since 1h --follow --polls 2 --interval 0s",
    "ingest threat-list --list",
    "ingest collections --checkpoint c -o out --type report",
    "ingest collections --checkpoint c -o out --type report --follow --polls 2 --interval 0s",
    "ingest deltas --checkpoint c -o out --since 1h --type file",
    "ingest deltas --checkpoint c -o out --since 1h --type file --follow --polls 2 --interval 0s",
    "mirror sync --deltas --since 1h",
    "mirror sync --lists malware --since 1h",
    "mirror sync --stream",
    "ingest dtm --checkpoint c -o out",
    "ingest dtm --checkpoint c -o out --follow --polls 2 --interval 0s",
    "ingest dtm --checkpoint c -o out --updates",
    "ingest asm --checkpoint c -o out",
    "ingest asm --checkpoint c -o out --follow --polls 2 --interval 0s",
    "ingest vuln --checkpoint c -o out",
    "ingest vuln --checkpoint c -o out --follow --polls 2 --interval 0s",
    "vuln get CVE-2099-0001",
    "vuln get CVE-2099-0001 --associations --expand",
    "vuln list --all",
    "vuln rank",
    "search x",
    "search x --all",
    "search x --descriptors-only",
    "collection get report--1",
    "collection get report--1 --relationships reports --expand",
    "collection get report--1 --iocs --timeline --mitre --report out",
    "widget evil.example",
    "collection list",
    "dtm list",
    "asm list",
    "asm list --all",
    "dtm show a1",
    "dtm update a1 --status closed",
    "dtm update a1 --add-tag x",
    "dtm monitors",
    "alerts list",
    "alerts list --all",
    "alerts show a1",
    "alerts update a1 --state RESOLVED",
    "alerts documents a1",
    "alerts findings a1",
    "ingest alerts --checkpoint c -o out",
    "ingest alerts --checkpoint c -o out --updates --follow --polls 2 --interval 0s",
    "asm show i1",
    "asm update i1 --status closed",
    "asm update i1 --add-tag x",
    "asm update i1 --remove-tag x",
    "asm projects",
    "quota",
    "auth status",
    "auth login",
    "doctor",
    "api x --paginate",
    "api x",
];

/// The commands that never ask the service.
const OFFLINE: [&str; 35] = [
    "report",
    "sink",
    "version",
    "match",
    "mirror status",
    "mirror get",
    "mirror prune",
    "mirror export",
    "mirror import",
    "mirror publish",
    // It goes on whatever the service answers: annotate.rs shows how.
    "annotate",
    "extract",
    "open",
    "auth import",
    "auth logout",
    "config path",
    "config list",
    "config get",
    "config set",
    "config unset",
    "rules check",
    "rules test",
    "state init",
    "state list",
    "state show",
    "state rewind",
    "state reset",
    "state replay",
    "state verify",
    "cache stats",
    "cache clear",
    "sandbox",
    "completions",
    "man",
    "help",
];

/// Bodies with status 200 that no endpoint may take for an answer.
const MEANINGLESS: [&str; 14] = [
    "",
    "{}",
    "[]",
    "null",
    "\"\"",
    r#"{"data":null}"#,
    r#"{"data":"x"}"#,
    r#"{"data":[17]}"#,
    r#"{"data":{}}"#,
    r#"{"error":{"code":"NotFoundError","message":"x"}}"#,
    r#"{"message":"x"}"#,
    r#"{"success":false,"message":"x"}"#,
    r#"{"success":true,"result":null}"#,
    r#"{"data":{"id":"other.ex"#,
];

/// Statuses of pages on the way.
const PAGES: [&str; 6] = [
    "200 OK",
    "403 Forbidden",
    "404 Not Found",
    "407 Proxy Authentication Required",
    "451 Unavailable For Legal Reasons",
    "502 Bad Gateway",
];

/// What of this `gti api` hands out as it came: it asks for nothing in particular.
const DOCUMENTS: [&str; 10] = [
    "{}",
    "[]",
    "null",
    "\"\"",
    r#"{"data":null}"#,
    r#"{"data":"x"}"#,
    r#"{"data":[17]}"#,
    r#"{"data":{}}"#,
    r#"{"message":"x"}"#,
    r#"{"success":true,"result":null}"#,
];

/// Runs every command against one answer, and gives each with what it came to.
fn against(status: &'static str, body: &'static str, check: fn(&str, i32, &str, &str)) {
    let server = RawServer::start(move |_, _| Act::Send(answer(status, "", body)));
    for command in COMMANDS {
        if command == "api x" && status == "200 OK" && DOCUMENTS.contains(&body) {
            continue;
        }
        let gti = Gti::at(&server.base_url()).with("GTI_RETRIES", "0");
        gti.write("sample.bin", "synthetic");
        let line = command.replace("FILE", FILE);
        let mut arguments: Vec<&str> = line.split(' ').collect();
        arguments.push("-q");
        let stdin = match command {
            "auth login" => KEY,
            "vuln rank" => "web-01 CVE-2099-0001\n",
            _ => "",
        };
        let ran = gti.run_on(&arguments, stdin);
        check(command, ran.code, &ran.stdout, &ran.stderr);
        let told = format!("{command} {status} {body}: {} {}", ran.stdout, ran.stderr);
        assert!(!ran.stderr.trim().is_empty(), "silent: {told}");
        for proof in ["updated", "deleted", "submitted", "completed", "ok"] {
            let proof = format!(r#""status":"{proof}""#);
            // A checklist has lines of its own, and one that failed.
            assert!(
                command == "doctor" || !ran.stdout.contains(&proof),
                "{told}"
            );
        }
        for blame in ["licence", "the key"] {
            assert!(!ran.stderr.contains(blame), "{told}");
        }
        assert!(!gti.config().exists(), "a key was accepted: {told}");
        nothing_is_kept(&gti, &told);
    }
    let published = server.heads().into_iter().filter(|head| {
        head.starts_with("POST /api/v3/files ") || head.starts_with("POST /api/v3/private/files ")
    });
    assert_eq!(
        published.count(),
        // The private file of the table, which is to be sent.
        1,
        "{status} {body}: the file was published"
    );
}

/// Checks that a run has written, committed and cached nothing.
#[track_caller]
fn nothing_is_kept(gti: &Gti, told: &str) {
    let written = fs::read_to_string(gti.work().join("out")).unwrap_or_default();
    assert_eq!(written, "", "{told}");
    if gti.cache().exists() {
        for place in gti.run(&["cache", "stats"]).exits(0).records() {
            assert_eq!(place["entries"], 0, "{told}");
        }
    }
    if gti.world().join("state").exists() {
        for checkpoint in gti.run(&["state", "list"]).exits(0).records() {
            let moved = ["at", "emitted", "dead_letters"].map(|member| checkpoint[member].clone());
            assert_eq!(moved, [json!(null), json!(0), json!(0)], "{told}");
        }
    }
}

#[test]
fn every_command_that_asks_the_service_is_in_the_table() {
    fn leaves(command: &Command, path: &str, all: &mut Vec<String>) {
        let below: Vec<&Command> = command.get_subcommands().collect();
        if below.is_empty() {
            all.push(path.to_owned());
        }
        for one in below {
            leaves(one, format!("{path} {}", one.get_name()).trim(), all);
        }
    }
    let mut all = vec![];
    leaves(&gti::reference::tree(), "", &mut all);
    let is_asking = |path: &str| {
        let begins = format!("{path} ");
        COMMANDS
            .iter()
            .any(|command| *command == path || command.starts_with(&begins))
    };
    let is_offline = |path: &str| {
        let begins = |offline: &str| path == offline || path.starts_with(&format!("{offline} "));
        OFFLINE.iter().any(|offline| begins(offline))
    };
    for path in &all {
        assert!(
            is_asking(path) != is_offline(path),
            "`gti {path}` stands in one of the two tables"
        );
    }
    for offline in OFFLINE {
        assert!(
            all.iter().any(|path| path.starts_with(offline)),
            "{offline}"
        );
    }
}

#[test]
fn what_means_nothing_is_believed_by_no_command() {
    thread::scope(|scope| {
        for body in MEANINGLESS {
            scope.spawn(move || {
                against("200 OK", body, |command, code, stdout, stderr| {
                    assert!(
                        [1, 3, 5, 7].contains(&code),
                        "{command}: {code} {stdout} {stderr}"
                    );
                });
            });
        }
    });
}

#[test]
fn a_page_on_the_way_is_a_failure_of_the_way() {
    thread::scope(|scope| {
        for status in PAGES {
            scope.spawn(move || {
                let page = "<html><head><title>Web Page Blocked</title></head></html>";
                against(status, page, |command, code, stdout, stderr| {
                    assert_eq!(code, 7, "{command}: {stdout} {stderr}");
                    assert!(!stdout.contains("not_found"), "{command}: {stdout}");
                });
            });
        }
    });
}

/// Answers that are objects, and not what was asked for or not to be read.
#[test]
fn an_object_of_another_kind_or_an_unreadable_one_is_no_answer() {
    for (command, body, code) in [
        (
            "vuln get CVE-2099-0001",
            r#"{"data":{"id":"vulnerability--cve-2099-0001","type":"domain","attributes":{"name":"x"}}}"#,
            1,
        ),
        (
            "vuln get CVE-2099-0001",
            r#"{"data":{"id":"vulnerability--cve-2099-0001","type":"collection","attributes":{"collection_type":"report"}}}"#,
            1,
        ),
        (
            "collection get report--1",
            r#"{"data":{"id":"report--1","type":"file","attributes":{"name":"x"}}}"#,
            1,
        ),
        (
            "collection get vulnerability--cve-2099-0001",
            r#"{"data":{"id":"vulnerability--cve-2099-0001","type":"collection","attributes":{"name":"CVE-2099-0002"}}}"#,
            1,
        ),
        (
            "vuln get CVE-2099-0001",
            r#"{"data":{"id":"vulnerability--cve-2099-0001","type":"collection","attributes":{"name":"CVE-2099-0002"}}}"#,
            1,
        ),
        (
            "vuln get CVE-2099-0001",
            r#"{"data":{"id":"vulnerability--cve-2099-0001","type":"collection"}}"#,
            1,
        ),
        (
            "collection get report--1 --relationships reports",
            r#"{"data":{"id":"report--1","type":"collection","attributes":null}}"#,
            1,
        ),
        (
            "enrich evil.example",
            r#"{"data":{"id":"evil.example","type":"domain"}}"#,
            1,
        ),
        (
            "scan status --public u-a-1 --wait",
            r#"{"data":{"id":"u-a-1","type":"analysis"}}"#,
            1,
        ),
        (
            "scan status --public u-a-1",
            r#"{"data":{"id":"u-a-1","type":"analysis","attributes":{"status":null}}}"#,
            1,
        ),
        (
            "enrich evil.example --fail-on malicious",
            r#"{"data":{"id":"evil.example","type":"domain","attributes":{"last_analysis_stats":{"malicious":"many","undetected":60}}}}"#,
            1,
        ),
        (
            "enrich evil.example --fail-on malicious",
            r#"{"data":{"id":"evil.example","type":"domain","attributes":{"gti_assessment":{"verdict":[]},"last_analysis_stats":{"malicious":0,"undetected":60}}}}"#,
            1,
        ),
        (
            "enrich evil.example --fail-on malicious",
            r#"{"data":{"id":"evil.example","type":"domain","attributes":null}}"#,
            1,
        ),
        (
            "enrich evil.example --fail-on malicious",
            r#"{"data":{"id":"evil.example","type":"domain","attributes":{"last_analysis_stats":{"malicious":5},"last_analysis_stats":{"malicious":0}}}}"#,
            1,
        ),
        (
            "auth status",
            r#"{"data":{"id":"x","type":"user","attributes":{"privileges":[]}}}"#,
            1,
        ),
        (
            "vuln list",
            r#"{"data":[{"type":"collection","id":"x","attributes":5}],"meta":{}}"#,
            3,
        ),
    ] {
        let server = RawServer::start(move |_, _| Act::Send(answer("200 OK", "", body)));
        let gti = Gti::at(&server.base_url()).with("GTI_RETRIES", "0");
        let mut arguments: Vec<&str> = command.split(' ').collect();
        arguments.push("-q");
        let ran = gti.run(&arguments).exits(code);
        assert!(!ran.stderr.is_empty(), "silent: {command} {body}");
        assert!(!ran.stdout.contains(r#""status":"ok""#), "{}", ran.stdout);
    }
}

/// What a selection of attributes leaves may be nothing, and a byte order mark is no
/// part of an answer.
#[test]
fn attributes_that_were_not_asked_for_are_not_missed() {
    for (command, body) in [
        (
            "enrich evil.example --attributes reputation",
            r#"{"data":{"id":"evil.example","type":"domain"}}"#,
        ),
        (
            "collection get report--1 --exclude-attributes description",
            r#"{"data":{"id":"report--1","type":"collection"}}"#,
        ),
        (
            "enrich evil.example",
            "\u{feff}{\"data\":{\"id\":\"evil.example\",\"type\":\"domain\",\"attributes\":{}}}",
        ),
        ("vuln list", "\u{feff}{\"data\":[],\"meta\":{}}"),
        ("dtm show a1", "\u{feff}{\"id\":\"a1\"}"),
        (
            "asm projects",
            "\u{feff}{\"success\":true,\"result\":[{\"id\":1}]}",
        ),
    ] {
        let server = RawServer::start(move |_, _| Act::Send(answer("200 OK", "", body)));
        let gti = Gti::at(&server.base_url());
        let arguments: Vec<&str> = command.split(' ').collect();
        let ran = gti.run(&arguments).exits(0);
        assert!(
            !ran.stdout.contains('\u{feff}'),
            "{command}: {}",
            ran.stdout
        );
    }
}
