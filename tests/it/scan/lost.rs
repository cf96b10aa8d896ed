//! Submissions whose answers are lost: looked for, and not made twice.

use super::{BENIGN, Run, Site, each, sha256};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Every answer to a submission is lost; questions are answered.
fn losing() -> Site {
    Site::with_faults(&["lost:1/1"])
}

#[test]
fn what_is_found_is_not_submitted_again() {
    for visibility in ["public", "private"] {
        let site = losing();
        site.file("a.bin", BENIGN);
        let record = site.scan(&format!("file --{visibility} a.bin")).record(0);
        assert_eq!(record["status"], "completed", "{record}");
        assert_eq!(record["sha256"], sha256(BENIGN));
        assert!(record["analysis_id"].is_string(), "{record}");
        let url = format!("url --{visibility} http://evil.example/a");
        let record = site.scan(&url).record(0);
        assert_eq!(record["status"], "completed", "{record}");
        let posts: u64 = ["POST files", "POST private/files"]
            .map(|endpoint| site.asked(endpoint))
            .iter()
            .sum();
        assert_eq!(posts, 1, "{visibility}");
        let posts: u64 = ["POST urls", "POST private/urls"]
            .map(|endpoint| site.asked(endpoint))
            .iter()
            .sum();
        assert_eq!(posts, 1, "{visibility}");
        if visibility == "private" {
            assert_eq!(site.public_endpoints(), Vec::<String>::new());
        }
    }
}

#[test]
fn a_large_file_is_sent_once() {
    let site = losing();
    site.sized("large.bin", 30 * 1024 * 1024 + 1);
    let record = site.scan("file --public large.bin --no-wait").record(0);
    assert_eq!(record["status"], "submitted", "{record}");
    assert_eq!(site.asked("POST _ah/upload/public"), 1);
}

#[test]
fn an_analysis_that_was_begun_anew_is_found() {
    let site = losing();
    let known = format!("rescan {} http://evil.example/ --no-wait", "ab".repeat(32));
    let records = site.scan(&known).records(0);
    assert_eq!(each(&records, "status"), ["submitted", "submitted"]);
    assert!(
        records
            .iter()
            .all(|record| record["analysis_id"].is_string())
    );
    assert_eq!(site.asked("POST files") + site.asked("POST urls"), 2);
}

/// A file out of an archive is known by a hash that nobody here knows.
#[test]
fn where_it_cannot_be_known_it_is_said_and_not_repeated() {
    let site = losing();
    site.file("a.zip", "PK\x03\x04 simulated");
    let run = site.scan("file --private a.zip --password infected");
    let record = run.record(7);
    assert_eq!(site.asked("POST private/files"), 1);
    assert_eq!(record["status"], "failed");
    assert_eq!(record["error"]["unconfirmed"], true);
    assert_eq!(record["error"]["retryable"], false);
    let message = record["error"]["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("may have taken the submission"),
        "{message}"
    );
    let said = "not confirmed: the submission of `a.zip` (private): ";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

/// A service that fails each submission after it came.
async fn service(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    let submissions = Mock::given(method("POST")).respond_with(answer);
    submissions.mount(&server).await;
    let unknown = r#"{"error":{"code":"NotFoundError","message":"x"}}"#;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(404).set_body_string(unknown))
        .with_priority(9)
        .mount(&server)
        .await;
    server
}

fn scan(site: &Site, server: &MockServer, line: &str) -> Run {
    let line = format!("scan {line} --poll-interval 1ms --max-wait 20ms --retries 2");
    let base_url = format!("{}/api/v3", server.uri());
    let output = site
        .command(&line)
        .env("GTI_BASE_URL", base_url)
        .output()
        .expect("the program runs");
    Run::from(output)
}

async fn posts(server: &MockServer) -> usize {
    let requests = server.received_requests().await.unwrap_or_default();
    requests
        .iter()
        .filter(|it| it.method.as_str() == "POST")
        .count()
}

#[tokio::test]
async fn what_is_not_there_is_submitted_again() {
    for status in [500, 502, 503, 504] {
        let server = service(ResponseTemplate::new(status)).await;
        let site = Site::new();
        site.file("a.bin", "a");
        let run = scan(&site, &server, "file --public a.bin");
        // Every look finds nothing, so nothing is in doubt.
        let record = run.record(7);
        assert!(record["error"]["unconfirmed"].is_null(), "{record}");
        assert_eq!(posts(&server).await, 3, "{status}");
    }
}

#[tokio::test]
async fn a_look_that_fails_leaves_it_in_doubt() {
    let server = service(ResponseTemplate::new(502)).await;
    Mock::given(path_regex("^/api/v3/urls/"))
        .respond_with(ResponseTemplate::new(500))
        .mount(&server)
        .await;
    let site = Site::new();
    let run = scan(&site, &server, "url --public http://evil.example/");
    assert_eq!(run.record(7)["error"]["unconfirmed"], true);
    assert_eq!(posts(&server).await, 1);
    assert!(run.stderr.contains("not confirmed: "), "{}", run.stderr);
}

#[tokio::test]
async fn what_was_there_before_is_no_sign() {
    let server = service(ResponseTemplate::new(500)).await;
    let hash = sha256("a");
    let file = |date: i64| {
        serde_json::json!({"data": {"type": "file", "id": hash, "attributes": {
            "last_submission_date": date, "last_analysis_date": date}}})
    };
    Mock::given(path(format!("/api/v3/files/{hash}")))
        .respond_with(ResponseTemplate::new(200).set_body_json(file(1_500_000_000)))
        .mount(&server)
        .await;
    let site = Site::new();
    site.file("a.bin", "a");
    scan(&site, &server, "file --public a.bin").record(7);
    assert_eq!(posts(&server).await, 3);
    server.reset().await;

    let failing = ResponseTemplate::new(500);
    Mock::given(method("POST"))
        .respond_with(failing)
        .mount(&server)
        .await;
    let now = jiff::Timestamp::now().as_second();
    Mock::given(path(format!("/api/v3/files/{hash}")))
        .respond_with(ResponseTemplate::new(200).set_body_json(file(now)))
        .mount(&server)
        .await;
    let record = scan(&site, &server, "file --public a.bin").record(0);
    assert_eq!(record["status"], "completed", "{record}");
    assert_eq!(posts(&server).await, 1);
}

#[tokio::test]
async fn a_refusal_in_the_words_of_the_service_is_no_doubt() {
    let busy = r#"{"error":{"code":"TransientError","message":"x"}}"#;
    let answer = ResponseTemplate::new(503).set_body_string(busy);
    let server = service(answer).await;
    let site = Site::new();
    let run = scan(&site, &server, "url --private http://evil.example/");
    assert!(run.record(7)["error"]["unconfirmed"].is_null());
    assert_eq!(posts(&server).await, 3);
    let requests = server.received_requests().await.unwrap_or_default();
    assert_eq!(requests.len(), 3);
}
