//! Statuses: which are asked about again, how often, and what they become.

use std::time::Duration;

use gti::client::Client;
use gti::client::retry::Policy;
use gti::model::error::{Error, ErrorKind as Kind};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{configuration, report};

/// Patient, but never for longer than a blink.
const POLICY: Policy = Policy {
    retries: 3,
    max_wait: Duration::from_millis(1),
};

async fn server(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// What a look-up comes to, and how many requests it took.
async fn asked(answer: ResponseTemplate) -> (Error, usize) {
    let server = server(answer).await;
    let mut configuration = configuration(&server.uri());
    configuration.policy = POLICY;
    let client = Client::new(configuration).expect("a client");
    let error = report(&client, "evil.example").await.expect_err("an error");
    let requests = server.received_requests().await.expect("recorded").len();
    (error, requests)
}

fn envelope(status: u16, code: &str) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .insert_header("Retry-After", "0")
        .set_body_json(serde_json::json!({"error": {"code": code, "message": "Said so"}}))
}

/// The error table of the API's documentation, and what stands in front of it.
#[tokio::test]
async fn every_status_of_the_table() {
    let table = [
        (400, "BadRequestError", Kind::Invalid, 1),
        (400, "InvalidArgumentError", Kind::Invalid, 1),
        (400, "NotAvailableYet", Kind::Invalid, 1),
        (400, "UnselectiveContentQueryError", Kind::Invalid, 1),
        (401, "AuthenticationRequiredError", Kind::Auth, 1),
        (401, "UserNotActiveError", Kind::Auth, 1),
        (401, "WrongCredentialsError", Kind::Auth, 1),
        (403, "ForbiddenError", Kind::Forbidden, 1),
        (404, "NotFoundError", Kind::NotFound, 1),
        (409, "AlreadyExistsError", Kind::Invalid, 1),
        (424, "FailedDependencyError", Kind::Invalid, 2),
        (429, "QuotaExceededError", Kind::Quota, 3),
        (429, "TooManyRequestsError", Kind::RateLimit, 4),
        (429, "TooManyRequests", Kind::RateLimit, 4),
        (500, "InternalError", Kind::Server, 4),
        (501, "NotImplementedError", Kind::Server, 1),
        (502, "", Kind::Server, 4),
        (503, "TransientError", Kind::Server, 4),
        (504, "DeadlineExceededError", Kind::Server, 4),
        (522, "", Kind::Server, 4),
    ];
    for (status, code, kind, requests) in table {
        let (error, seen) = asked(envelope(status, code)).await;
        assert_eq!((error.kind, seen), (kind, requests), "{status} {code}");
        assert_eq!(error.status, Some(status));
        assert_eq!(error.code.as_deref(), Some(code));
        assert_eq!(error.message, "Said so");
        assert_eq!(error.tries as usize, requests);
    }
}

#[tokio::test]
async fn a_page_in_place_of_an_envelope_says_nothing_of_what_was_asked() {
    for (status, kind, said) in [
        (401, Kind::Network, None),
        (403, Kind::Network, None),
        (404, Kind::Network, None),
        (407, Kind::Network, None),
        (451, Kind::Network, None),
        (502, Kind::Server, None),
        (429, Kind::RateLimit, Some(429)),
    ] {
        let page = "<!DOCTYPE html><html><head><title> Simulated\n gateway </title></head><body><h1>x</h1></body></html>";
        let (error, _) = asked(ResponseTemplate::new(status).set_body_raw(page, "text/html")).await;
        assert_eq!((error.status, error.kind), (said, kind));
        let foreign = said.is_none().then_some(status);
        assert_eq!(error.foreign, foreign);
        assert!(error.message.ends_with(": Simulated gateway"), "{error}");
    }
}

#[tokio::test]
async fn a_wait_that_is_longer_than_allowed_ends_it() {
    for retry_after in ["3600", "Fri, 01 Jan 2100 00:00:00 GMT"] {
        for (status, code, kind) in [
            (429, "QuotaExceededError", Kind::Quota),
            (429, "TooManyRequestsError", Kind::RateLimit),
            (503, "TransientError", Kind::RateLimit),
        ] {
            let answer = envelope(status, code).insert_header("Retry-After", retry_after);
            let (error, requests) = asked(answer).await;
            assert_eq!(
                (error.kind, requests),
                (kind, 1),
                "{status} {code} {retry_after}"
            );
            assert!(
                error.message.contains("the next try would have to wait"),
                "{error}"
            );
        }
    }
}

/// A quota of the minute frees itself within one; nobody says how long to wait.
#[tokio::test]
async fn a_quota_without_a_word_is_waited_for_a_minute_or_not_at_all() {
    let answer = ResponseTemplate::new(429)
        .set_body_json(serde_json::json!({"error": {"code": "QuotaExceededError"}}));
    let (error, requests) = asked(answer).await;
    assert_eq!((error.kind, requests), (Kind::Quota, 1));
    assert!(
        error.message.ends_with("would have to wait 60 s"),
        "{error}"
    );
}

/// A date that has passed, and words that mean nothing, are no reason to wait.
#[tokio::test]
async fn odd_waits_are_no_waits() {
    for retry_after in ["Fri, 02 Jan 2015 00:00:00 GMT", "soon", "-1", ""] {
        let answer = envelope(503, "TransientError").insert_header("Retry-After", retry_after);
        let (error, requests) = asked(answer).await;
        assert_eq!((error.kind, requests), (Kind::Server, 4), "{retry_after}");
    }
}

#[tokio::test]
async fn a_service_that_recovers_is_asked_until_it_does() {
    for status in [429, 500, 502, 503, 504] {
        let server = MockServer::start().await;
        Mock::given(any())
            .respond_with(envelope(status, "Passing"))
            .up_to_n_times(2)
            .mount(&server)
            .await;
        Mock::given(any())
            .respond_with(
                ResponseTemplate::new(200)
                    .set_body_string(r#"{"data":{"id":"evil.example","attributes":{}}}"#),
            )
            .mount(&server)
            .await;
        let mut configuration = configuration(&server.uri());
        configuration.policy = POLICY;
        let client = Client::new(configuration).expect("a client");
        let object = report(&client, "evil.example").await.expect("an answer");
        assert_eq!(object.json(), r#"{"id":"evil.example","attributes":{}}"#);
        assert_eq!(client.requests_sent(), 3, "{status}");
    }
}

/// The message is the service's; the address, which may hold a key, is not in it.
#[tokio::test]
async fn no_error_names_the_address_or_the_key() {
    use crate::support::KEY;
    for answer in [
        envelope(500, "InternalError"),
        ResponseTemplate::new(200).set_body_string("garbage"),
        ResponseTemplate::new(302).insert_header("Location", "https://other.example/x"),
    ] {
        let server = server(answer).await;
        let client = Client::new(configuration(&server.uri())).expect("a client");
        let key = client.key().expect("a key");
        let error = client.account(&key).await.expect_err("an error");
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(!shown.contains(KEY), "{shown}");
            assert!(!shown.contains(&server.uri()), "{shown}");
        }
    }
}
