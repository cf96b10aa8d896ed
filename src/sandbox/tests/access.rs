//! Keys, quota, users, compression, and the server itself.

use std::io::Read;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use jiff::Timestamp;

use super::{KEY, Site, answer};
use crate::sandbox::{Options, Sandbox};

#[tokio::test]
async fn keys_are_checked() {
    let site = Site::with(Options {
        require_key: Some("the-key".to_owned()),
        ..Options::default()
    });
    for (key, code, message) in [
        (
            None,
            "AuthenticationRequiredError",
            "X-Apikey header is missing",
        ),
        (Some("other"), "WrongCredentialsError", "Wrong API key"),
    ] {
        let mut request = site.request("/domains/evil.example");
        if let Some(key) = key {
            request = request.header("X-Apikey", key);
        }
        let answer = answer(request).await.expect("an answer");
        assert_eq!((answer.status, answer.code().as_str()), (401, code));
        assert_eq!(answer.json()["error"]["message"], message);
    }
    let right = site
        .request("/domains/evil.example")
        .header("x-apikey", "the-key");
    assert_eq!(answer(right).await.expect("an answer").status, 200);
    assert_eq!(site.sandbox.requests(), 3);
}

#[tokio::test]
async fn the_quota_is_spent_and_told() {
    let site = Site::with(Options {
        quota: Some(2),
        ..Options::default()
    });
    let quotas = format!("/users/{KEY}/overall_quotas");
    let mut answers = Vec::new();
    for path in [
        "/domains/evil.example",
        &quotas,
        "/nonesuch",
        "/domains/a.example",
    ] {
        answers.push(site.get(path).await.status);
    }
    assert_eq!(answers, [200, 200, 404, 429]);
    let refused = site.get("/domains/evil.example").await;
    assert_eq!(refused.code(), "QuotaExceededError");

    let quotas = site.json(&quotas).await;
    let daily = &quotas["data"]["api_requests_daily"];
    assert_eq!(daily["group"]["allowed"], 2);
    assert_eq!(daily["group"]["used"], 2);
    assert_eq!(daily["user"]["used"], 2);
    assert_eq!(
        quotas["data"]["collections_creation_monthly"].get("group"),
        None
    );
}

#[tokio::test]
async fn users_are_told_about_themselves_alone() {
    let site = Site::new();
    let user = site.json(&format!("/users/{KEY}")).await;
    let attributes = &user["data"]["attributes"];
    assert_eq!(user["data"]["type"], "user");
    assert_eq!(attributes["apikey"], KEY);
    assert_eq!(attributes["privileges"]["intelligence"]["granted"], true);
    assert!(attributes["quotas"]["api_requests_daily"]["allowed"].is_i64());
    let other = site.get("/users/somebody-elses-key").await;
    assert_eq!(other.status, 404);
    assert!(!other.body.contains("somebody"));
}

#[tokio::test]
async fn usage_is_told_by_day() {
    let site = Site::with(Options {
        now: || Timestamp::from_second(1_750_000_000).expect("a time"),
        ..Options::default()
    });
    site.json("/domains/evil.example").await;
    site.json("/domains/evil.example/urls").await;
    let usage = site.json("/users/current/api_usage").await;
    assert_eq!(usage["data"]["total"]["domains"], 2);
    assert_eq!(usage["data"]["daily"]["2025-06-15"]["domains"], 2);
}

#[tokio::test]
async fn metadata_lists_engines_and_relationships() {
    let metadata = Site::new().json("/metadata").await;
    let engines = metadata["data"]["engines"]
        .as_object()
        .map(serde_json::Map::len);
    assert_eq!(engines, Some(72));
    let of_ips = metadata["data"]["relationships"]["ip_address"]
        .as_array()
        .expect("a list");
    assert!(
        of_ips
            .iter()
            .any(|relation| relation["name"] == "resolutions")
    );
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_ask_twice() {
    let site = Site::new();
    let plain = site.get("/domains/evil.example").await;
    for (agent, compressed) in [("tool (gzip)", true), ("tool", false)] {
        let response = site
            .request("/domains/evil.example")
            .header("x-apikey", KEY)
            .header("x-tool", "x")
            .header("accept-encoding", "gzip")
            .header("user-agent", agent)
            .send()
            .await
            .expect("an answer");
        let encoding = response.headers().get("content-encoding").cloned();
        assert_eq!(encoding.is_some_and(|value| value == "gzip"), compressed);
        let body = response.bytes().await.expect("a body");
        if compressed {
            assert!(body.len() < plain.body.len() / 3);
            let mut text = String::new();
            GzDecoder::new(&*body)
                .read_to_string(&mut text)
                .expect("gzip");
            assert_eq!(text, plain.body);
        }
    }
}

#[tokio::test]
async fn latency_is_kept() {
    let latency = Duration::from_millis(30);
    let site = Site::with(Options {
        latency,
        ..Options::default()
    });
    let start = Instant::now();
    site.json("/metadata").await;
    assert!(start.elapsed() >= latency);
}

#[tokio::test]
async fn it_ends_when_told_and_frees_its_port() {
    let sandbox = Sandbox::start(Options::default()).expect("a free port");
    let address = sandbox.base_url();
    let address = address
        .trim_start_matches("http://")
        .trim_end_matches("/api/v3");
    let address: std::net::SocketAddr = address.parse().expect("an address");
    let taken = Sandbox::start_on(address, Options::default()).map(|_| ());
    assert_eq!(
        taken.expect_err("taken").kind(),
        std::io::ErrorKind::AddrInUse
    );

    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| sandbox.wait());
        sandbox.stop();
        assert!(waiting.join().expect("no panic").is_ok());
    });
    let again = Sandbox::start_on(address, Options::default());
    assert!(again.is_ok());
}
