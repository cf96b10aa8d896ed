//! What a whole run may: requests in all, requests at once, and a pause for
//! everybody when the service asks for one.

use std::time::Duration;

use futures::future::{join, join_all};
use gti::client::Client;
use gti::client::pace::Rate;
use gti::model::error::ErrorKind as Kind;

use crate::support::{Act, RawServer, answer, configuration, object_of, report};

const OBJECT: &str = r#"{"data":{"id":"evil.example","type":"domain","attributes":{}}}"#;

fn ok() -> Act {
    Act::Send(answer("200 OK", "", OBJECT))
}

fn unavailable() -> Act {
    Act::Send(answer("503 Service Unavailable", "Retry-After: 0\r\n", ""))
}

#[tokio::test]
async fn the_budget_is_exact_with_repeats_counted() {
    // Every other request fails, so that twenty look-ups would take forty.
    let server = RawServer::start(|number, _| match number % 2 {
        0 => unavailable(),
        _ => ok(),
    });
    let mut configuration = configuration(&server.base_url());
    configuration.policy.retries = 100;
    configuration.max_requests = Some(13);
    let client = Client::new(configuration).expect("a client");
    let look_ups = (0..20).map(|_| report(&client, "evil.example"));
    let outcomes = join_all(look_ups).await;
    assert_eq!(server.requests(), 13);
    assert_eq!(client.requests_sent(), 13);
    let answered = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(answered, 6);
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(error.kind, Kind::Quota);
        assert_eq!(error.message, "the run's budget of 13 requests is spent");
    }
}

#[tokio::test]
async fn no_budget_is_no_request() {
    let server = RawServer::start(|_, _| ok());
    let mut configuration = configuration(&server.base_url());
    configuration.max_requests = Some(0);
    let client = Client::new(configuration).expect("a client");
    let error = report(&client, "evil.example").await.expect_err("refused");
    assert_eq!((error.kind, error.tries), (Kind::Quota, 0));
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn no_more_are_in_flight_than_allowed() {
    // Nobody is answered, so all that may fly are in flight in the end.
    let server = RawServer::start(|_, _| Act::SendAndHang(vec![]));
    let mut configuration = configuration(&server.base_url());
    configuration.concurrency = 3;
    let client = Client::new(configuration).expect("a client");
    let look_ups = join_all((0..10).map(|_| report(&client, "evil.example")));
    let all_in_flight = async {
        while server.requests() < 3 {
            tokio::task::yield_now().await;
        }
        // Time in which a fourth would have come.
        tokio::time::timeout(Duration::from_millis(100), std::future::pending::<()>()).await
    };
    tokio::select! {
        _ = look_ups => panic!("answered"),
        _ = all_in_flight => {}
    }
    assert_eq!(server.requests(), 3);
}

/// One 429 pauses everybody: with a wait of an hour nobody else asks.
#[tokio::test]
async fn a_429_pauses_the_whole_process() {
    let server = RawServer::start(|number, _| match number {
        0 => Act::Send(answer("429 Too Many Requests", "Retry-After: 3600\r\n", "")),
        _ => ok(),
    });
    let mut configuration = configuration(&server.base_url());
    configuration.concurrency = 1;
    configuration.policy.retries = 1;
    configuration.policy.max_wait = Duration::from_hours(2);
    let client = Client::new(configuration).expect("a client");
    let both = join(
        report(&client, "one.example"),
        report(&client, "two.example"),
    );
    let waited = tokio::time::timeout(Duration::from_millis(300), both).await;
    assert!(waited.is_err(), "both wait");
    assert_eq!(server.requests(), 1);
}

/// A fault that is not about the rate is waited out by whom it met.
#[tokio::test]
async fn a_503_pauses_nobody_else() {
    let server = RawServer::start(|_, head| {
        if head.contains("/domains/one.example") {
            return Act::Send(answer(
                "503 Service Unavailable",
                "Retry-After: 3600\r\n",
                "",
            ));
        }
        Act::Send(answer("200 OK", "", object_of(head)))
    });
    let mut configuration = configuration(&server.base_url());
    configuration.concurrency = 1;
    configuration.policy.retries = 1;
    configuration.policy.max_wait = Duration::from_hours(2);
    let client = Client::new(configuration).expect("a client");
    tokio::select! {
        _ = report(&client, "one.example") => panic!("answered"),
        outcome = async {
            while server.requests() == 0 {
                tokio::task::yield_now().await;
            }
            report(&client, "two.example").await
        } => assert!(outcome.is_ok()),
    }
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn the_rate_holds_requests_back() {
    let server = RawServer::start(|_, _| ok());
    let mut configuration = configuration(&server.base_url());
    configuration.rate = Some(Rate {
        count: 2,
        per: Duration::from_hours(1),
    });
    let client = Client::new(configuration).expect("a client");
    let three = join_all((0..3).map(|_| report(&client, "evil.example")));
    tokio::select! {
        _ = three => panic!("too fast"),
        () = async {
            while server.requests() < 2 {
                tokio::task::yield_now().await;
            }
            // Time in which the third would have come.
            let _ = tokio::time::timeout(Duration::from_millis(100), std::future::pending::<()>()).await;
        } => {}
    }
    assert_eq!(server.requests(), 2);
}
