//! `-o FILE` of commands that give one answer: a run that fails leaves the file as
//! it was, whatever fails and whichever command it is.

use std::fs;
use std::path::Path;

use crate::support::{Act, FILES, Gti, RawServer, answer, site};

/// Commands that read, each with a line that is in order.
const COMMANDS: [&[&str]; 16] = [
    &["enrich", "evil.example"],
    &["enrich", "evil.example", "-f", "json"],
    &["enrich", "evil.example", "benign.example", "-f", "csv"],
    &["vuln", "get", "CVE-2026-0001"],
    &["vuln", "list", "--kev"],
    &["search", "ransomware"],
    &["collection", "get", "malware--0001"],
    &["dtm", "show", "alert-1"],
    &["dtm", "monitors"],
    &["asm", "show", "issue-1"],
    &["asm", "projects"],
    &["quota"],
    &["widget", "evil.example"],
    &["widget", "evil.example", "--html"],
    &["api", "domains/evil.example"],
    &["api", "collections", "--paginate"],
];

/// Ends that are no answer: what the service says to everything, and the exit code.
const FAILING: [(&str, &str, i32); 5] = [
    (
        "401 Unauthorized",
        r#"{"error":{"code":"WrongCredentialsError","message":"simulated"}}"#,
        4,
    ),
    (
        "403 Forbidden",
        r#"{"error":{"code":"ForbiddenError","message":"simulated"}}"#,
        4,
    ),
    (
        "429 Too Many Requests",
        r#"{"error":{"code":"QuotaExceededError","message":"simulated"}}"#,
        6,
    ),
    (
        "503 Service Unavailable",
        r#"{"error":{"code":"TransientError","message":"simulated"}}"#,
        7,
    ),
    ("200 OK", "<html>a login page</html>", 7),
];

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<String> = entries
        .map(|entry| name(entry).into_string().expect("text"))
        .collect();
    names.sort();
    names
}

#[test]
fn every_failing_end_of_every_command_leaves_the_file_as_it_was() {
    for (status, body, code) in FAILING {
        let server = RawServer::start(move |_, _| Act::Send(answer(status, "", body)));
        for command in COMMANDS {
            let gti = Gti::at(&server.base_url())
                .with("GTI_RETRIES", "0")
                .with("GTI_MAX_WAIT", "0s");
            let path = gti.write("out", "yesterday\n");
            let ran = gti.run(&[command, &["-o", "out"]].concat());
            assert_eq!(ran.code, code, "{command:?} {status}: {}", ran.stderr);
            assert_eq!(
                fs::read_to_string(&path).expect("read"),
                "yesterday\n",
                "{command:?} {status}"
            );
            assert_eq!(names(&gti.work()), ["out"], "{command:?} {status}");
        }
    }
}

#[test]
fn a_page_that_can_t_be_read_ends_a_list_without_replacing_the_file() {
    let first =
        r#"{"data":[{"id":"a","type":"collection","attributes":{}}],"meta":{"cursor":"next"}}"#;
    let server = RawServer::start(move |number, _| {
        let body = if number == 0 { first } else { "{\"data\": [{" };
        Act::Send(answer("200 OK", "", body))
    });
    let gti = Gti::at(&server.base_url()).with("GTI_RETRIES", "0");
    let path = gti.write("out", "yesterday\n");
    let line = [
        "api",
        "collections",
        "--paginate",
        "-f",
        "json",
        "-o",
        "out",
    ];
    let ran = gti.run(&[&line[..], &["--keep-partial"]].concat()).exits(1);
    assert!(
        ran.stderr
            .ends_with("`out` is unchanged; the output of this run is in `out.partial`\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(fs::read_to_string(&path).expect("read"), "yesterday\n");
    let kept = fs::read_to_string(gti.work().join("out.partial")).expect("read");
    let kept: serde_json::Value = serde_json::from_str(&kept).expect("a whole document");
    assert_eq!(kept[0]["id"], "a");
}

#[test]
fn records_of_failures_are_kept_only_if_asked_for() {
    let server = RawServer::start(|_, _| Act::Send(answer("401 Unauthorized", "", "")));
    let gti = Gti::at(&server.base_url());
    let line = ["enrich", "evil.example", "benign.example", "-o", "out"];
    let ran = gti.run(&line).exits(4);
    assert!(
        ran.stderr
            .ends_with("`out` is unchanged; --keep-partial keeps the output of a failed run\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(names(&gti.work()), [""; 0]);
    gti.run(&[&line[..], &["--keep-partial"]].concat()).exits(4);
    assert_eq!(names(&gti.work()), ["out.partial"]);
    let kept = fs::read_to_string(gti.work().join("out.partial")).expect("read");
    assert_eq!(kept.lines().count(), 2);
    gti.run(&["enrich", "evil.example", "--keep-partial"])
        .exits(2);
}

/// Not found, some failed, a condition met: answers, each of them.
#[test]
fn answers_of_every_kind_replace_the_file() {
    let sandbox = site();
    for (line, code) in [
        (&["enrich", "evil.example"][..], 0),
        (&["enrich", "evil.example", "no indicator"], 3),
        (&["enrich", FILES.not_found], 5),
        (&["enrich", "evil.example", "--fail-on", "malicious"], 10),
    ] {
        let gti = Gti::asking(&sandbox);
        let path = gti.write("out", "yesterday\n");
        let ran = gti.run(&[line, &["-o", "out"]].concat());
        assert_eq!(ran.code, code, "{line:?}: {}", ran.stderr);
        let written = fs::read_to_string(&path).expect("read");
        assert!(written.starts_with("{\"ioc\":"), "{line:?}: {written}");
        assert_eq!(names(&gti.work()), ["out"]);
    }
}

/// The exit code of a check is its answer.
#[test]
fn a_report_of_what_is_wrong_replaces_the_file() {
    let server = RawServer::start(|_, _| Act::Send(answer("401 Unauthorized", "", "")));
    let gti = Gti::at(&server.base_url());
    let path = gti.write("out", "yesterday\n");
    gti.run(&["doctor", "--json", "-o", "out"]).exits(4);
    let written = fs::read_to_string(&path).expect("read");
    assert!(written.contains("\"check\""), "{written}");
}

/// The run reads the file, whatever for and under whatever name: it is not replaced.
#[test]
fn a_file_that_the_run_reads_is_not_replaced() {
    let gti = Gti::at("https://0.0.0.0:1/api/v3").with("GTI_CONFIG", "config.toml");
    let files = [
        ("list", "evil.example\n"),
        ("inventory", "asset,cve\nweb,CVE-2026-0001\n"),
        ("rules", "[[rule]]\nname = \"all\"\naction = \"keep\"\n"),
        ("body", "{}"),
        ("program", ".id"),
        ("secret", "invented-secret-1234"),
        (
            "config.toml",
            "[sinks.soc]\nkind = \"webhook\"\nurl = \"https://soc.example/\"\nsecret_file = \"secret\"\n",
        ),
    ];
    for (name, text) in files {
        gti.write(name, text);
    }
    fs::create_dir(gti.work().join("samples")).expect("a directory");
    gti.write("samples/a", "synthetic");
    let link = |from, to| fs::hard_link(gti.work().join(from), gti.work().join(to));
    link("list", "other").expect("a link");
    for line in [
        "enrich -i list -o list",
        "enrich -i list -o ./samples/../list",
        "enrich -i list -o other",
        "widget -i list -o list",
        "vuln get -i list -o list",
        "vuln rank -i inventory -o inventory",
        "collection get -i list -o list",
        "extract inventory list -o list",
        "match inventory --against list -o list",
        "match list --against inventory -o list",
        "scan file --private list -o list",
        "rules check rules -o rules",
        "rules test rules -i list -o rules",
        "rules test rules -i list -o list",
        "api users/x -X POST -d @body -o body",
        "api users/x -X POST -F name=@body -o body",
        "enrich evil.example --jq @program -o program",
        "enrich evil.example -o config.toml",
        "enrich evil.example -o secret",
        "enrich evil.example --log-file log -o log",
        "enrich evil.example --api-key-file secret -o secret",
        "ingest ioc-stream --where @program -o program",
        "ingest ioc-stream --rules rules -o rules",
        "ingest ioc-stream --webhook https://soc.example/ --webhook-body @program -o program",
        "ingest ioc-stream --webhook https://soc.example/ --webhook-ok @program -o program",
        "ingest ioc-stream --webhook https://soc.example/ --webhook-header-file A=secret -o secret",
        "ingest ioc-stream --sink soc -o secret",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let ran = gti.run(&words);
        assert_eq!(ran.code, 9, "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains("cannot write to"), "{}", ran.stderr);
    }
    for line in [
        "enrich -",
        "enrich",
        "dtm show",
        "scan url --private -",
        "extract",
    ] {
        let words = line.split(' ').chain(["-o", "list"]);
        let list = fs::File::open(gti.work().join("list")).expect("the list");
        let mut command = gti.command(&words.collect::<Vec<_>>());
        let ran = command.stdin(list).output().expect("a run");
        assert_eq!(ran.status.code(), Some(9), "{line}: {ran:?}");
    }
    for (name, text) in files {
        let kept = fs::read_to_string(gti.work().join(name)).expect("read");
        assert_eq!(kept, text, "{name}");
    }
}

/// A directory is scanned without what the run writes into it.
#[test]
fn the_output_is_not_submitted() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    fs::create_dir(gti.work().join("samples")).expect("a directory");
    for name in ["samples/a", "samples/out"] {
        gti.write(name, "synthetic");
    }
    let line = "scan file --private --recursive samples --no-wait -o samples/out";
    let ran = gti.run(&line.split(' ').collect::<Vec<_>>()).exits(3);
    let written = fs::read_to_string(gti.work().join("samples/out")).expect("read");
    let records: Vec<&str> = written.lines().collect();
    assert_eq!(records.len(), 2, "{written} {}", ran.stderr);
    assert!(records[0].contains("\"samples/a\""), "{written}");
    assert!(
        records[1].contains("is the output of this run"),
        "{written}"
    );
}
