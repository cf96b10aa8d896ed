//! The key goes to one origin besides the base URL, the token to one other, and neither
//! anywhere else.

use std::sync::Arc;

use serde_json::json;
use wiremock::{MockServer, Request, ResponseTemplate};

use super::three::{Script, TOKEN, Three, ok, one_alert, status};
use crate::support::{Gti, KEY};

#[tokio::test]
async fn a_token_is_renewed_once_when_it_is_refused() {
    // The first token is refused; concurrent requests share the exchange for the second.
    let three = Three::answering(|request, count| {
        let first = request.headers["authorization"].as_bytes().ends_with(b"-0");
        if first {
            return status(401, "UNAUTHENTICATED", "expired");
        }
        one_alert(request, count)
    })
    .await;
    let gti = Arc::new(three.gti());
    let ids = ["a1"; 20].join("\n");
    let ran = three.run(&gti, &["alerts", "show", "-"], &ids).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), 20);
    assert_eq!(
        three
            .exchange
            .received_requests()
            .await
            .expect("recorded")
            .len(),
        2
    );
    // Every token is refused: two tries, and nothing more of the other ids.
    let three = Three::answering(|_, _| status(401, "UNAUTHENTICATED", "no")).await;
    let gti = Arc::new(three.gti());
    let ran = three
        .run(&gti, &["alerts", "show", "-", "-j", "1"], &ids)
        .await;
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("--token-url"), "{}", ran.stderr);
    assert_eq!(
        three
            .exchange
            .received_requests()
            .await
            .expect("recorded")
            .len(),
        2
    );
    assert_eq!(
        three
            .alerts
            .received_requests()
            .await
            .expect("recorded")
            .len(),
        2
    );
    three.keeps_secrets_apart("refused").await;
}

/// What a refusal of the exchange looks like is not known: JSON, text, nothing.
#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
async fn a_refused_exchange_ends_the_run_whatever_it_says() {
    let echo = |request: &Request| String::from_utf8_lossy(&request.body).into_owned();
    let json = |code| ResponseTemplate::new(code).set_body_json(json!({"error": "invalid_grant"}));
    let cases: Vec<(&str, Script, i32)> = vec![
        ("json", Box::new(move |_, _| json(401)), 4),
        (
            "text",
            Box::new(|_, _| ResponseTemplate::new(401).set_body_string("Unauthorized")),
            4,
        ),
        ("empty", Box::new(|_, _| ResponseTemplate::new(401)), 4),
        (
            "echo",
            Box::new(move |request, _| ResponseTemplate::new(401).set_body_string(echo(request))),
            4,
        ),
        ("forbidden", Box::new(move |_, _| json(403)), 4),
        ("bad request", Box::new(move |_, _| json(400)), 4),
        (
            "no exchange",
            Box::new(|_, _| ResponseTemplate::new(404)),
            7,
        ),
        (
            "portal",
            Box::new(|_, _| {
                ResponseTemplate::new(403).set_body_string("<html><title>Sign in</title></html>")
            }),
            7,
        ),
        (
            "portal 200",
            Box::new(|_, _| {
                ResponseTemplate::new(200).set_body_string("<html><title>Sign in</title></html>")
            }),
            7,
        ),
        ("down", Box::new(|_, _| ResponseTemplate::new(503)), 7),
        (
            "no token",
            Box::new(|_, _| ok(&json!({"token_type": "Bearer"}))),
            1,
        ),
        (
            "another type",
            Box::new(|_, _| ok(&json!({"access_token": TOKEN, "token_type": "mac"}))),
            1,
        ),
        (
            "no JSON",
            Box::new(|_, _| ResponseTemplate::new(200).set_body_string(TOKEN)),
            1,
        ),
        (
            "odd",
            Box::new(|_, _| ok(&json!({"access_token": format!("{TOKEN}\n"), "expires_in": "x"}))),
            1,
        ),
        (
            "elsewhere",
            Box::new(|_, _| {
                ResponseTemplate::new(307).insert_header("location", "https://elsewhere.example/")
            }),
            7,
        ),
    ];
    for (told, script, code) in cases {
        let three = Three::new(script, one_alert).await;
        let gti = Arc::new(
            three
                .gti()
                .with("GTI_RETRIES", "1")
                .with("GTI_LOG", "trace"),
        );
        let ids = ["a1"; 9].join("\n");
        let ran = three
            .run(&gti, &["alerts", "show", "-", "-vvv"], &ids)
            .await;
        assert_eq!(ran.code, code, "{told}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("token exchange at http://127.0.0.1:"),
            "{told}: {}",
            ran.stderr
        );
        for said in [&ran.stdout, &ran.stderr] {
            assert!(
                !said.contains(&KEY[..12]) && !said.contains(&TOKEN[..18]),
                "{told}: {said}"
            );
        }
        assert!(
            three
                .alerts
                .received_requests()
                .await
                .expect("recorded")
                .is_empty()
        );
        let asked = three
            .exchange
            .received_requests()
            .await
            .expect("recorded")
            .len();
        assert!(asked <= 4, "{told}: {asked} exchanges");
    }
}

/// Neither a redirect nor an answer leads key or token elsewhere, and nothing that is
/// printed, logged or kept holds one of them.
#[tokio::test]
async fn neither_key_nor_token_goes_or_stays_anywhere_else() {
    let elsewhere = MockServer::start().await;
    let there = elsewhere.uri();
    for code in [301, 302, 303, 307, 308] {
        let (to, also) = (there.clone(), there.clone());
        let away = move |to: &str| {
            ResponseTemplate::new(code).insert_header("location", format!("{to}/x"))
        };
        let hostile: [(&str, Three); 2] = [
            (
                "the exchange",
                Three::new(move |_, _| away(&to), one_alert).await,
            ),
            (
                "the alerts",
                Three::answering(move |_, _| away(&also)).await,
            ),
        ];
        for (told, three) in hostile {
            let gti = Arc::new(three.gti().with("GTI_RETRIES", "0"));
            let ran = three
                .run(&gti, &["alerts", "update", "a1", "--state", "READ"], "")
                .await;
            assert_ne!(ran.code, 0, "{told} {code}");
            three.keeps_secrets_apart(told).await;
        }
        // Nor to another path of their own origin.
        let three = Three::answering(move |request, count| {
            if request.url.path().ends_with("/a1") {
                return ResponseTemplate::new(code).insert_header("location", "/other");
            }
            one_alert(request, count)
        })
        .await;
        let gti = Arc::new(three.gti().with("GTI_RETRIES", "0"));
        three.run(&gti, &["alerts", "show", "a1"], "").await;
        let heard = three.alerts.received_requests().await.expect("recorded");
        assert!(heard.iter().all(|request| request.url.path() != "/other"));
    }
    assert!(
        elsewhere
            .received_requests()
            .await
            .expect("recorded")
            .is_empty()
    );

    // An answer that repeats what it was sent, as a debugging proxy does.
    let three = Three::answering(|request, count| {
        if request.url.path().ends_with("/echo") {
            let sent = format!(
                "{:?} {KEY}",
                request.headers.get("authorization").map(|it| it.to_str())
            );
            return status(400, "INVALID_ARGUMENT", &sent);
        }
        one_alert(request, count)
    })
    .await;
    for voice in [
        &["-vvv"][..],
        &["-vvv", "--log-format", "json", "--log-file", "log.txt"],
        &["--log-file", "log.txt"],
        &["-f", "text"],
    ] {
        let gti = Arc::new(three.gti().with("GTI_LOG", "trace"));
        for line in [
            "alerts show a1 echo",
            "alerts list",
            "alerts update a1 --state RESOLVED",
            "ingest alerts --checkpoint soc -o out.jsonl --since 2026-01-01T00:00:00Z",
            "doctor",
            "config list",
        ] {
            let words: Vec<&str> = line.split(' ').chain(voice.iter().copied()).collect();
            let ran = three.run(&gti, &words, "").await;
            let mut texts = vec![ran.stdout.into_bytes(), ran.stderr.into_bytes()];
            texts.extend(contents(gti.world()));
            for text in texts {
                for secret in [&KEY[..12], &TOKEN[..18]] {
                    let found = text.windows(secret.len()).any(|it| it == secret.as_bytes());
                    assert!(
                        !found,
                        "{line} {voice:?}: {}",
                        String::from_utf8_lossy(&text)
                    );
                }
            }
        }
    }
}

/// Whatever stands in files below a directory.
fn contents(directory: &std::path::Path) -> Vec<Vec<u8>> {
    let mut all = vec![];
    for entry in std::fs::read_dir(directory).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(contents(&path));
        } else {
            all.push(std::fs::read(&path).expect("read"));
        }
    }
    all
}

#[test]
fn addresses_are_https_or_this_machine_s() {
    let gti = Gti::new().with("GTI_API_KEY", KEY);
    for option in ["--alerts-url", "--token-url"] {
        for url in [
            "http://alerts.example/",
            "ftp://alerts.example/",
            "alerts.example",
        ] {
            let list = ["alerts", "list", "--project", "p", option, url];
            let ran = gti.run(&list).exits(2);
            assert!(ran.stderr.contains(option), "{}", ran.stderr);
        }
    }
    let ran = gti.run(&[
        "doctor",
        "--base-url",
        "http://127.0.0.1:1/",
        "--token-url",
        "https://idp.example",
        "--alerts-url",
        "https://alerts.example/x",
        "--json",
    ]);
    assert!(
        ran.stdout.contains("the key goes to https://idp.example for a token, the token to https://alerts.example; no project"),
        "{}",
        ran.stdout
    );
}
