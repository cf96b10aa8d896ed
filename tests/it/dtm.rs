//! `gti dtm` against the simulated service, and against ones that misbehave.

use serde_json::{Value, json};
use wiremock::matchers::{body_json, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Act, Gti, RawServer, answer, get, site};

const NEW: &str = "sandboxalertnew00001";
const ESCALATED: &str = "sandboxalertescal001";
const CLOSED: &str = "sandboxalertclosed01";

/// How many changes a service was sent.
fn changes(sandbox: &gti::sandbox::Sandbox) -> u64 {
    sandbox.endpoints().get("PATCH dtm").copied().unwrap_or(0)
}

#[test]
fn alerts_are_shown_as_the_service_has_them() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let (_, sent) = get(&format!(
        "{}/dtm/alerts/{NEW}?monitor_name=true",
        sandbox.base_url()
    ));
    let sent: Value = serde_json::from_str(&sent).expect("JSON");
    let ran = gti.run(&["dtm", "show", NEW, "nonesuch", CLOSED]).exits(0);
    let records = ran.records();
    assert_eq!(records[0], sent);
    assert_eq!(records[1]["status"], "not_found");
    assert_eq!(records[1]["error"]["http_status"], 404);
    assert_eq!(records[1].as_object().map(serde_json::Map::len), Some(3));
    assert_eq!(records[2]["id"], CLOSED);
    gti.run(&["dtm", "show", "nonesuch"]).exits(5);
    gti.run(&["dtm", "show", "nonesuch", "neither"]).exits(5);
    let ran = gti.run(&["dtm", "show", NEW, "-f", "csv"]).exits(0);
    assert!(ran.stdout.starts_with("id,created_at,updated_at,status,"));
}

#[test]
fn a_digest_is_short_and_harmless() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ids = [
        "sandboxalerthostile1",
        "sandboxalertlarge001",
        "sandboxalertsparse01",
    ];
    for format in [
        &["-f", "text"][..],
        &["-f", "text", "--fields", "title,tags,doc.body"],
    ] {
        let ran = gti
            .run(&[&["dtm", "show"], &ids[..], format].concat())
            .exits(0);
        let obeyed =
            |c: char| c.is_control() && c != '\n' || "\u{202e}\u{200b}\u{feff}\u{2028}".contains(c);
        assert_eq!(ran.stdout.find(obeyed), None, "{:?}", ran.stdout);
    }
    let ran = gti.run(&[&["dtm", "show"], &ids[..], &["-f", "text"]].concat());
    let digests: Vec<&str> = ran.stdout.split("\n\n").collect();
    assert_eq!(digests.len(), 3);
    assert!(digests.iter().all(|digest| digest.lines().count() <= 25));
}

#[test]
fn a_status_is_set_once_and_stays() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (from, status) in [("new", "updated"), ("read", "unchanged")] {
        let ran = gti
            .run(&["dtm", "update", NEW, "--status", "READ"])
            .exits(0)
            .silently();
        let expected = json!({"id": NEW, "from": from, "to": "read", "status": status});
        assert_eq!(ran.records(), [expected]);
    }
    assert_eq!(changes(&sandbox), 1);
    let shown = gti.run(&["dtm", "show", NEW]).exits(0);
    assert_eq!(shown.each("status"), ["read"]);
}

#[test]
fn tags_of_others_stay_and_nothing_is_written_for_nothing() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let update = |options: &str| {
        let options: Vec<&str> = options.split(' ').collect();
        let ran = gti
            .run(&[&["dtm", "update", NEW], &options[..]].concat())
            .exits(0);
        ran.records().remove(0)
    };
    let record = update("--add-tag b --add-tag vip --add-tag b --remove-tag nonesuch");
    assert_eq!(record["tags"], json!(["credentials", "vip", "b"]));
    assert_eq!(
        (&record["from"], &record["to"]),
        (&json!("new"), &json!("new"))
    );
    let record = update("--remove-tag credentials --add-tag a");
    assert_eq!(record["tags"], json!(["vip", "b", "a"]));
    assert_eq!(changes(&sandbox), 2);
    assert_eq!(
        update("--add-tag a --remove-tag credentials")["status"],
        "unchanged"
    );
    assert_eq!(changes(&sandbox), 2);
    let shown = gti.run(&["dtm", "show", NEW]).exits(0);
    assert_eq!(shown.records()[0]["tags"], json!(["vip", "b", "a"]));
}

#[test]
fn only_what_still_has_the_status_is_changed() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let arguments = [
        "dtm",
        "update",
        NEW,
        ESCALATED,
        "nonesuch",
        "--status",
        "closed",
        "--if-status",
        "new",
    ];
    let dry = gti.run(&[&arguments[..], &["--dry-run"]].concat()).exits(3);
    assert_eq!(dry.each("status"), ["would_update", "skipped", "error"]);
    assert_eq!(changes(&sandbox), 0);
    let ran = gti.run(&arguments).exits(3);
    assert_eq!(ran.each("status"), ["updated", "skipped", "error"]);
    assert_eq!(ran.each("from"), ["new", "escalated", "null"]);
    assert_eq!(ran.each("to"), ["closed", "escalated", "null"]);
    assert_eq!(
        ran.records()[1]["reason"],
        "the status is `escalated`, not `new`"
    );
    assert_eq!(ran.records()[2]["error"]["kind"], "not_found");
    assert_eq!(ran.stderr, "1 of 3 failed; their records say why\n");
    assert_eq!(changes(&sandbox), 1);
    // Whoever comes first has it; the second finds it changed.
    let twice = [
        "dtm",
        "update",
        ESCALATED,
        ESCALATED,
        "--status",
        "closed",
        "--if-status",
        "escalated",
    ];
    assert_eq!(
        gti.run(&twice).exits(0).each("status"),
        ["updated", "skipped"]
    );
    gti.run(&["dtm", "update", "nonesuch", "--status", "closed"])
        .exits(5);
}

#[test]
fn alerts_come_through_a_pipe_whole() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let large = gti
        .run(&["dtm", "show", "sandboxalertlarge001"])
        .exits(0)
        .stdout;
    assert!(large.len() > 250_000);
    let input = format!("{large}# a comment\n\n{CLOSED}\r\n\"{NEW}\"\n{{\"name\":1}}\nno id\n");
    for ids in [&[][..], &["-"]] {
        let arguments = [
            &["dtm", "update"],
            ids,
            &["--status", "escalated", "--dry-run"],
        ]
        .concat();
        let ran = gti.run_on(&arguments, input.as_str()).exits(3);
        assert_eq!(
            ran.each("id"),
            ["sandboxalertlarge001", CLOSED, NEW, "null", "no id"]
        );
        for (number, said) in [
            (3, "line 6 is an object without `id`"),
            (4, "`no id` is not an id: ids are single words"),
        ] {
            let error = &ran.records()[number]["error"];
            assert_eq!(
                (&error["kind"], &error["message"]),
                (&json!("invalid"), &json!(said))
            );
        }
    }
    let ran = gti
        .run_on(&["dtm", "update", ESCALATED, "-", "--status", "read"], NEW)
        .exits(0);
    assert_eq!(ran.each("id"), [ESCALATED, NEW]);
    for (format, nothing) in [("jsonl", ""), ("json", "[]\n")] {
        let ran = gti
            .run_on(&["dtm", "update", "--status", "read", "-f", format], "")
            .exits(0);
        assert_eq!(ran.silently().stdout, nothing);
    }
}

#[test]
fn what_makes_no_sense_is_refused_before_any_call() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (options, said) in [
        ("--status escalted", "a similar value exists: 'escalated'"),
        (
            "--status tracked_externally",
            "no_action_required, duplicate, not_relevant, tracked_external]",
        ),
        (
            "--status read --if-status open",
            "invalid value 'open' for '--if-status <STATUS>'",
        ),
        ("--if-status new", "nothing to change"),
        (
            "--add-tag a --remove-tag a",
            "the tag `a` cannot be both added and removed",
        ),
        ("--add-tag=", "a tag is not empty"),
    ] {
        let options: Vec<&str> = options.split(' ').collect();
        let ran = gti
            .run(&[&["dtm", "update", NEW], &options[..]].concat())
            .exits(2);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    assert_eq!(sandbox.requests(), 0);
}

#[test]
fn a_refused_key_ends_the_run() {
    let sandbox = site();
    for (key, code) in [
        ("wrong-key-0123456789", 4),
        ("unlicensed-key-0123456789", 4),
    ] {
        let gti = Gti::asking(&sandbox).with("GTI_API_KEY", key);
        let ids: Vec<String> = (0..40).map(|n| format!("id{n}")).collect();
        let before = sandbox.requests();
        let ran = gti
            .run_on(&["dtm", "update", "--status", "read"], ids.join("\n"))
            .exits(code);
        assert_eq!(ran.records().len(), 40, "{key}");
        assert_eq!(ran.each("status")[39], "not_attempted");
        assert!(sandbox.requests() - before <= 5, "{key}");
        assert!(ran.stderr.starts_with("error: 40"), "{}", ran.stderr);
    }
}

#[test]
fn monitors_are_listed_and_the_key_stays_at_home() {
    let sandbox = site();
    let ran = Gti::asking(&sandbox).run(&["dtm", "monitors"]).exits(0);
    assert_eq!(ran.records().len(), 12);

    let elsewhere = RawServer::start(|_, _| Act::Send(answer("200 OK", "", "{\"monitors\":[]}")));
    let link = format!(
        "Link: <{}/dtm/monitors?page=a%2Bb%3D>; rel=\"next\"\r\n",
        elsewhere.base_url()
    );
    let server = RawServer::start(move |_, head| {
        if head.contains("page=a%2Bb%3D ") {
            return Act::Send(answer("200 OK", "", r#"{"monitors":[{"id":"two"}]}"#));
        }
        Act::Send(answer("200 OK", &link, r#"{"monitors":[{"id":"one"}]}"#))
    });
    let ran = Gti::at(&server.base_url())
        .run(&["dtm", "monitors"])
        .exits(0);
    assert_eq!(ran.each("id"), ["one", "two"]);
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn only_what_differs_is_sent_and_the_service_has_to_show_it() {
    let server = MockServer::start().await;
    let alert = |status: &str| json!({"id": "a1", "status": status, "tags": ["x"]});
    // Before, after the change that shows, and after the one that does not.
    Mock::given(method("GET"))
        .and(path("/api/v3/dtm/alerts/a1"))
        .and(query_param("refs", "false"))
        .respond_with(ResponseTemplate::new(200).set_body_json(alert("new")))
        .expect(3)
        .mount(&server)
        .await;
    Mock::given(method("PATCH"))
        .and(path("/api/v3/dtm/alerts/a1"))
        .and(body_json(json!({"status": "escalated"})))
        .respond_with(ResponseTemplate::new(200).set_body_json(alert("escalated")))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("PATCH"))
        .and(body_json(json!({"status": "closed"})))
        .respond_with(ResponseTemplate::new(200).set_body_json(alert("in_progress")))
        .expect(1)
        .mount(&server)
        .await;
    let gti = Gti::at(&format!("{}/api/v3", server.uri()));
    let update = |status| gti.run(&["dtm", "update", "a1", "--status", status, "--add-tag", "x"]);
    assert_eq!(update("escalated").exits(0).each("to"), ["escalated"]);
    let ran = update("closed").exits(1);
    let record = &ran.records()[0];
    assert_eq!(
        (&record["status"], &record["to"]),
        (&json!("error"), &Value::Null)
    );
    assert_eq!(record["error"]["kind"], "decode");
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_and_then_told() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({"id": "a1", "status": "new"})),
        )
        .mount(&server)
        .await;
    Mock::given(method("PATCH"))
        .respond_with(ResponseTemplate::new(503).insert_header("retry-after", "0"))
        .expect(3)
        .mount(&server)
        .await;
    let gti = Gti::at(&format!("{}/api/v3", server.uri()));
    let ran = gti
        .run(&["dtm", "update", "a1", "--status", "read", "--retries", "2"])
        .exits(7);
    let record = &ran.records()[0];
    assert_eq!(
        (&record["status"], &record["from"], &record["to"]),
        (&json!("error"), &json!("new"), &Value::Null)
    );
    let message = record["error"]["message"].as_str().expect("a text");
    assert!(
        message.ends_with("the change may have been made, and making it again is safe"),
        "{message}"
    );
}

/// A stop leaves no change without a record.
#[cfg(unix)]
#[test]
fn what_is_under_way_is_finished() {
    let server = RawServer::start(|_, head| {
        let path = head.split([' ', '?']).nth(1).unwrap_or_default();
        let id = path.rsplit('/').next().unwrap_or_default();
        let status = if head.starts_with("PATCH") {
            "read"
        } else {
            "new"
        };
        Act::Send(answer(
            "200 OK",
            "",
            format!(r#"{{"id":"{id}","status":"{status}"}}"#),
        ))
    });
    let gti = Gti::at(&server.base_url());
    let ids: Vec<String> = (0..1500).map(|number| format!("id{number}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut running = gti.start(&[&["dtm", "update", "--status", "read"], &ids[..]].concat());
    running.line();
    running.signal("TERM");
    let ran = running.finish();
    assert_eq!(ran.code, 143, "{}", ran.stderr);
    let heads = server.heads();
    let written = heads
        .iter()
        .filter(|head| head.starts_with("PATCH"))
        .count();
    let records = ran.stdout.lines().count() + 1;
    assert!(records < ids.len(), "it was not stopped");
    assert_eq!(records, written);
    assert_eq!(ran.stderr, format!("stopped after {records} records\n"));
}

#[test]
fn a_program_that_fails_on_one_record_stops_no_change() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let program = r#"if .from == "new" then error("of mine") else .status end"#;
    let update = ["dtm", "update", NEW, ESCALATED, "--status", "closed"];
    let ran = gti
        .run(&[&update[..], &["--jq", program]].concat())
        .exits(3);
    assert_eq!(ran.stdout, "\"updated\"\n");
    assert!(ran.stderr.contains("of mine"), "{}", ran.stderr);
    assert_eq!(changes(&sandbox), 2);
}

#[test]
fn what_was_changed_is_told_whatever_the_program_does() {
    for (program, code) in [
        ("error(\"no\")", 2),
        ("empty", 0),
        (".from", 0),
        ("[range(1e12)]", 2),
    ] {
        let sandbox = site();
        let gti = Gti::asking(&sandbox);
        let ran = gti
            .run(&[
                "dtm", "update", NEW, ESCALATED, "--status", "closed", "--jq", program,
            ])
            .exits(code);
        assert_eq!(changes(&sandbox), 2, "{program}");
        for id in [NEW, ESCALATED] {
            let told = format!("updated {id}: status closed");
            assert!(ran.stderr.contains(&told), "{program}: {}", ran.stderr);
        }
    }
}
