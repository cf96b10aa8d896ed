//! Where indicators come from.

use crate::support::{Gti, site};

#[test]
fn a_pipe_is_read_without_being_told_to() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for arguments in [&["enrich"][..], &["enrich", "-"], &["enrich", "-i", "-"]] {
        let ran = gti
            .run_on(arguments, "evil.example\n203.0.113.7\n")
            .exits(0);
        assert_eq!(
            ran.each("ioc"),
            ["evil.example", "203.0.113.7"],
            "{arguments:?}"
        );
    }
}

#[test]
fn lines_are_taken_as_editors_and_exports_leave_them() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let text = "\u{feff}evil.example\r\n\r\n# a comment\r\n   \r\n  benign.example\t\r\n#203.0.113.7\nhxxps://evil[.]example/a#part\n203.0.113.7";
    let expected = [
        "evil.example",
        "benign.example",
        "hxxps://evil[.]example/a#part",
        "203.0.113.7",
    ];
    let ran = gti.run_on(&["enrich"], text).exits(0);
    assert_eq!(ran.each("ioc"), expected);
    let path = gti.write("iocs.txt", text);
    let ran = gti
        .run(&["enrich", "-i", path.to_str().expect("a path")])
        .exits(0);
    assert_eq!(ran.each("ioc"), expected);
}

#[test]
fn lines_that_are_no_text_have_their_records_too() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let mut bytes = b"evil.example\n\xff\xfe\x00garbage\n".to_vec();
    bytes.extend(std::iter::repeat_n(b'a', 300_000));
    bytes.extend(b"\nbenign.example\n");
    let ran = gti.run_on(&["enrich"], bytes).exits(3);
    assert_eq!(ran.each("status"), ["ok", "invalid", "invalid", "ok"]);
}

#[test]
fn arguments_come_before_the_file() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.write("iocs.txt", "benign.example\n");
    let ran = gti
        .run(&["enrich", "-i", "iocs.txt", "evil.example"])
        .exits(0);
    assert_eq!(ran.each("ioc"), ["evil.example", "benign.example"]);
    let ran = gti.run_on(&["enrich", "evil.example", "-"], "benign.example");
    assert_eq!(ran.exits(0).each("ioc"), ["evil.example", "benign.example"]);
}

#[test]
fn nothing_to_look_up_is_done_at_once() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for input in ["", "\n\n# nothing\n"] {
        for (format, output) in [("json", "[]\n"), ("jsonl", "")] {
            let ran = gti.run_on(&["enrich", "-f", format], input);
            assert_eq!(ran.exits(0).silently().stdout, output);
        }
        let ran = gti.run_on(&["enrich", "-f", "csv"], input).exits(0);
        assert!(ran.stdout.starts_with("ioc,value,type,status,"));
        assert_eq!(ran.stdout.lines().count(), 1);
    }
    assert_eq!(sandbox.requests(), 0);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let sandbox = site();
    let ran = Gti::asking(&sandbox)
        .run(&["enrich", "-i", "missing.txt"])
        .exits(2);
    assert!(
        ran.stderr.starts_with("error: cannot read `missing.txt`: "),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stdout, "");
}

#[test]
fn key_and_indicators_can_t_share_standard_input() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run_on(&["enrich", "--api-key-file", "-"], "evil.example\n");
    let ran = ran.exits(2);
    assert!(
        ran.stderr.contains("cannot both come from standard input"),
        "{}",
        ran.stderr
    );
    assert_eq!(sandbox.requests(), 0);
    let ran = gti.run_on(
        &["enrich", "--api-key-file", "-", "evil.example"],
        crate::support::KEY,
    );
    assert_eq!(ran.exits(0).each("status"), ["ok"]);
}

const BUNDLE: &str = r#"{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000001","objects":[
 {"type":"report","name":"about.example","external_references":[{"url":"https://blog.example/"}]},
 {"type":"indicator","pattern":"[domain-name:value = 'evil.example']"},
 {"type":"ipv4-addr","value":"203.0.113.7"}]}"#;

const EVENT: &str = r#"{"Event":{"info":"about.example","uuid":"1","Attribute":[
 {"type":"domain","value":"evil.example"},{"type":"link","value":"https://blog.example/"},
 {"type":"ip-dst|port","value":"203.0.113.7|443"}]}}"#;

/// STIX, MISP and arrays give their indicators, in lines or in one line.
#[test]
fn documents_are_recognised() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let array = r#"["evil[.]example", "203.0.113.7"]"#;
    let answer = r#"{"data":[{"id":"evil.example","type":"domain"},{"id":"203.0.113.7"}]}"#;
    for document in [BUNDLE, EVENT, array, answer] {
        for document in [document.to_owned(), document.replace('\n', "")] {
            for command in ["enrich", "widget"] {
                let ran = gti.run_on(&[command, "-"], document.clone()).exits(0);
                let found: Vec<String> = ran.each("ioc");
                let found: Vec<_> = found.iter().map(|it| it.replace("[.]", ".")).collect();
                assert_eq!(found, ["evil.example", "203.0.113.7"], "{document}");
            }
        }
    }
    let cves = r#"[
 {"cve": "CVE-2099-0001",
  "report": {"id": "vulnerability--cve-2099-0001", "description": "like CVE-2099-0002"}}]"#;
    let ran = gti.run_on(&["vuln", "get", "-"], cves).exits(0);
    assert_eq!(ran.each("cve"), ["CVE-2099-0001"]);
    let table = "cve,fixed by\nCVE-2099-0001,CVE-2099-0002\n";
    let ran = gti.run_on(&["vuln", "get", "-", "--column", "CVE"], table);
    assert_eq!(ran.exits(0).each("cve"), ["CVE-2099-0001"]);
}

/// What can't be read is said in one message, not in one record a line.
#[test]
fn a_file_about_something_else_is_refused_in_one_message() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let alert = r#"{"id":"alert-1","type":"alert","title":"about evil.example"}"#;
    for (text, says) in [
        (
            format!("{alert}\n{alert}\n"),
            "the JSON lines name no indicator",
        ),
        (
            format!("[\n{alert},\n{alert}\n]\n"),
            "its items name no indicator",
        ),
        ("{\n \"a\": [".to_owned(), "no valid JSON"),
        (
            r#"{"type":"bundle","objects":[]}"#.to_owned(),
            "no indicator in the JSON",
        ),
    ] {
        for command in ["enrich", "widget"] {
            let ran = gti.run_on(&[command, "-"], text.clone()).exits(2);
            assert_eq!(ran.stdout, "");
            assert!(ran.stderr.contains(says), "{text}: {}", ran.stderr);
            assert!(ran.stderr.contains("--extract"), "{}", ran.stderr);
        }
    }
    for command in [
        &["enrich", "evil.example"][..],
        &["vuln", "get", "CVE-2099-1234"],
    ] {
        let ran = gti.run(&[command, &["--column", "x"]].concat()).exits(2);
        assert!(ran.stderr.contains("--column names a column of a file"));
    }
    assert_eq!(sandbox.requests(), 0);
}

/// The output of one command is the input of the next, in every form that has the
/// indicators.
#[test]
fn feeds_are_looked_up_as_they_come() {
    let gti = Gti::new().with("GTI_SANDBOX", "1");
    for feed in [
        &["ingest", "ioc-stream", "-n", "40"][..],
        &["ingest", "ioc-stream", "-n", "20", "-f", "json"],
        &["ingest", "ioc-stream", "-n", "20", "--shape", "record"],
        &["ingest", "deltas", "-n", "20"],
        &["ingest", "threat-list", "malware", "-n", "20"],
        &["search", "entity:url", "-n", "5"],
        &[
            "enrich",
            "evil.example",
            "http://evil.example/a",
            "-f",
            "json",
        ],
        &[
            "enrich",
            "evil.example",
            "http://evil.example/a",
            "-f",
            "stix",
        ],
        &[
            "enrich",
            "evil.example",
            "http://evil.example/a",
            "-f",
            "misp",
        ],
    ] {
        let fed = gti.run(feed).exits(0).stdout;
        let ran = gti.run_on(&["enrich", "-"], fed.clone());
        let statuses = ran.each("status");
        assert!(!statuses.is_empty(), "{feed:?}");
        let known = |status: &String| status == "ok" || status == "not_found";
        assert!(statuses.iter().all(known), "{feed:?}: {}", ran.stdout);
    }
}
