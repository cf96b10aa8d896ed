//! Requests as they are on the wire, to the byte: what the service's filters,
//! forms and switches are given.

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::Gti;

/// The requests that a run sends to a service that knows nothing.
async fn sent(arguments: &[&str]) -> Vec<Request> {
    let server = MockServer::start().await;
    let unknown = r#"{"error":{"code":"NotFoundError","message":"not known"}}"#;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(404).set_body_string(unknown))
        .mount(&server)
        .await;
    let gti = Gti::at(&format!("{}/api/v3", server.uri()));
    #[cfg(unix)]
    gti.write("b\u{fc}cher \"1\"\\2%.bin", "content");
    let arguments: Vec<_> = arguments
        .iter()
        .map(|&argument| argument.to_owned())
        .collect();
    let run = move || gti.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(run).await.expect("a run");
    server.received_requests().await.expect("recorded")
}

fn target(request: &Request) -> String {
    let url = &request.url;
    let target = &url[url::Position::BeforePath..];
    format!("{} {}", request.method, target.replacen("/api/v3", "", 1))
}

fn body(request: &Request) -> &str {
    std::str::from_utf8(&request.body).expect("UTF-8")
}

#[tokio::test]
async fn filters_and_switches_are_those_of_the_service() {
    for (line, expected) in [
        (
            "ingest vuln --since 2026-01-02T03:04:05Z --until 2026-01-03T00:00:00Z",
            "GET /collections?limit=40&order=last_modification_date%2B&filter=collection_type%3Avulnerability\
             %20last_modification_date%3A2026-01-02T03%3A04%3A05%2B%20last_modification_date%3A2026-01-03T00%3A00%3A00-",
        ),
        (
            "vuln list --since 2026-01-02T04:04:05+01:00",
            "GET /intelligence/search?query=entity%3Acollection%20collection_type%3Avulnerability\
             %20last_modification_date%3A2026-01-02T03%3A04%3A05%2B&limit=25&exclude_attributes=aggregations",
        ),
        ("dtm show d2a7", "GET /dtm/alerts/d2a7?monitor_name=true"),
        // What is changed is not shown.
        (
            "dtm update d2a7 --status read",
            "GET /dtm/alerts/d2a7?refs=false",
        ),
        (
            "ingest dtm --since 2026-01-02T03:04:05Z",
            "GET /dtm/alerts?sort=created_at&order=asc&size=100&refs=false&monitor_name=true&life=10m\
             &since=2026-01-02T03%3A04%3A05Z",
        ),
        (
            "ingest ioc-stream --since 2026-01-02T03:04:05Z --source-type threat_profile",
            "GET /ioc_stream?limit=40&order=date%2B&filter=source_type%3Athreat_profile%20date%3A1767323045%2B",
        ),
    ] {
        let sent = sent(&line.split(' ').collect::<Vec<_>>()).await;
        assert_eq!(target(&sent[0]), expected, "{line}");
    }
}

#[tokio::test]
async fn a_private_url_is_submitted_with_its_options() {
    let submit = ["scan", "url", "--private", "http://evil.example/?a=b&c"];
    let options = [
        "--user-agent",
        "Example/1.0 (x; +y)",
        "--sandboxes",
        "chrome_headless_linux,cape_win",
        "--retention-days",
        "2",
    ];
    let sent = sent(&[&submit[..], &options].concat()).await;
    assert_eq!(target(&sent[0]), "POST /private/urls");
    assert_eq!(
        body(&sent[0]),
        "url=http%3A%2F%2Fevil.example%2F%3Fa%3Db%26c&user_agent=Example%2F1.0+%28x%3B+%2By%29\
         &sandboxes=chrome_headless_linux%2Ccape_win&retention_period_days=2"
    );
}

#[tokio::test]
async fn a_public_url_has_no_options() {
    for option in [["--user-agent", "x"], ["--sandboxes", "cape_win"]] {
        let submit = ["scan", "url", "--public", "http://evil.example/"];
        assert_eq!(sent(&[&submit[..], &option].concat()).await.len(), 0);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_is_submitted_as_a_browser_does() {
    let name = "./b\u{fc}cher \"1\"\\2%.bin";
    let sent = sent(&[
        "scan",
        "file",
        "--private",
        name,
        "--password",
        "infect\u{e9}d",
    ])
    .await;
    assert_eq!(target(&sent[0]), "POST /private/files");
    let header = |name: &str| sent[0].headers[name].to_str().expect("text");
    let boundary = header("content-type")
        .strip_prefix("multipart/form-data; boundary=")
        .expect("a form");
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\ninfect\u{e9}d\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; \
         filename=\"b\u{fc}cher %221%22\\2%.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n\
         content\r\n--{boundary}--\r\n"
    );
    assert_eq!(body(&sent[0]), expected);
    assert_eq!(header("content-length"), expected.len().to_string());
}
