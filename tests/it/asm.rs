//! `gti asm` against the simulated service, and against ones that misbehave.

use serde_json::{Value, json};
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Gti, get, site};

/// The id of a documented issue.
fn id(number: u8) -> String {
    format!("{number:064x}")
}

#[test]
fn issues_are_shown_as_the_service_has_them() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let (_, sent) = get(&format!("{}/asm/issues/{}", sandbox.base_url(), id(1)));
    let sent: Value = serde_json::from_str(&sent).expect("JSON");
    let ran = gti.run(&["asm", "show", &id(1), "nonesuch"]).exits(0);
    assert_eq!(ran.records()[0], sent["result"]);
    assert_eq!(ran.records()[1]["error"]["kind"], "not_found");
    gti.run(&["asm", "show", &id(1), "--project", "1002"])
        .exits(5);
    let ran = gti.run(&["asm", "show", &id(4), "-f", "text"]).exits(0);
    let obeyed = |c: char| c.is_control() && c != '\n' || "\u{202e}\u{200b}\u{2028}".contains(c);
    assert_eq!(ran.stdout.find(obeyed), None, "{:?}", ran.stdout);
    assert!(ran.stdout.lines().count() <= 25 && ran.stdout.contains("CRITICAL"));
    let projects = gti.run(&["asm", "projects"]).exits(0);
    assert_eq!(projects.each("id"), ["1001", "1002", "1003"]);
}

#[test]
fn status_and_tags_are_set_and_stay() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let (new, triaged) = (id(1), id(2));
    let arguments = [
        "asm",
        "update",
        &new,
        &triaged,
        "--status",
        "Closed_Mitigated",
        "--if-status",
        "open_triaged",
        "--add-tag",
        "a/b c",
        "--remove-tag",
        "owner:web",
    ];
    let dry = gti.run(&[&arguments[..], &["--dry-run"]].concat()).exits(0);
    assert_eq!(dry.each("status"), ["skipped", "would_update"]);
    assert!(
        sandbox
            .endpoints()
            .keys()
            .all(|endpoint| endpoint.starts_with("GET "))
    );
    let ran = gti.run(&arguments).exits(0);
    assert_eq!(ran.each("status"), ["skipped", "updated"]);
    assert_eq!(
        ran.records()[1]["tags"],
        json!(["internet-facing", "a/b c"])
    );
    let shown = gti.run(&["asm", "show", &triaged]).exits(0);
    assert_eq!(shown.records()[0]["summary"]["status"], "closed_mitigated");
    assert_eq!(
        shown.records()[0]["tags"],
        json!(["internet-facing", "a/b c"])
    );
    let again = gti
        .run(&["asm", "update", &triaged, "--status", "closed_mitigated"])
        .exits(0);
    assert_eq!(again.each("status"), ["unchanged"]);
}

#[test]
fn allowed_statuses_are_listed() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for status in ["closed_no_reproduce", "escalated"] {
        let ran = gti
            .run(&["asm", "update", "x", "--status", status])
            .exits(2);
        for allowed in ["open_new", "closed_no_repro", "closed_tracked_externally"] {
            assert!(ran.stderr.contains(allowed), "{}", ran.stderr);
        }
    }
    let ran = gti.run(&["asm", "show", "x", "--project", "a b"]).exits(2);
    assert!(
        ran.stderr.contains("is not the id of a project"),
        "{}",
        ran.stderr
    );
    assert_eq!(sandbox.requests(), 0);
    gti.run(&[
        "asm",
        "update",
        &id(1),
        "--status",
        "closed",
        "--project",
        "999",
    ])
    .exits(3);
}

/// 200 is no success where `success` says so; and it is not asked again.
#[tokio::test]
async fn both_the_status_and_success_count() {
    let server = MockServer::start().await;
    let issue = json!({"success": true, "message": "", "result": {"id": "i1", "summary": {"status": "open_new"}}});
    Mock::given(method("GET"))
        .and(header("project-id", "7"))
        .and(path("/api/v3/asm/issues/i1"))
        .respond_with(ResponseTemplate::new(200).set_body_json(issue))
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(header("project-id", "7"))
        .and(path("/api/v3/asm/issues/i1/status"))
        .and(body_json(json!({"status": "closed"})))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_json(json!({"success": false, "message": "not \u{1b}[31mallowed"})),
        )
        .expect(1)
        .mount(&server)
        .await;
    let gti = Gti::at(&format!("{}/api/v3", server.uri()));
    let ran = gti
        .run(&[
            "asm",
            "update",
            "i1",
            "--status",
            "closed",
            "--project",
            "7",
        ])
        .exits(3);
    let record = &ran.records()[0];
    assert_eq!(
        (&record["status"], &record["from"]),
        (&json!("error"), &json!("open_new"))
    );
    assert_eq!(record["error"]["kind"], "invalid");
    assert_eq!(record["error"]["http_status"], 200);
    assert!(
        record["error"]["message"]
            .as_str()
            .expect("a text")
            .contains("not [31mallowed")
    );
}

/// Without the status, what was tagged is still found by `--if-status`.
#[tokio::test]
async fn tags_are_written_before_the_status() {
    let server = MockServer::start().await;
    let answers = [
        (
            "GET",
            "/api/v3/asm/issues/i1",
            200,
            json!({"success": true, "result": {"uid": "i1", "summary": {"status": "open_new"}}}),
        ),
        (
            "GET",
            "/api/v3/asm/tags/issue/i1",
            200,
            json!({"success": true, "result": ["old", "gone"]}),
        ),
        (
            "POST",
            "/api/v3/asm/tags/issue/i1",
            400,
            json!({"success": false, "message": "no such tag"}),
        ),
        (
            "DELETE",
            "/api/v3/asm/tags/issue/i1/gone",
            404,
            json!({"success": false, "message": "no tag"}),
        ),
    ];
    for (verb, place, status, body) in answers {
        Mock::given(method(verb))
            .and(path(place))
            .respond_with(ResponseTemplate::new(status).set_body_json(body))
            .expect(1)
            .mount(&server)
            .await;
    }
    let gti = Gti::at(&format!("{}/api/v3", server.uri()));
    let options = [
        "--status",
        "closed",
        "--add-tag",
        "new",
        "--remove-tag",
        "gone",
    ];
    let ran = gti
        .run(&[&["asm", "update", "i1"], &options[..]].concat())
        .exits(3);
    assert_eq!(ran.records()[0]["error"]["message"], "no such tag");
}
