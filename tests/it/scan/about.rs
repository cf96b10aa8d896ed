//! What an analysis is about, where its answer tells of two things: a URL and
//! the body that was downloaded from it.

use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::Gti;

/// SHA-256 of the URL, which is malicious.
const URL: &str = "ab01000000000000000000000000000000000000000000000000000000000000";
/// SHA-256 of the body, which is harmless.
const BODY: &str = "cd02000000000000000000000000000000000000000000000000000000000000";

fn report(kind: &str, id: &str, malicious: u32) -> Value {
    let stats = json!({"malicious": malicious, "undetected": 60});
    json!({"data": {"type": kind, "id": id, "attributes": {"last_analysis_stats": stats}}})
}

/// A service that knows both, in public and in private; `link` is the item that
/// its analyses link to, and `id` what it calls them.
async fn service(id: Value, link: Option<&str>) -> MockServer {
    let server = MockServer::start().await;
    let below = |rest: &str| format!("/api/v3/{rest}");
    let on = |verb: &str, rest: String, body: Value| {
        Mock::given(method(verb))
            .and(path(below(&rest)))
            .respond_with(ResponseTemplate::new(200).set_body_json(body))
            .mount(&server)
    };
    for (prefix, kind) in [("", "analysis"), ("private/", "private_analysis")] {
        let submitted = json!({"data": {"type": kind, "id": id}});
        on("POST", format!("{prefix}urls"), submitted.clone()).await;
        on(
            "POST",
            format!("{prefix}urls/{URL}/analyse"),
            submitted.clone(),
        )
        .await;
        on("POST", format!("{prefix}files/{BODY}/analyse"), submitted).await;
        let links =
            link.map(|link| json!({"item": format!("https://h.example/api/v3/{prefix}{link}")}));
        let shown = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        let analysis = json!({
            "data": {"type": kind, "id": shown, "attributes": {"status": "completed"}, "links": links},
            "meta": {
                "file_info": {"sha256": BODY, "size": 1270},
                "url_info": {"id": URL, "url": "http://evil.example/"},
            },
        });
        let segment = shown.replace('=', "%3D");
        on("GET", format!("{prefix}analyses/{segment}"), analysis).await;
        let of = |kind: &str| {
            if prefix.is_empty() {
                kind.to_owned()
            } else {
                format!("private_{kind}")
            }
        };
        on(
            "GET",
            format!("{prefix}urls/{URL}"),
            report(&of("url"), URL, 50),
        )
        .await;
        on(
            "GET",
            format!("{prefix}files/{BODY}"),
            report(&of("file"), BODY, 0),
        )
        .await;
    }
    server
}

/// Runs it, and gives the exit code and the record.
async fn scan(server: &MockServer, line: &str) -> (i32, Value) {
    let gti = Gti::at(&format!("{}/api/v3", server.uri()));
    let line = format!("scan {line} --fail-on malicious -f jsonl");
    let ran = tokio::task::spawn_blocking(move || gti.run(&line.split(' ').collect::<Vec<_>>()));
    let ran = ran.await.expect("a run");
    (ran.code, ran.records().remove(0))
}

#[tokio::test]
async fn a_url_that_was_submitted_is_reported_and_not_its_body() {
    let id = format!("u-{URL}-1569484202");
    // The link may lead to either: what was submitted is known.
    for link in [
        None,
        Some(format!("urls/{URL}")),
        Some(format!("files/{BODY}")),
    ] {
        let server = service(json!(id), link.as_deref()).await;
        for visibility in ["--public", "--private"] {
            let line = format!("url {visibility} http://evil.example/ --poll-interval 1ms");
            let (code, record) = scan(&server, &line).await;
            assert_eq!(
                (code, &record["report"]["id"]),
                (10, &json!(URL)),
                "{record}"
            );
            assert_eq!(
                (&record["type"], &record["sha256"]),
                (&json!("url"), &json!(null))
            );
        }
    }
}

#[tokio::test]
async fn an_analysis_is_of_what_it_links_to_and_else_of_what_its_id_says() {
    let url_id = format!("u-{URL}-1569484202");
    let file_id = format!("f-{BODY}-1569484202");
    let old_id = "MDAxMTIyMzM0NDU1NjY3Nzg4OTlhYWJiY2NkZGVlZmY6MTU2OTQ4NDIwMg==".to_owned();
    let (urls, files) = (format!("urls/{URL}"), format!("files/{BODY}"));
    for (id, link, kind) in [
        (&url_id, Some(&urls), "url"),
        (&old_id, Some(&urls), "url"),
        (&url_id, Some(&files), "file"),
        (&url_id, None, "url"),
        (&file_id, None, "file"),
        (&old_id, None, "file"),
    ] {
        let server = service(json!(id), link.map(String::as_str)).await;
        for visibility in ["--public", "--private"] {
            let (code, record) = scan(&server, &format!("status {id} {visibility}")).await;
            let expected = if kind == "url" { (10, URL) } else { (0, BODY) };
            assert_eq!(record["type"], kind, "{id} {link:?}");
            assert_eq!(
                (code, record["report"]["id"].as_str()),
                (expected.0, Some(expected.1))
            );
        }
    }
}

/// The service has called an analysis by a number.
#[tokio::test]
async fn what_is_analysed_again_is_reported_whatever_the_id() {
    for id in [
        json!(17),
        json!(9_223_372_036_854_775_807_u64),
        json!(format!("u-{URL}-1")),
    ] {
        let server = service(id.clone(), Some(&format!("urls/{URL}"))).await;
        let (code, record) = scan(&server, &format!("rescan {BODY} --poll-interval 1ms")).await;
        assert_eq!((code, &record["sha256"]), (0, &json!(BODY)), "{record}");
        let shown = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        assert_eq!(record["analysis_id"], json!(shown));
    }
}
