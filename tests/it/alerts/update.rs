//! Changes: what somebody else changed meanwhile, answers that are lost, dry runs, rules.

use std::sync::Arc;

use serde_json::json;
use wiremock::ResponseTemplate;

use super::three::{Three, alert, ok, one_alert, status};
use crate::support::{Gti, Sandbox, site};

#[tokio::test]
async fn who_was_faster_is_told() {
    // What the caller saw has gone by: nothing is sent.
    let three = Three::answering(one_alert).await;
    let gti = Arc::new(three.gti());
    let lines = r#"{"name":"projects/gti-12345/alerts/a1","etag":"\"0\""}
{"id":"a1","etag":"\"1\""}
{"name":"projects/gti-12345/findings/a1"}
{"name":"projects/another/alerts/a1"}
"#;
    let update = ["alerts", "update", "-", "--state", "RESOLVED"];
    let ran = three.run(&gti, &update, lines).await;
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let records = ran.records();
    assert_eq!(records[0]["status"], "skipped");
    assert_eq!(
        records[0]["reason"],
        "it was changed by eve@corp.example at 2026-01-02T03:05:05.5Z: its state is now `NEW`"
    );
    assert_eq!(
        records[1],
        json!({"id": "a1", "from": "NEW", "to": "RESOLVED", "status": "updated", "etag": "\"2\""})
    );
    assert_eq!(records[2]["status"], "error");
    assert_eq!(records[3]["error"]["kind"], "invalid");
    let sent = three.alerts.received_requests().await.expect("recorded");
    assert_eq!(
        sent.iter()
            .filter(|it| it.method.as_str() == "POST")
            .count(),
        1
    );

    // Somebody was faster between reading and changing: the service says so.
    let three = Three::answering(|request, count| match request.method.as_str() {
        "POST" => status(409, "ABORTED", "etag mismatch"),
        _ => one_alert(request, count),
    })
    .await;
    let gti = Arc::new(three.gti());
    let ran = three
        .run(&gti, &["alerts", "update", "a1", "--state", "READ"], "")
        .await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.records()[0]["status"], "skipped");

    // Another state than expected, and an alert without an etag to compare.
    let three =
        Three::answering(|_, _| ok(&json!({"name": "projects/4711/alerts/a1", "state": "READ"})))
            .await;
    let gti = Arc::new(three.gti());
    let ran = three
        .run(
            &gti,
            &[
                "alerts",
                "update",
                "a1",
                "--state",
                "BENIGN",
                "--if-state",
                "new",
            ],
            "",
        )
        .await;
    assert_eq!(ran.records()[0]["reason"], "the state is `READ`, not `NEW`");
    let ran = three.run(&gti, &update, r#"{"id":"a1","etag":"1"}"#).await;
    assert_eq!(
        ran.records()[0]["error"]["kind"],
        "decode",
        "{}",
        ran.stdout
    );
}

/// Whether a verb may be done twice is not known: an answer that was lost is looked
/// for, and the verb is sent again only if it did nothing.
#[tokio::test]
async fn a_lost_answer_is_looked_for() {
    for (done, posts) in [(true, 1), (false, 2)] {
        let three = Three::answering(move |request, count| {
            let first = count == 1;
            match request.method.as_str() {
                "POST" if first => ResponseTemplate::new(500),
                "POST" => ok(&alert("RESOLVED", "\"2\"")),
                _ if count > 1 && done => ok(&alert("RESOLVED", "\"2\"")),
                _ => ok(&alert("NEW", "\"1\"")),
            }
        })
        .await;
        let gti = Arc::new(three.gti());
        let ran = three
            .run(&gti, &["alerts", "update", "a1", "--state", "RESOLVED"], "")
            .await;
        assert_eq!(ran.code, 0, "{done}: {}", ran.stderr);
        assert_eq!(ran.records()[0]["status"], "updated");
        let sent = three.alerts.received_requests().await.expect("recorded");
        assert_eq!(
            sent.iter()
                .filter(|it| it.method.as_str() == "POST")
                .count(),
            posts,
            "{done}"
        );
    }
}

fn changes(sandbox: &Sandbox) -> u64 {
    sandbox.endpoints().get("POST v1beta").copied().unwrap_or(0)
}

#[test]
fn a_dry_run_changes_nothing_and_a_second_run_neither() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let update = [
        "alerts",
        "update",
        "alert-new",
        "alert-escalated",
        "--state",
        "ESCALATED",
    ];
    let ran = gti.run(&[&update[..], &["--dry-run"]].concat()).exits(0);
    assert_eq!(ran.records()[0]["status"], "would_update");
    assert_eq!(ran.records()[1]["status"], "unchanged");
    assert_eq!(changes(&sandbox), 0);
    gti.run(&update).exits(0);
    assert_eq!(changes(&sandbox), 1);
    let ran = gti.run(&update).exits(0);
    assert_eq!(ran.records()[0]["status"], "unchanged");
    assert_eq!(changes(&sandbox), 1);
    let ran = gti
        .run(&["alerts", "update", "alert-resolved", "--state", "READ"])
        .exits(3);
    assert_eq!(ran.records()[0]["error"]["code"], "FAILED_PRECONDITION");
    gti.run(&["alerts", "update", "alert-new", "--state", "NEW"])
        .exits(2);
    gti.run(&["alerts", "show", "nonesuch"]).exits(5);
    gti.run(&["alerts", "list", "--project", "foreign-1"])
        .exits(4);
}

#[test]
fn tokens_that_end_early_are_renewed() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox).with("GTI_API_KEY", "brief-0123456789abcdef");
    let ran = gti
        .run(&["alerts", "list", "--since", "30d", "--all"])
        .exits(0);
    assert!(ran.stdout.lines().count() > 1_000);
    let ids = ["alert-new"; 12].join("\n");
    let ran = gti.run_on(&["alerts", "show", "-"], ids).exits(0);
    assert_eq!(ran.stdout.lines().count(), 12);
}

#[test]
fn rules_tell_the_service_of_states_once() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.write(
        "rules.toml",
        "[[rule]]\nname = \"all\"\naction = \"escalate\"\nwhen = '.state == \"NEW\"'\n",
    );
    let run = [
        "ingest",
        "alerts",
        "--since",
        "2025-12-01",
        "--until",
        "2025-12-02",
        "--rules",
        "rules.toml",
        "--filter",
        "audit.create_time < \"2025-12-01T08:05:00Z\"",
        "--state",
        "NEW",
    ];
    let ran = gti.run(&run);
    // `alert-contested` is always somebody else's.
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert_eq!(changes(&sandbox), 2);
    let shown = gti.run(&["alerts", "show", "alert-new"]).exits(0);
    assert_eq!(shown.records()[0]["state"], "ESCALATED");
}

#[test]
fn a_duplicate_names_the_alert_that_it_repeats() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let update = ["alerts", "update", "alert-new", "--duplicate-of"];
    let ran = gti
        .run(&[&update[..], &["alert-critical"]].concat())
        .exits(0);
    assert_eq!(ran.each("status"), ["updated"]);
    assert_eq!(ran.each("to"), ["DUPLICATE"]);
    let shown = || {
        let ran = gti.run(&["alerts", "show", "alert-new"]).exits(0);
        ran.each("duplicateOf")[0].clone()
    };
    assert!(shown().ends_with("/alerts/alert-critical"), "{}", shown());
    let before = changes(&sandbox);
    let ran = gti
        .run(&[&update[..], &["alert-critical"]].concat())
        .exits(0);
    assert_eq!(ran.each("status"), ["unchanged"]);
    assert_eq!(changes(&sandbox), before);
    // Of another one: by its name.
    let project = shown().split('/').nth(1).expect("a project").to_owned();
    let other = format!("projects/{project}/alerts/alert-escalated");
    let ran = gti.run(&[&update[..], &[&other, "--state", "duplicate"]].concat());
    assert_eq!(ran.exits(0).each("status"), ["updated"]);
    assert_eq!(shown(), other);
    for (arguments, told) in [
        (&["alert-new"][..], "cannot be a duplicate of itself"),
        (
            &["alert-critical", "--state", "READ"],
            "--duplicate-of sets the state DUPLICATE",
        ),
        (&["projects/other/alerts/x"], "another project"),
    ] {
        let ran = gti.run(&[&update[..], arguments].concat());
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains(told), "{arguments:?}: {said}");
        assert_ne!(ran.code, 0, "{arguments:?}");
    }
}
