//! What is said to do next, where something went wrong.

use insta::assert_snapshot;

use super::stage::Stage;
use crate::support::Options;

const BOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"example"}]}"#;

/// With a service that answers with this fault each time.
fn faulty(fault: &str) -> Stage {
    Stage::on(Options {
        fault: vec![fault.parse().expect("a fault")],
        ..Options::default()
    })
}

#[test]
fn outputs() {
    let stage = Stage::new().write("kept.jsonl", "{}\n");
    assert_snapshot!(stage.run("enrich evil.example -o /room/kept.jsonl"), @"
    $ gti enrich evil.example -o /room/kept.jsonl
    --- exit 0
    ");
    assert_snapshot!(stage.run("enrich evil.example -o /room/none/x"), @"
    $ gti enrich evil.example -o /room/none/x
    --- stderr
    error: cannot open `/room/none/x` for writing: No such file or directory (os error 2)
    hint: --output takes a file that can be written, in a directory that exists; nothing was written
    --- exit 9
    ");
    assert_snapshot!(stage.run("ingest dtm -f json -o /room/x"), @"
    $ gti ingest dtm -f json -o /room/x
    --- stderr
    error: a run appends to `/room/x`, and a document in the format json cannot be appended to
    hint: use -f jsonl or -f csv with -o, or pipe the document to a program
    --- exit 2
    ");
}

#[test]
fn deliveries() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("ingest dtm --webhook http://elsewhere.example/"), @"
    $ gti ingest dtm --webhook http://elsewhere.example/
    --- stderr
    error: http://elsewhere.example would receive the records unencrypted: use https (http is accepted for 127.0.0.1, [::1] and localhost)
    hint: use an https URL, or http to a loopback address
    --- exit 2
    ");
    assert_snapshot!(stage.run("ingest dtm --webhook nonsense"), @"
    $ gti ingest dtm --webhook nonsense
    --- stderr
    error: invalid webhook URL (relative URL without a base): write one like https://soar.example/hook
    hint: use an https URL, or http to a loopback address
    --- exit 2
    ");
    assert_snapshot!(stage.run("ingest dtm --webhook https://elsewhere.example/ --webhook-header nonsense"), @"
    $ gti ingest dtm --webhook https://elsewhere.example/ --webhook-header nonsense
    --- stderr
    error: invalid value 'nonsense' for '--webhook-header <NAME: VALUE>': a header is written as 'NAME: VALUE'

    For more information, try '--help'.
    --- exit 2
    ");
}

#[test]
fn checkpoints() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("ingest dtm --checkpoint soc --since 2025-12-20T11:00:00Z --until 2025-12-20T11:30:00Z -o /room/soc.jsonl"), @"
    $ gti ingest dtm --checkpoint soc --since 2025-12-20T11:00:00Z --until 2025-12-20T11:30:00Z -o /room/soc.jsonl
    --- stderr
    dtm: 14 new, 0 repeats, 0 failed, 1 requests, 0.1 s
    --- exit 0
    ");
    assert_snapshot!(stage.run("ingest dtm --checkpoint soc --since 2025-12-20T11:00:00Z -o /room/soc.jsonl -q"), @"
    $ gti ingest dtm --checkpoint soc --since 2025-12-20T11:00:00Z -o /room/soc.jsonl -q
    --- exit 0
    ");
    assert_snapshot!(stage.run("ingest asm --checkpoint soc -o /room/soc.jsonl"), @"
    $ gti ingest asm --checkpoint soc -o /room/soc.jsonl
    --- stderr
    error: checkpoint `soc` belongs to a run that differs in feed: `dtm` there, `asm` here
    hint: give this run a checkpoint of its own, or forget the old one with `gti state reset soc`
    --- exit 2
    ");
    assert_snapshot!(stage.run("ingest ioc-stream -o /room/soc.jsonl"), @"
    $ gti ingest ioc-stream -o /room/soc.jsonl
    --- stderr
    error: `/room/soc.jsonl` belongs to checkpoint `soc`
    hint: write to another file, or release this one with `gti state reset soc --file`
    --- exit 9
    ");
}

#[test]
fn programs() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("ingest dtm --since 2025-12-20T11:00:00Z --until 2025-12-20T11:30:00Z -n 1 --jq '.id + 1'"), @r#"
    $ gti ingest dtm --since 2025-12-20T11:00:00Z --until 2025-12-20T11:30:00Z -n 1 --jq '.id + 1'
    --- stderr
    dtm: 0 new, 0 repeats, 14 failed, 1 requests, 0.1 s
    error: all 14 records of a page failed; the first: jq failed on record 1: cannot calculate "1kkd0f5183mtufutpv2h" + 1
    hint: nothing of that page is committed: correct the program, then run the same command again
    --- exit 2
    "#);
    assert_snapshot!(stage.run("ingest asm 'last_seen_after:2025-01-01' --since 1d"), @"
    $ gti ingest asm 'last_seen_after:2025-01-01' --since 1d
    --- stderr
    error: the query already sets when issues were seen
    hint: leave last_seen_after and last_seen_before out of it: --since, --until and --checkpoint add their own
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich evil.example --where '.['"), @r#"
    $ gti enrich evil.example --where '.['
    --- stderr
    error: `.[` is not a jq program: expected closing bracket, found the end (column 3)
    hint: --where takes a jq condition, like '.type == "url"'
    --- exit 2
    "#);
}

#[test]
fn a_key_without_the_licence() {
    let stage = Stage::new().with("GTI_API_KEY", "unlicensed-key-of-the-sandbox-000");
    assert_snapshot!(stage.run("ingest ioc-stream -n 1 --since 2025-12-20T11:00:00Z"), @r#"
    $ gti ingest ioc-stream -n 1 --since 2025-12-20T11:00:00Z
    {"id":"stream-0650229ea5b7.example","type":"domain","links":{"self":"http://127.0.0.1:8080/api/v3/domains/stream-0650229ea5b7.example"},"attributes":{"categories":{"Example Filter":"information technology","Simulated Categoriser":"business"… (15751 more characters)
    --- stderr
    ioc-stream: 1 new, 0 repeats, 0 failed, 1 requests, 0.1 s
    --- exit 0
    "#);
    assert_snapshot!(stage.run("search --type threat-actor heron"), @"
    $ gti search --type threat-actor heron
    --- stderr
    error: 403 ForbiddenError: You are not authorized to perform the requested operation
    hint: the key is valid but lacks the licence or privilege; `gti auth status` lists what it has
    --- exit 4
    ");
}

#[test]
fn a_budget_that_is_spent() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("enrich evil.example benign.example --max-requests 1 --fields ioc,status"), @r#"
    $ gti enrich evil.example benign.example --max-requests 1 --fields ioc,status
    {"ioc":"evil.example","status":"ok"}
    {"ioc":"benign.example","status":"not_attempted"}
    --- stderr
    error: the run's budget of 1 requests is spent
    hint: run again for what is left, or raise --max-requests
    --- exit 6
    "#);
}

#[test]
fn a_page_in_place_of_the_api() {
    let stage = faulty("html403:1/1");
    assert_snapshot!(stage.run("dtm monitors"), @"
    $ gti dtm monitors
    --- stderr
    error: 403 Forbidden: a web page answered instead of the API: Web Page Blocked
    hint: something other than the API answers: check that the base URL ends in `/api/v3`, and that no proxy, firewall or captive portal intercepts requests; -v shows each try
    --- exit 7
    ");
}

#[test]
fn a_service_in_trouble() {
    let stage = faulty("500:1/1");
    assert_snapshot!(stage.run("dtm monitors"), @"
    $ gti dtm monitors
    --- stderr
    error: 500 TransientError: Transient error, retry might work
    hint: the service failed; it is safe to run the same command again later
    --- exit 7
    ");
    assert_snapshot!(stage.run("enrich evil.example --jq .status"), @r#"
    $ gti enrich evil.example --jq .status
    "error"
    --- stderr
    error: 500 Internal Server Error: 500 Internal Server Error
    hint: something other than the API answers: check that the base URL ends in `/api/v3`, and that no proxy, firewall or captive portal intercepts requests; -v shows each try
    --- exit 7
    "#);
}

#[test]
fn a_rate_limit() {
    let stage = faulty("429:1/1");
    assert_snapshot!(stage.run("dtm monitors"), @"
    $ gti dtm monitors
    --- stderr
    error: 429 TooManyRequestsError: Too many requests
    hint: slow down with --rate (like 4/m), or allow longer waits with --max-wait
    --- exit 6
    ");
}

#[test]
fn no_service() {
    let stage = Stage::new().with("GTI_BASE_URL", "http://127.0.0.1:1/api/v3");
    assert_snapshot!(stage.run("dtm monitors"), @"
    $ gti dtm monitors
    --- stderr
    error: no connection to http://127.0.0.1:8080: Connection refused (os error 111)
    hint: check the network, --proxy and --ca-cert, then run the same command again; -v shows each try
    --- exit 7
    ");
}

#[test]
fn documents() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("api x/download --jq ."), @"
    $ gti api x/download --jq .
    --- stderr
    error: 404 NotFoundError: Resource not found.
    hint: the service has no such object; check the spelling
    --- exit 5
    ");
    assert_snapshot!(stage.run("api x --field nonsense"), @"
    $ gti api x --field nonsense
    --- stderr
    error: invalid value 'nonsense' for '--field <K=V>': `nonsense` is not a field: write NAME=VALUE

    For more information, try '--help'.
    --- exit 2
    ");
    assert_snapshot!(stage.run("api x -d @/room/none.json"), @"
    $ gti api x -d @/room/none.json
    --- stderr
    error: cannot read `/room/none.json`: No such file or directory (os error 2)
    hint: --data takes @FILE, or @- for standard input
    --- exit 2
    ");
}

#[test]
fn inventories() {
    let stage = Stage::new().write("bom.json", BOM);
    assert_snapshot!(stage.run("vuln rank -i /room/bom.json"), @"
    $ gti vuln rank -i /room/bom.json
    --- stderr
    error: the inventory lists components but no vulnerabilities (components: 1)
    hint: a bill of materials lists components, not their vulnerabilities: run a scanner such as grype or trivy on it, and rank its output
    --- exit 5
    ");
}

#[test]
fn certificates() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("doctor --ca-cert /room/none.pem --fields check,status,hint"), @r#"
    $ gti doctor --ca-cert /room/none.pem --fields check,status,hint
    {"check":"version","status":"ok","hint":null}
    {"check":"config","status":"ok","hint":null}
    {"check":"base_url","status":"ok","hint":null}
    {"check":"alerts","status":"ok","hint":null}
    {"check":"proxy","status":"ok","hint":null}
    {"check":"certificates","status":"fail","hint":"--ca-cert and SSL_CERT_FILE take a PEM file"}
    {"check":"state","status":"ok","hint":null}
    {"check":"cache","status":"ok","hint":null}
    {"check":"key","status":"fail","hint":"--ca-cert and SSL_CERT_FILE take a PEM file"}
    {"check":"service","status":"fail","hint":"--ca-cert and SSL_CERT_FILE take a PEM file"}
    --- stderr
    exit 2: usage or configuration
    --- exit 2
    "#);
}

#[test]
fn nothing_typed_at_a_terminal() {
    let stage = Stage::new().with("NO_COLOR", "1").at(80);
    assert_snapshot!(stage.run("enrich"), @"
    $ gti enrich
    --- stderr
    error: nothing to look up
    hint: give indicators as arguments, with --input FILE, or through a pipe;
          `gti enrich --help` has examples
    --- exit 2
    ");
    assert_snapshot!(stage.run("collection get"), @"
    $ gti collection get
    --- stderr
    error: nothing to look up
    hint: give ids as arguments, with --input FILE, or through a pipe; `gti search`
          finds them
    --- exit 2
    ");
    assert_snapshot!(stage.run("widget"), @"
    $ gti widget
    --- stderr
    error: nothing to look up
    hint: give indicators as arguments, with --input FILE, or through a pipe;
          `gti widget --help` has examples
    --- exit 2
    ");
    assert_snapshot!(stage.run("extract"), @"
    $ gti extract
    --- stderr
    error: nothing to read
    hint: name files, or pipe text in; `gti extract --help` has examples
    --- exit 2
    ");
    assert_snapshot!(stage.run("vuln get"), @"
    $ gti vuln get
    --- stderr
    error: nothing to look up
    hint: give CVE ids as arguments, with --input FILE, or through a pipe;
          `gti vuln get --help` has examples
    --- exit 2
    ");
}

/// At a terminal a feed with a limit points to the list, which has the newest first.
#[test]
fn a_few_records_of_a_feed() {
    for (feed, list) in [
        ("dtm", "dtm list"),
        ("asm", "asm list"),
        ("vuln", "vuln list"),
    ] {
        let line = format!("ingest {feed} --since 2025-12-20T11:00:00Z -n 1");
        let hint = format!("`gti {list}` shows the newest first");
        assert!(Stage::new().at(160).run(&line).contains(&hint), "{feed}");
        assert!(!Stage::new().run(&line).contains(&hint), "{feed} in a pipe");
    }
}
