//! What goes with every request, and how answers come back.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use gti::client::Client;
use gti::client::endpoints::indicators::{Place, Selection};
use gti::model::report::JudgedReport;
use wiremock::matchers::{header, header_regex, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Gti, KEY, configuration, report};

const OBJECT: &str = r#"{"data":{"id":"evil.example","attributes":{},"n":1.10}}"#;

fn zipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("written");
    encoder.finish().expect("finished")
}

#[tokio::test]
async fn key_tool_and_agent_go_with_every_request() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/api/v3/domains/evil.example"))
        .and(header("x-apikey", KEY))
        .and(header("x-tool", "gti-cli.gti.0.1"))
        .and(header_regex("user-agent", "gzip"))
        .and(header_regex("accept-encoding", "gzip"))
        .and(header("accept", "application/json"))
        .respond_with(ResponseTemplate::new(200).set_body_string(OBJECT))
        .expect(1)
        .mount(&server)
        .await;
    let client = Client::new(configuration(&format!("{}/api/v3", server.uri()))).expect("a client");
    report(&client, "evil.example").await.expect("an answer");
}

/// The same of the program itself, whose agent the service must know to compress
/// for, and whose tool can be named.
#[tokio::test]
async fn the_program_sends_what_the_service_asks_for() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(
            ResponseTemplate::new(200)
                .insert_header("Content-Encoding", "gzip")
                .set_body_bytes(zipped(OBJECT)),
        )
        .mount(&server)
        .await;
    let gti = Gti::at(&format!("{}/api/v3", server.uri()));
    let ran = tokio::task::spawn_blocking(move || {
        gti.run(&["enrich", "evil.example"]).exits(0);
        gti.run(&[
            "enrich",
            "evil.example",
            "--refresh",
            "--x-tool",
            "soc.hunter.v2.1",
        ])
    });
    let ran = ran.await.expect("a run").exits(0);
    assert!(
        ran.stdout
            .contains(r#""report":{"id":"evil.example","attributes":{},"n":1.10}"#)
    );
    let requests = server.received_requests().await.expect("recorded");
    let sent = |number: usize, name: &str| {
        let value = &requests[number].headers[name];
        value.to_str().expect("text").to_owned()
    };
    assert_eq!(sent(0, "x-apikey"), KEY);
    assert_eq!(sent(0, "x-tool"), "gti-cli.gti.0.1");
    assert_eq!(
        sent(0, "user-agent"),
        concat!("gti/", env!("CARGO_PKG_VERSION"), " (gzip)")
    );
    assert!(sent(0, "accept-encoding").contains("gzip"));
    assert_eq!(sent(1, "x-tool"), "soc.hunter.v2.1");
}

#[tokio::test]
async fn a_compressed_answer_is_the_same_to_the_byte() {
    let server = MockServer::start().await;
    let long = format!(
        r#"{{"data":{{"id":"evil.example","attributes":{{"text":"{}"}}}}}}"#,
        "synthetic ".repeat(20_000)
    );
    Mock::given(method("GET"))
        .respond_with(
            ResponseTemplate::new(200)
                .insert_header("Content-Encoding", "gzip")
                .set_body_bytes(zipped(&long)),
        )
        .mount(&server)
        .await;
    let client = Client::new(configuration(&server.uri())).expect("a client");
    let object = report(&client, "evil.example").await.expect("an answer");
    assert_eq!(object.json(), &long[8..long.len() - 1]);
}

/// A compressed answer that is cut short is no answer.
#[tokio::test]
async fn compression_that_breaks_off_is_a_fault() {
    let server = MockServer::start().await;
    let mut bytes = zipped(OBJECT);
    bytes.truncate(bytes.len() - 8);
    Mock::given(method("GET"))
        .respond_with(
            ResponseTemplate::new(200)
                .insert_header("Content-Encoding", "gzip")
                .set_body_bytes(bytes),
        )
        .mount(&server)
        .await;
    let client = Client::new(configuration(&server.uri())).expect("a client");
    let error = report(&client, "evil.example").await.expect_err("a fault");
    assert_eq!(error.kind, gti::model::error::ErrorKind::Network, "{error}");
}

/// A `+` in a value is sent as itself, and an id stays one segment of the path.
#[tokio::test]
async fn paths_and_queries_arrive_as_meant() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_string(r#"{"data":{"id":"a/../b?c#d"}}"#))
        .mount(&server)
        .await;
    let client = Client::new(configuration(&format!("{}/api/v3", server.uri()))).expect("a client");
    let place = Place {
        collection: "domains",
        id: "a/../b?c#d",
    };
    let selection = Selection {
        attributes: Some("a+b,c d&e=f".to_owned()),
        ..Selection::default()
    };
    let report = client.report::<JudgedReport>(place, &selection);
    report.await.expect("an answer");
    let requests = server.received_requests().await.expect("recorded");
    assert_eq!(requests[0].url.path(), "/api/v3/domains/a%2F..%2Fb%3Fc%23d");
    assert_eq!(
        requests[0].url.query(),
        Some("attributes=a%2Bb%2Cc%20d%26e%3Df")
    );
    for id in ["", ".", ".."] {
        let place = Place {
            collection: "domains",
            id,
        };
        let report = client.report::<JudgedReport>(place, &selection);
        let error = report.await.expect_err("refused");
        assert_eq!(error.kind, gti::model::error::ErrorKind::Invalid);
    }
    assert_eq!(client.requests_sent(), 1);
}
