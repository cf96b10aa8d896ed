//! Rules from end to end: checked, tried, and at work in a feed.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::support::{Gti, KEY};

const SOC: &str = r#"
[[rule]]
name = "muted"
monitor_id = "m9"
action = "drop"

[[rule]]
name = "ours"
severity = ["high", 1]
when = '.title | strings | contains("example.com")'
action = "escalate"

[[rule]]
name = "brand"
tags = "brand"
action = "tag"
add_tags = ["brand-team"]
"#;

const ALERTS: &str = r#"{"id":"a1","monitor_id":"m9","severity":"high","title":"example.com"}
{"id":"a2","severity":"high","title":"example.com"}

{"id":"a3","severity":"low","tags":["brand"]}
{"id":"a4"}
not json
"#;

#[test]
fn check_shows_the_rules_and_asks_nobody() {
    let gti = Gti::new();
    gti.write("soc.toml", SOC);
    let ran = gti
        .run(&["rules", "check", "soc.toml", "--feed", "dtm"])
        .exits(0);
    assert_eq!(
        ran.stdout,
        "{\"rule\":\"muted\",\"line\":2,\"conditions\":[\"monitor_id\"],\"action\":\"drop\",\"with\":null}\n\
         {\"rule\":\"ours\",\"line\":7,\"conditions\":[\"severity\",\"when\"],\"action\":\"escalate\",\"with\":\"escalated\"}\n\
         {\"rule\":\"brand\",\"line\":13,\"conditions\":[\"tags\"],\"action\":\"tag\",\"with\":\"brand-team\"}\n"
    );
    assert_eq!(ran.stderr, "soc.toml: 3 rules, no mistakes\n");
}

#[test]
fn check_tells_every_mistake_at_once() {
    let gti = Gti::new();
    gti.write(
        "bad.toml",
        "[[rule]]\nname = \"a\"\nage = \"7d\"\naction = \"dorp\"\n",
    );
    let ran = gti.run(&["rules", "check", "bad.toml"]).exits(2);
    assert_eq!(ran.stdout, "");
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "error: bad.toml:3: `7d` is not a bound of the age: write \">24h\" for what is older, \"<1h\" for what is younger",
            "bad.toml:4: unknown action `dorp`: did you mean `drop`?",
        ]
    );
    gti.write("soc.toml", SOC);
    let ran = gti
        .run(&["rules", "check", "soc.toml", "--feed", "ioc-stream"])
        .exits(2);
    assert!(
        ran.stderr
            .contains("soc.toml:11: `ioc-stream` takes no status back"),
        "{}",
        ran.stderr
    );
    let ran = gti.run(&["rules", "check", "none.toml"]).exits(2);
    assert!(ran.stderr.contains("none.toml"), "{}", ran.stderr);
}

#[test]
fn test_says_which_rule_each_alert_meets_and_why() {
    let gti = Gti::new();
    gti.write("soc.toml", SOC);
    gti.write("alerts.jsonl", ALERTS);
    let piped = gti.run_on(&["rules", "test", "soc.toml"], ALERTS).exits(3);
    let records = piped.records();
    assert_eq!(
        records[..4],
        [
            json!({"id":"a1","rule":"muted","line":2,"action":"drop","why":["monitor_id: m9"],"error":null}),
            json!({"id":"a2","rule":"ours","line":7,"action":"escalate",
                "why":["severity: high","when: .title | strings | contains(\"example.com\")"],"error":null}),
            json!({"id":"a3","rule":"brand","line":13,"action":"tag","why":["tags: brand"],"error":null}),
            json!({"id":"a4","rule":null,"line":null,"action":"keep","why":[],"error":null}),
        ]
    );
    assert_eq!(records.len(), 5);
    assert!(records[4]["error"].is_string(), "{}", records[4]);
    assert_eq!(
        piped.stderr,
        "5 alerts: 1 drop, 2 keep, 1 tag, 1 escalate, 0 route; 2 matched no rule, 1 failed\n"
    );
    let file = gti
        .run(&["rules", "test", "soc.toml", "-i", "alerts.jsonl"])
        .exits(3);
    assert_eq!(file.stdout, piped.stdout);
    let ran = gti
        .run(&["rules", "test", "soc.toml", "-i", "none"])
        .exits(2);
    assert_eq!(ran.stdout, "");
}

/// A service with these answers, in a runtime of its own.
fn service(mocks: Vec<Mock>) -> (MockServer, tokio::runtime::Runtime) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let server = runtime.block_on(async {
        let server = MockServer::start().await;
        for mock in mocks {
            server.register(mock).await;
        }
        server
    });
    (server, runtime)
}

const NOTIFICATIONS: [&str; 4] = [
    r#"{"type":"domain","id":"a.example","attributes":{"x": 1.10},"context_attributes":{"notification_id":"1","notification_date":1767300001,"tags":["mine"]}}"#,
    r#"{"type":"domain","id":"b.example","attributes":{},"context_attributes":{"notification_id":"2","notification_date":1767300002,"tags":["noise"]}}"#,
    r#"{"type":"url","id":"c","attributes":{"url":"http://c.example/"},"context_attributes":{"notification_id":"3","notification_date":1767300003}}"#,
    r#"{"type":"file","id":"d","attributes":{"names":5},"context_attributes":{"notification_id":"4","notification_date":1767300004}}"#,
];

const STREAM_RULES: &str = r#"
[[rule]]
name = "noise"
tags = "noise"
action = "drop"

[[rule]]
name = "mine"
tags = "mine"
action = "tag"
add_tags = ["soc"]

[[rule]]
name = "names"
alert_type = "file"
when = '.attributes.names | map(test("x")) | any'
action = "drop"
"#;

fn stream() -> Mock {
    let body = format!("{{\"data\":[{}],\"meta\":{{}}}}", NOTIFICATIONS.join(","));
    Mock::given(method("GET"))
        .and(path("/ioc_stream"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(body, "application/json"))
}

fn lines(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_feed_is_dropped_tagged_and_kept_by_rules() {
    let (server, _runtime) = service(vec![stream()]);
    let gti = Gti::at(&server.uri());
    gti.write("soc.toml", STREAM_RULES);
    let run = |rules: &str| {
        gti.run(&[
            "ingest",
            "ioc-stream",
            "--since",
            "2026-01-01T00:00:00Z",
            "--checkpoint",
            "soc",
            "-o",
            "out.jsonl",
            "--rules",
            rules,
        ])
    };
    let ran = run("soc.toml").exits(3);
    let tagged = NOTIFICATIONS[0].strip_suffix('}').expect("an object");
    assert_eq!(
        lines(&gti.work().join("out.jsonl")),
        [
            format!("{tagged},\"gti\":{{\"rule\":\"mine\",\"tags\":[\"soc\"]}}}}"),
            NOTIFICATIONS[2].to_owned(),
        ]
    );
    // A condition that can't judge a record does not lose it.
    let letters = gti.run(&["state", "replay", "soc"]).exits(0);
    assert_eq!(letters.stdout.trim_end(), NOTIFICATIONS[3]);
    assert!(
        ran.stderr
            .contains("ioc-stream: 2 new, 0 repeats, 1 not kept, 1 failed"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("rule `names` failed on an alert"),
        "{}",
        ran.stderr
    );

    // Other rules, the same checkpoint: it goes on, and what was dropped stays so.
    gti.write(
        "other.toml",
        "[[rule]]\nname = \"all\"\naction = \"keep\"\n",
    );
    let ran = run("other.toml").exits(0);
    assert!(ran.stderr.contains("0 new, 4 repeats"), "{}", ran.stderr);
    assert_eq!(lines(&gti.work().join("out.jsonl")).len(), 2);
}

#[test]
fn wrong_rules_stop_a_run_before_anything_is_asked() {
    let (server, runtime) = service(vec![]);
    let gti = Gti::at(&server.uri());
    gti.write("soc.toml", SOC);
    for dry in [&[][..], &["--dry-run"]] {
        let arguments = [
            &[
                "ingest",
                "ioc-stream",
                "--rules",
                "soc.toml",
                "--checkpoint",
                "c",
            ],
            dry,
        ]
        .concat();
        let ran = gti.run(&arguments).exits(2);
        assert!(ran.stderr.contains("soc.toml:11: "), "{}", ran.stderr);
    }
    let asked = runtime
        .block_on(server.received_requests())
        .expect("recorded");
    assert!(asked.is_empty());
    assert_eq!(gti.run(&["state", "list"]).exits(0).stdout, "");
}

const RAISED: [&str; 3] = [
    r#"{"id":"a1","created_at":"2026-01-02T03:04:01Z","status":"new","severity":"high","title":"x@example.com"}"#,
    r#"{"id":"a2","created_at":"2026-01-02T03:04:02Z","status":"new","severity":"low","title":"x"}"#,
    r#"{"id":"a3","created_at":"2026-01-02T03:04:03Z","status":"new","severity":"high","title":"y@example.com"}"#,
];

/// What was changed: the id, the body, and how many lines the output had by then.
type Change = (String, Value, usize);

/// Answers changes, and writes them down.
#[derive(Clone)]
struct Desk {
    output: PathBuf,
    changes: Arc<Mutex<Vec<Change>>>,
    /// What the alert `a3` comes to.
    third: Arc<AtomicU16>,
}

impl Respond for Desk {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let id = request.url.path().rsplit('/').next().unwrap_or_default();
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        let told = match self.third.load(Ordering::Relaxed) {
            200 => None,
            status => Some(status).filter(|_| id == "a3"),
        };
        let answer = match told {
            None => ResponseTemplate::new(200)
                .set_body_json(json!({"id": id, "status": body["status"]})),
            Some(status) => ResponseTemplate::new(status)
                .set_body_json(json!({"error": {"code": "SimulatedError", "message": "x"}})),
        };
        let mut changes = self.changes.lock().expect("lock");
        changes.push((id.to_owned(), body, lines(&self.output).len()));
        answer
    }
}

impl Desk {
    /// The changes so far, in the order of their ids.
    fn changes(&self) -> Vec<Change> {
        let mut changes = std::mem::take(&mut *self.changes.lock().expect("lock"));
        changes.sort_by(|one, other| one.0.cmp(&other.0));
        changes
    }
}

/// A world with alerts in it, and its desk.
fn platform(third: u16) -> (MockServer, Gti, Desk) {
    let gti = Gti::new();
    let desk = Desk {
        output: gti.work().join("out.jsonl"),
        changes: Arc::default(),
        third: Arc::new(AtomicU16::new(third)),
    };
    let body = format!("{{\"alerts\":[{}]}}", RAISED.join(","));
    let list = ResponseTemplate::new(200).set_body_raw(body, "application/json");
    let (server, _) = service(vec![
        Mock::given(method("GET"))
            .and(path("/dtm/alerts"))
            .respond_with(list),
        Mock::given(method("PATCH"))
            .and(path_regex("^/dtm/alerts/[^/]+$"))
            .respond_with(desk.clone()),
    ]);
    let gti = gti
        .with("GTI_API_KEY", KEY)
        .with("GTI_BASE_URL", server.uri())
        .with("GTI_RETRIES", "0");
    gti.write("soc.toml", SOC);
    (server, gti, desk)
}

const ALERTS_INTO_A_FILE: [&str; 10] = [
    "ingest",
    "dtm",
    "--since",
    "2026-01-01T00:00:00Z",
    "--checkpoint",
    "soc",
    "-o",
    "out.jsonl",
    "--rules",
    "soc.toml",
];

#[test]
fn a_status_goes_back_when_the_records_are_durable() {
    let (_server, gti, desk) = platform(200);
    let ran = gti.run(&ALERTS_INTO_A_FILE).exits(0);
    assert!(ran.stderr.contains("dtm: 3 new"), "{}", ran.stderr);
    let escalated = json!({"status": "escalated"});
    assert_eq!(
        desk.changes(),
        [
            ("a1".to_owned(), escalated.clone(), 3),
            ("a3".to_owned(), escalated, 3)
        ]
    );
    assert_eq!(lines(&desk.output), RAISED);
    // What was escalated and committed is not escalated again.
    gti.run(&ALERTS_INTO_A_FILE).exits(0);
    assert_eq!(desk.changes(), []);
}

#[test]
fn a_refused_status_is_counted_and_the_record_stays() {
    let (_server, gti, desk) = platform(404);
    let ran = gti.run(&ALERTS_INTO_A_FILE).exits(3);
    assert!(
        ran.stderr.contains("`a3` did not become escalated"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("3 new, 0 repeats, 1 failed"),
        "{}",
        ran.stderr
    );
    assert_eq!(desk.changes().len(), 2);
    gti.run(&ALERTS_INTO_A_FILE).exits(0);
    assert_eq!(desk.changes(), []);
    assert_eq!(lines(&desk.output), RAISED);
}

#[test]
fn a_status_that_cannot_be_sent_commits_nothing_and_is_sent_by_the_next_run() {
    let (_server, gti, desk) = platform(503);
    for more in [&[][..], &["--follow", "--interval", "1ms"]] {
        let arguments = [&ALERTS_INTO_A_FILE[..], more].concat();
        let ran = gti.run(&arguments).exits(7);
        assert!(
            ran.stderr.contains("a status could not be sent back"),
            "{}",
            ran.stderr
        );
        assert!(
            ran.stderr.contains("checkpoint soc not moved"),
            "{}",
            ran.stderr
        );
        assert_eq!(desk.changes().len(), 2);
    }
    desk.third.store(200, Ordering::Relaxed);
    let ran = gti.run(&ALERTS_INTO_A_FILE).exits(0);
    assert!(
        ran.stderr.contains("dtm: 3 new, 0 repeats"),
        "{}",
        ran.stderr
    );
    assert_eq!(desk.changes().len(), 2);
    assert_eq!(lines(&desk.output), RAISED);
}

#[test]
fn routed_records_go_to_their_sink_and_nowhere_else() {
    let (server, _runtime) = service(vec![stream()]);
    let gti = Gti::at(&server.uri());
    let rules =
        "[[rule]]\nname = \"urls\"\nalert_type = \"url\"\naction = \"route\"\nto = \"archive\"\n";
    gti.write("route.toml", rules);
    let run = || {
        gti.run(&[
            "ingest",
            "ioc-stream",
            "--since",
            "2026-01-01T00:00:00Z",
            "--checkpoint",
            "soc",
            "-o",
            "out.jsonl",
            "--rules",
            "route.toml",
        ])
    };
    let ran = run().exits(2);
    let told = "route.toml:5: there is no sink `archive`: the configuration has none";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    let ran = gti.run(&["rules", "check", "route.toml"]).exits(2);
    assert!(ran.stderr.contains(told), "{}", ran.stderr);

    let archive = gti.work().join("archive.jsonl");
    gti.write_config(&format!(
        "[sinks.archive]\nkind = \"file\"\npath = {archive:?}\n"
    ));
    let ran = run().exits(0);
    assert!(ran.stderr.contains("4 new"), "{}", ran.stderr);
    assert_eq!(lines(&archive), [NOTIFICATIONS[2]]);
    assert_eq!(
        lines(&gti.work().join("out.jsonl")),
        [NOTIFICATIONS[0], NOTIFICATIONS[1], NOTIFICATIONS[3]]
    );
    run().exits(0);
    assert_eq!(lines(&archive).len(), 1);
}
