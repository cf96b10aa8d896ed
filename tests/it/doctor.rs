//! `gti doctor`: every check is made, and the report holds no secret.

use std::fs;

use serde_json::Value;

use crate::support::{Act, Gti, KEY, Options, RawServer, answer, sandbox, site};

fn of<'a>(records: &'a [Value], check: &str) -> &'a Value {
    records
        .iter()
        .find(|record| record["check"] == check)
        .unwrap_or_else(|| panic!("no {check}: {records:?}"))
}

const LOCAL: [&str; 9] = [
    "version",
    "config",
    "base_url",
    "alerts",
    "proxy",
    "certificates",
    "state",
    "cache",
    "key",
];

#[test]
fn all_is_well() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.run(&["enrich", "evil.example"]).exits(0);
    gti.run(&[
        "ingest",
        "ioc-stream",
        "--since",
        "5m",
        "--checkpoint",
        "soc",
        "-o",
        "s.jsonl",
    ])
    .exits(0);
    let ran = gti.run(&["doctor"]).exits(0).silently();
    let checks = ran.each("check");
    assert_eq!(checks[..9], LOCAL);
    assert_eq!(checks[9..], ["service", "clock", "account", "quota"]);
    assert!(
        ran.each("status").iter().all(|status| status == "ok"),
        "{}",
        ran.stdout
    );
    let records = ran.records();
    assert_eq!(
        of(&records, "key")["detail"],
        format!("…{}, from GTI_API_KEY", &KEY[KEY.len() - 4..])
    );
    assert!(
        of(&records, "state")["detail"]
            .as_str()
            .expect("text")
            .starts_with("1 in ")
    );
    assert!(
        of(&records, "cache")["detail"]
            .as_str()
            .expect("text")
            .starts_with("1 answers")
    );
    let text = gti.run(&["doctor", "-f", "text"]).exits(0);
    assert_eq!(text.stdout.lines().count(), 13, "{}", text.stdout);
    assert!(text.stdout.starts_with("ok    version "), "{}", text.stdout);
    // Asking cost nothing.
    let daily = gti.run(&[
        "quota",
        "--jq",
        "select(.quota==\"api_requests_daily\") | .used",
    ]);
    assert!(!daily.stdout.is_empty());
}

#[test]
fn the_report_is_one_document_without_secrets() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox)
        .with("HTTPS_PROXY", "http://ann:hunter2@proxy.example:3128")
        .with("GTI_LOG", "trace");
    gti.write_config("[default]\nwrng = 1\n");
    let state = gti.home().join("state");
    let gti = gti.with("GTI_STATE_DIR", &state);
    let ran = gti.run(&["doctor", "--json"]).exits(0);
    let report: Vec<Value> = serde_json::from_str(&ran.stdout).expect("one document");
    for said in [&ran.stdout, &ran.stderr] {
        for secret in [&KEY[..12], "hunter2", "ann:"] {
            assert!(!said.contains(secret), "{secret}: {said}");
        }
    }
    assert!(
        !ran.stdout.contains(&gti.home().display().to_string()),
        "{}",
        ran.stdout
    );
    assert_eq!(of(&report, "state")["detail"], "none yet in ~/state");
    assert_eq!(of(&report, "config")["status"], "warn");
    assert!(
        of(&report, "config")["hint"]
            .as_str()
            .expect("text")
            .contains("wrng")
    );
    for record in &report {
        let keys: Vec<&String> = record.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["check", "detail", "hint", "status"]);
    }
}

#[test]
fn without_a_key_and_with_a_wrong_one() {
    let sandbox = site();
    let ran = Gti::asking(&sandbox)
        .without("GTI_API_KEY")
        .run(&["doctor"])
        .exits(4);
    let records = ran.records();
    assert_eq!(of(&records, "key")["status"], "fail");
    assert_eq!(of(&records, "service")["status"], "ok");
    let wrong = Gti::asking(&sandbox).with("GTI_API_KEY", "wrong-0123456789");
    let ran = wrong.run(&["doctor"]).exits(4);
    let records = ran.records();
    assert_eq!(of(&records, "service")["status"], "ok");
    assert_eq!(of(&records, "account")["status"], "fail");
}

#[test]
fn without_a_network_all_other_checks_are_made() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = closed.local_addr().expect("an address");
    drop(closed);
    for key in [true, false] {
        let gti = Gti::at(&format!("http://{address}/api/v3"));
        let gti = if key { gti } else { gti.without("GTI_API_KEY") };
        let ran = gti.run(&["doctor"]).exits(if key { 7 } else { 4 });
        assert_eq!(ran.each("check")[..9], LOCAL);
        assert_eq!(of(&ran.records(), "service")["status"], "fail");
    }
}

#[test]
fn a_wrong_clock_a_spent_quota_and_damaged_state() {
    let server = RawServer::start(|_, head| {
        let body = if head.contains("overall_quotas") {
            r#"{"data":{"api_requests_daily":{"user":{"used":5,"allowed":5}}}}"#
        } else {
            r#"{"data":{"id":"u","attributes":{"privileges":{}}}}"#
        };
        let date = "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n";
        Act::Send(answer("200 OK", date, body))
    });
    let gti = Gti::at(&server.base_url());
    let ran = gti.run(&["doctor"]).exits(6);
    let records = ran.records();
    assert_eq!(of(&records, "clock")["status"], "warn");
    assert_eq!(of(&records, "account")["status"], "warn");
    assert_eq!(of(&records, "quota")["status"], "fail");

    let sandbox = sandbox(Options::default());
    let gti = Gti::asking(&sandbox);
    let state = gti.world().join("state");
    fs::create_dir(&state).expect("a directory");
    fs::write(
        state.join("checkpoints.sqlite"),
        "not a database, and no mistake",
    )
    .expect("written");
    let ran = gti.run(&["doctor"]).exits(9);
    assert_eq!(of(&ran.records(), "state")["status"], "fail");
    assert_eq!(of(&ran.records(), "quota")["status"], "ok");
}
