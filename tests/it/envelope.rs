//! Every command against every answer that means nothing, and against pages that
//! something else sends: an exit code and a word on standard error, and nothing
//! confirmed, committed, cached or submitted.

use std::fs;
use std::thread;

use crate::support::{Act, Gti, RawServer, answer};

const FILE: &str = "d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed";

/// The commands that ask the service, as they are typed.
const COMMANDS: [&str; 25] = [
    "enrich evil.example",
    "enrich 203.0.113.7 http://evil.example/a FILE",
    "enrich evil.example --relationships --expand",
    "enrich FILE --mitre --behaviours",
    "scan url --public http://evil.example/ --no-wait",
    "scan status --public u-a-1",
    "scan rescan FILE --no-wait",
    "scan delete FILE",
    "scan file --public --if-unknown --no-wait sample.bin",
    "ingest ioc-stream --checkpoint c -o out",
    "ingest threat-list malware --checkpoint c -o out --since 1h",
    "ingest threat-list --list",
    "ingest dtm --checkpoint c -o out",
    "ingest asm --checkpoint c -o out",
    "ingest vuln --checkpoint c -o out",
    "vuln get CVE-2099-0001",
    "vuln list --all",
    "search x --all",
    "collection get report--1",
    "widget evil.example",
    "dtm show a1",
    "dtm update a1 --status closed",
    "asm update i1 --status closed",
    "quota",
    "api x --paginate",
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

/// Runs every command against one answer, and gives each with what it came to.
fn against(status: &'static str, body: &'static str, check: fn(&str, i32, &str, &str)) {
    let server = RawServer::start(move |_, _| Act::Send(answer(status, "", body)));
    for command in COMMANDS {
        let gti = Gti::at(&server.base_url()).with("GTI_RETRIES", "0");
        gti.write("sample.bin", "synthetic");
        let line = command.replace("FILE", FILE);
        let mut arguments: Vec<&str> = line.split(' ').collect();
        arguments.push("-q");
        let ran = gti.run(&arguments);
        check(command, ran.code, &ran.stdout, &ran.stderr);
        let told = format!("{command} {status} {body}: {}", ran.stderr);
        assert!(!ran.stderr.trim().is_empty(), "silent: {told}");
        for proof in [
            r#""status":"updated""#,
            r#""status":"deleted""#,
            r#""status":"submitted""#,
            r#""status":"ok""#,
        ] {
            assert!(!ran.stdout.contains(proof), "{told}: {}", ran.stdout);
        }
        let written = fs::read_to_string(gti.work().join("out")).unwrap_or_default();
        assert_eq!(written, "", "{told}");
        assert!(
            !ran.stderr.contains("licence") && !ran.stderr.contains("the key"),
            "{told}"
        );
    }
    let uploads = server
        .heads()
        .into_iter()
        .filter(|head| head.starts_with("POST /api/v3/files "));
    assert_eq!(
        uploads.count(),
        0,
        "{status} {body}: the file was published"
    );
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
