//! The key is for one origin: it follows no redirect out of it.

use gti::client::Client;
use gti::model::error::ErrorKind as Kind;

use crate::support::{Act, KEY, RawServer, answer, configuration, report};

const OBJECT: &str = r#"{"data":{"id":"evil.example","type":"domain","attributes":{}}}"#;

fn redirect(status: &str, location: &str) -> Act {
    Act::Send(answer(status, &format!("Location: {location}\r\n"), ""))
}

#[tokio::test]
async fn within_the_origin_it_is_followed_with_the_key() {
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let server = RawServer::start(move |number, _| match number {
            0 => redirect(status, "/api/v3/elsewhere?x=1"),
            _ => Act::Send(answer("200 OK", "", OBJECT)),
        });
        let client = Client::new(configuration(&server.base_url())).expect("a client");
        report(&client, "evil.example").await.expect(status);
        let heads = server.heads();
        assert_eq!(heads.len(), 2, "{status}");
        assert!(
            heads[1].starts_with("GET /api/v3/elsewhere?x=1 "),
            "{}",
            heads[1]
        );
        assert!(heads[1].contains(KEY), "{status}");
    }
}

#[tokio::test]
async fn out_of_the_origin_nothing_goes() {
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let other = RawServer::start(|_, _| Act::Send(answer("200 OK", "", OBJECT)));
        let elsewhere = format!("http://{}/x", other.host());
        let server = RawServer::start(move |_, _| redirect(status, &elsewhere));
        let mut configuration = configuration(&server.base_url());
        configuration.policy.retries = 3;
        let client = Client::new(configuration).expect("a client");
        let error = report(&client, "evil.example").await.expect_err(status);
        assert_eq!(error.kind, Kind::Network);
        assert_eq!(
            error.message,
            format!(
                "redirected to http://{}, which is not the base URL's origin: not followed",
                other.host()
            )
        );
        assert_eq!((server.requests(), other.requests()), (1, 0), "{status}");
    }
}

/// By way of the own origin, too: each step is looked at.
#[tokio::test]
async fn a_detour_leads_nowhere_either() {
    let other = RawServer::start(|_, _| Act::Send(answer("200 OK", "", OBJECT)));
    let elsewhere = format!("http://{}/x", other.host());
    let server = RawServer::start(move |number, _| match number {
        0 => redirect("302 Found", "/api/v3/detour"),
        _ => redirect("302 Found", &elsewhere),
    });
    let client = Client::new(configuration(&server.base_url())).expect("a client");
    report(&client, "evil.example").await.expect_err("refused");
    assert_eq!((server.requests(), other.requests()), (2, 0));
}

#[tokio::test]
async fn a_circle_ends() {
    let server = RawServer::start(|_, _| redirect("302 Found", "/api/v3/again"));
    let client = Client::new(configuration(&server.base_url())).expect("a client");
    let error = report(&client, "evil.example").await.expect_err("a circle");
    assert_eq!(error.kind, Kind::Network, "{error}");
    assert!(server.requests() < 10, "{}", server.requests());
}
