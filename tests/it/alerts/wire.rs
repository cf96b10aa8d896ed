//! Requests as they are on the wire: paths, parameters, headers and bodies.

use std::sync::Arc;

use serde_json::{Value, json};

use super::three::{PROJECT, TOKEN, Three, ok, one_alert};
use crate::support::KEY;

#[tokio::test]
async fn requests_are_those_of_the_service_s_other_clients() {
    for (line, expected) in [
        (
            "alerts list --state new --filter finding_count>3 -n 5 --since 2026-01-02T03:04:05Z",
            vec![
                "GET /alerts?filter=audit.update_time%20%3E%3D%20%222026-01-02T03%3A04%3A05Z%22%20AND%20%28finding_count%3E3%29%20AND%20%28state%20%3D%20%22NEW%22%29&orderBy=audit.update_time%20desc&pageSize=5 ",
            ],
        ),
        ("alerts show a1", vec!["GET /alerts/a1 "]),
        (
            "alerts show projects/gti-12345/alerts/a1",
            vec!["GET /alerts/a1 "],
        ),
        (
            "alerts update a1 --state resolved",
            vec!["GET /alerts/a1 ", "POST /alerts/a1:resolve {}"],
        ),
        (
            "alerts update a1 --state false-positive",
            vec!["GET /alerts/a1 ", "POST /alerts/a1:falsePositive {}"],
        ),
        (
            "alerts documents a1",
            vec![
                "GET /alerts/a1 ",
                "GET /alerts/a1/documents/d1 ",
                "GET /alerts/a1/documents/d2 ",
            ],
        ),
        (
            "alerts findings a1",
            vec!["GET /alerts/a1 ", "GET /findings/f1 "],
        ),
        (
            "ingest alerts --since 2026-01-02T03:04:05Z --until 2026-01-02T04:04:05Z",
            vec![
                "GET /alerts?filter=audit.update_time%20%3E%3D%20%222026-01-02T03%3A04%3A05Z%22%20AND%20audit.update_time%20%3C%20%222026-01-02T04%3A04%3A06Z%22&orderBy=audit.update_time%20asc&pageSize=1000 ",
            ],
        ),
    ] {
        let three = Three::answering(one_alert).await;
        let gti = Arc::new(three.gti());
        let words: Vec<&str> = line.split(' ').collect();
        let ran = three.run(&gti, &words, "").await;
        assert_eq!(ran.code, 0, "{line}: {}", ran.stderr);
        let exchanges = three.exchange.received_requests().await.expect("recorded");
        assert_eq!(exchanges.len(), 1, "{line}");
        let exchange = &exchanges[0];
        assert_eq!(exchange.method.as_str(), "POST");
        assert_eq!(exchange.url.path(), "/realms/master/exchange/api-key");
        let body: Value = serde_json::from_slice(&exchange.body).expect("JSON");
        assert_eq!(body, json!({"api_key": KEY}), "{line}");
        assert_eq!(exchange.headers["content-type"], "application/json");
        let mut seen = vec![];
        for request in three.alerts.received_requests().await.expect("recorded") {
            let header = |name: &str| {
                let all: Vec<_> = request.headers.get_all(name).iter().collect();
                assert_eq!(all.len(), 1, "{line}: {name}");
                all[0].to_str().expect("text").to_owned()
            };
            assert_eq!(header("authorization"), format!("Bearer {TOKEN}-0"));
            assert_eq!(header("x-goog-user-project"), PROJECT);
            assert_eq!(header("content-type"), "application/json");
            assert!(header("x-tool").starts_with("gti-cli."));
            assert!(header("user-agent").starts_with("gti/"));
            let target = &request.url[url::Position::BeforePath..];
            let target = target.replacen(&format!("/v1beta/projects/{PROJECT}"), "", 1);
            let body = String::from_utf8_lossy(&request.body).into_owned();
            seen.push(format!("{} {target} {body}", request.method));
        }
        seen.sort();
        let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        expected.sort();
        assert_eq!(seen, expected, "{line}");
        three.keeps_secrets_apart(line).await;
    }
}

#[tokio::test]
async fn findings_that_are_not_named_are_asked_for() {
    let three = Three::answering(|request, _| {
        if request.url.path().ends_with("findings:search") {
            let query: Vec<_> = request.url.query_pairs().into_owned().collect();
            assert_eq!(
                query[0],
                (
                    "query".to_owned(),
                    r#"has_alert("name=\"projects/gti-12345/alerts/a1\"")"#.to_owned()
                )
            );
            let second = query.iter().any(|(name, _)| name == "pageToken");
            let name = if second { "f2" } else { "f1" };
            let mut page = json!({"findings": [{"name": format!("projects/p/findings/{name}")}]});
            if !second {
                page["nextPageToken"] = "t".into();
            }
            return ok(&page);
        }
        ok(&json!({"name": "projects/gti-12345/alerts/a1", "findingCount": "2"}))
    })
    .await;
    let gti = Arc::new(three.gti());
    let ran = three.run(&gti, &["alerts", "findings", "a1"], "").await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), 2);
}
