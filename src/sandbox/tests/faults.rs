//! Faults, as a client meets them.

use std::time::Duration;

use super::{Answer, KEY, Site};
use crate::sandbox::Options;

fn site(faults: &[&str], seed: u64) -> Site {
    let fault = faults.iter().map(|text| text.parse().expect(text));
    Site::with(Options {
        fault: fault.collect(),
        seed,
        ..Options::default()
    })
}

/// The answers to so many requests; nothing for one that broke off.
async fn ask(site: &Site, times: usize) -> Vec<Option<Answer>> {
    let mut answers = Vec::new();
    for _ in 0..times {
        answers.push(site.try_get("/domains/evil.example").await.ok());
    }
    answers
}

#[tokio::test]
async fn rates_are_limited_in_json_and_no_wait_is_named() {
    for answer in ask(&site(&["429:1/1"], 0), 2).await {
        let answer = answer.expect("an answer");
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (429, "TooManyRequestsError")
        );
        assert!(!answer.headers.contains_key("retry-after"));
    }
}

#[tokio::test]
async fn server_errors_are_json_and_html_by_turns() {
    let answers = ask(&site(&["503:1/1"], 0), 2).await;
    let [json, html] = &answers[..] else {
        panic!("two answers")
    };
    let (json, html) = (json.as_ref().expect("JSON"), html.as_ref().expect("HTML"));
    assert_eq!((json.status, html.status), (503, 503));
    assert_eq!(json.code(), "TransientError");
    assert!(
        html.headers["content-type"]
            .to_str()
            .is_ok_and(|kind| kind.starts_with("text/html"))
    );
    assert!(html.body.starts_with("<html>"));
}

#[tokio::test]
async fn connections_break_before_and_within_the_answer() {
    let site = site(&["reset:1/1"], 0);
    for within in [true, false] {
        let request = site
            .request("/domains/evil.example")
            .header("x-apikey", KEY);
        match request.send().await {
            Ok(response) if within => {
                assert_eq!(response.status(), 200);
                assert!(response.text().await.is_err());
            }
            Err(_) if !within => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn truncated_bodies_promise_more_than_they_hold() {
    let whole = Site::new().get("/domains/evil.example").await.body.len();
    let site = site(&["truncate:1/1"], 0);
    let request = site
        .request("/domains/evil.example")
        .header("x-apikey", KEY);
    let mut response = request.header("x-tool", "x").send().await.expect("a head");
    let promised = response.content_length().expect("a length");
    assert!(usize::try_from(promised).is_ok_and(|promised| promised.abs_diff(whole) < 200));
    let mut read = 0;
    let ended = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => read += chunk.len() as u64,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    assert!(
        ended.is_err() && (1..promised).contains(&read),
        "{read} of {promised}"
    );
}

#[tokio::test]
async fn garbage_is_no_json() {
    for answer in ask(&site(&["garbage:1/1"], 0), 2).await {
        let answer = answer.expect("an answer");
        assert_eq!(answer.status, 200);
        assert!(serde_json::from_str::<serde_json::Value>(&answer.body).is_err());
    }
}

#[tokio::test]
async fn what_stands_between_client_and_service_strikes_every_request() {
    for (kind, status, html) in [
        ("html200", 200, true),
        ("html403", 403, true),
        ("html404", 404, true),
        ("html407", 407, true),
        ("html451", 451, true),
        ("empty", 200, false),
        ("datanull", 200, false),
        ("error200", 200, false),
        ("message200", 200, false),
        ("other", 200, false),
        ("timedout", 200, false),
    ] {
        let site = site(&[&format!("{kind}:1/1")], 0);
        for path in ["/domains/evil.example", "/users/current", "/metadata"] {
            let answer = site.get(path).await;
            assert_eq!(answer.status, status, "{kind} {path}");
            assert_eq!(answer.body.contains("<title>"), html, "{kind} {path}");
            assert!(html || answer.json().is_object(), "{kind} {path}");
        }
    }
    for (kind, body) in [("blank", ""), ("null", "null"), ("list", "[]")] {
        let site = site(&[&format!("{kind}:1/1")], 0);
        assert_eq!(site.get("/domains/evil.example").await.body, body);
    }
}

#[tokio::test]
async fn hanging_answers_never_come() {
    let site = site(&["hang:1/2"], 0);
    let call = || tokio::time::timeout(Duration::from_millis(100), site.get("/metadata"));
    assert!(call().await.is_ok(), "metadata is free of faults");
    ask(&site, 1).await;
    let hanging = tokio::time::timeout(Duration::from_millis(100), ask(&site, 1)).await;
    assert!(hanging.is_err());
}

#[tokio::test]
async fn quota_faults_name_the_quota_and_cost_nothing() {
    let site = site(&["quota:1/2"], 0);
    let codes: Vec<u16> = ask(&site, 4)
        .await
        .into_iter()
        .map(|answer| answer.map_or(0, |answer| answer.status))
        .collect();
    assert_eq!(codes, [200, 429, 200, 429]);
    let quotas = site.json("/users/current/overall_quotas").await;
    assert_eq!(quotas["data"]["api_requests_daily"]["user"]["used"], 2);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let run = async |seed| -> Vec<u16> {
        let site = site(&["429:20%", "503:20%", "reset:10%"], seed);
        let answers = ask(&site, 60).await.into_iter();
        answers
            .map(|answer| answer.map_or(0, |answer| answer.status))
            .collect()
    };
    let statuses = run(3).await;
    assert_eq!(statuses, run(3).await);
    assert_ne!(statuses, run(4).await);
    for status in [0, 200, 429, 503] {
        assert!(statuses.contains(&status), "{status}");
    }
}
