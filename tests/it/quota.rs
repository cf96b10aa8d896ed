//! `gti quota`: what is left, and when it resets.

use serde_json::{Value, json};

use crate::support::{Act, Gti, KEY, Options, RawServer, answer, sandbox, site};

fn serving(body: &'static str) -> RawServer {
    RawServer::start(move |_, _| Act::Send(answer("200 OK", "", body)))
}

fn of<'a>(records: &'a [Value], quota: &str, scope: &str) -> &'a Value {
    records
        .iter()
        .find(|record| record["quota"] == quota && record["scope"] == scope)
        .unwrap_or_else(|| panic!("no {quota} of the {scope}: {records:?}"))
}

#[test]
fn one_record_a_quota_and_scope() {
    let sandbox = sandbox(Options {
        quota: Some(1_000),
        ..Options::default()
    });
    let gti = Gti::asking(&sandbox);
    gti.run(&["enrich", "evil.example", "benign.example"])
        .exits(0);
    let ran = gti.run(&["quota"]).exits(0).silently();
    let records = ran.records();
    let daily = of(&records, "api_requests_daily", "group");
    assert_eq!(daily["used"], 2);
    assert_eq!(daily["allowed"], 1_000);
    assert_eq!(daily["remaining"], 998);
    let midnight = daily["resets_at"].as_str().expect("a time");
    assert!(midnight.ends_with("T00:00:00Z"), "{midnight}");
    let now = jiff::Timestamp::now();
    let resets: jiff::Timestamp = midnight.parse().expect("RFC 3339");
    assert!(resets > now && resets.as_second() - now.as_second() <= 86_400);

    // 60 000 000 000 is how the service writes "no cap", 501 of 500 is too much.
    let own = of(&records, "api_requests_daily", "user");
    assert_eq!((&own["used"], &own["allowed"]), (&json!(2), &Value::Null));
    assert_eq!(own["remaining"], Value::Null);
    let downloads = of(&records, "intelligence_downloads_monthly", "group");
    assert_eq!(downloads["remaining"], 0);
    assert_eq!(
        of(&records, "api_requests_hourly", "user")["resets_at"],
        Value::Null
    );

    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with(
        r#"{"quota":"api_requests_hourly","scope":"user","used":2,"allowed":null,"remaining":null,"resets_at":null}"#
    ));
    // A quota that no group has is stated once.
    let alone = records
        .iter()
        .filter(|record| record["quota"] == "collections_creation_monthly");
    assert_eq!(alone.count(), 1);
    // Asking costs nothing, however often.
    assert_eq!(
        of(
            &gti.run(&["quota"]).records(),
            "api_requests_daily",
            "group"
        )["used"],
        2
    );
}

#[test]
fn numbers_beyond_32_bits_and_odd_shapes_are_borne() {
    let server = serving(
        r#"{"data":{"api_requests_monthly":{"user":{"used":8589934593,"allowed":"500"},
        "group":{"used":"17179869184","allowed":1e9}},"odd":3,"note":"x","list":[1],
        "monitor_storage_bytes":{"user":{"used":1,"allowed":8589934592}}}}"#,
    );
    let ran = Gti::at(&server.base_url()).run(&["quota"]).exits(0);
    let records = ran.records();
    assert_eq!(records.len(), 3, "{records:?}");
    let own = of(&records, "api_requests_monthly", "user");
    assert_eq!(own["used"], 8_589_934_593_u64);
    assert_eq!(
        (&own["allowed"], &own["remaining"]),
        (&json!(500), &json!(0))
    );
    let shared = of(&records, "api_requests_monthly", "group");
    assert_eq!(shared["used"], 17_179_869_184_u64);
    assert_eq!(shared["allowed"], Value::Null);
    // Bytes are counted in larger numbers.
    let bytes = of(&records, "monitor_storage_bytes", "user");
    assert_eq!(bytes["remaining"], 8_589_934_591_u64);
}

#[test]
fn people_get_a_table() {
    let sandbox = sandbox(Options {
        quota: Some(1_234_567),
        ..Options::default()
    });
    let ran = Gti::asking(&sandbox).run(&["quota", "-f", "text"]).exits(0);
    let line = ran
        .stdout
        .lines()
        .find(|line| line.starts_with("api_requests_daily") && line.contains("group"))
        .expect("a row");
    let cells: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(
        cells[..6],
        [
            "api_requests_daily",
            "group",
            "0",
            "1,234,567",
            "1,234,567",
            "in"
        ]
    );
    let csv = Gti::asking(&sandbox).run(&["quota", "-f", "csv"]).exits(0);
    assert!(
        csv.stdout
            .starts_with("quota,scope,used,allowed,remaining,resets_at\r\n"),
        "{}",
        csv.stdout
    );
}

#[test]
fn a_gate_closes_when_too_little_is_left() {
    let sandbox = sandbox(Options {
        quota: Some(10),
        ..Options::default()
    });
    let gti = Gti::asking(&sandbox);
    gti.run(&["quota", "--fail-below", "10"])
        .exits(0)
        .silently();
    let ran = gti.run(&["quota", "--fail-below", "11"]).exits(6);
    // The records come all the same.
    assert!(ran.records().len() > 5);
    assert!(
        ran.stderr
            .starts_with("error: api_requests_daily of the group: 10 left of 10"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("hint: it resets at "), "{}", ran.stderr);
    // Other quotas don't close it: downloads are used up here.
    let all = crate::support::site();
    Gti::asking(&all)
        .run(&["quota", "--fail-below", "1000000"])
        .exits(0);
}

#[test]
fn a_refused_key_and_an_answer_that_is_none() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox).with("GTI_API_KEY", "wrong-0123456789");
    let ran = gti.run(&["quota"]).exits(4);
    assert_eq!(ran.stdout, "");
    // A key that only the path gets wrong is an unknown user.
    let unknown = RawServer::start(|_, _| {
        let body = r#"{"error":{"code":"NotFoundError","message":"User not found"}}"#;
        Act::Send(answer("404 Not Found", "", body))
    });
    let ran = Gti::at(&unknown.base_url()).run(&["quota"]).exits(4);
    assert!(!ran.stderr.contains(KEY), "{}", ran.stderr);
    for (body, code) in [("<html>", 7), (r#"{"data":{}}"#, 1)] {
        let garbage = serving(body);
        Gti::at(&garbage.base_url())
            .with("GTI_RETRIES", "0")
            .run(&["quota"])
            .exits(code);
    }
}

#[test]
fn the_path_with_the_key_is_in_no_log() {
    let sandbox = site();
    let ran = Gti::asking(&sandbox)
        .with("GTI_LOG", "trace")
        .run(&["quota"])
        .exits(0);
    assert!(ran.stderr.contains("a path with the key in it"));
    assert!(!ran.stderr.contains(&KEY[..12]), "{}", ran.stderr);
}
