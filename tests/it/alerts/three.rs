//! Three listeners, which the key and the token are told apart by.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::support::{Gti, KEY, Ran};

pub(super) const TOKEN: &str = "ya29.d.0123456789-token-of-the-mock";
pub(super) const PROJECT: &str = "gti-12345";

/// What a listener heard, and what it says.
pub(super) type Script = Box<dyn Fn(&Request, usize) -> ResponseTemplate + Send + Sync>;

pub(super) struct Scripted(Script, Mutex<usize>);

impl Respond for Scripted {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut count = self.1.lock().expect("lock");
        *count += 1;
        (self.0)(request, *count - 1)
    }
}

/// Three listeners: the API, the exchange, and the alerts.
pub(super) struct Three {
    pub(super) base: MockServer,
    pub(super) exchange: MockServer,
    pub(super) alerts: MockServer,
}

impl Three {
    pub(super) async fn new(
        exchange: impl Fn(&Request, usize) -> ResponseTemplate + Send + Sync + 'static,
        alerts: impl Fn(&Request, usize) -> ResponseTemplate + Send + Sync + 'static,
    ) -> Self {
        let serve = async |script: Script| {
            let server = MockServer::start().await;
            let scripted = Scripted(script, Mutex::default());
            Mock::given(any())
                .respond_with(scripted)
                .mount(&server)
                .await;
            server
        };
        Self {
            base: serve(Box::new(|_, _| ResponseTemplate::new(418))).await,
            exchange: serve(Box::new(exchange)).await,
            alerts: serve(Box::new(alerts)).await,
        }
    }

    /// With an exchange that works.
    pub(super) async fn answering(
        alerts: impl Fn(&Request, usize) -> ResponseTemplate + Send + Sync + 'static,
    ) -> Self {
        Self::new(|_, count| token(count), alerts).await
    }

    pub(super) fn gti(&self) -> Gti {
        Gti::at(&format!("{}/api/v3", self.base.uri()))
            .with("GTI_ALERTS_URL", self.alerts.uri())
            .with("GTI_TOKEN_URL", self.exchange.uri())
            .with("GTI_ALERTS_PROJECT", PROJECT)
            .with("GTI_MAX_WAIT", "1ms")
    }

    pub(super) async fn run(&self, gti: &Arc<Gti>, arguments: &[&str], stdin: &str) -> Ran {
        let gti = Arc::clone(gti);
        let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
        let stdin = stdin.to_owned();
        tokio::task::spawn_blocking(move || {
            let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
            gti.run_on(&words, stdin)
        })
        .await
        .expect("a run")
    }

    /// Checks where key and token went.
    pub(super) async fn keeps_secrets_apart(&self, told: &str) {
        let heard = async |server: &MockServer| server.received_requests().await.expect("recorded");
        let mentions = |request: &Request, secret: &str| {
            let within = |bytes: &[u8]| {
                bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes())
            };
            within(request.url.as_str().as_bytes())
                || within(&request.body)
                || request
                    .headers
                    .values()
                    .any(|value| within(value.as_bytes()))
        };
        assert!(
            heard(&self.base).await.is_empty(),
            "{told}: the API was asked"
        );
        for request in heard(&self.exchange).await {
            assert!(
                !mentions(&request, TOKEN),
                "{told}: the exchange saw a token"
            );
            assert!(!request.headers.contains_key("x-apikey"), "{told}");
        }
        for request in heard(&self.alerts).await {
            assert!(!mentions(&request, KEY), "{told}: the alerts saw the key");
            assert!(!request.headers.contains_key("x-apikey"), "{told}");
        }
    }
}

pub(super) fn token(count: usize) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "access_token": format!("{TOKEN}-{count}"),
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "token_type": "Bearer",
        "expires_in": 14398,
    }))
}

pub(super) fn alert(state: &str, etag: &str) -> Value {
    json!({
        "name": format!("projects/{PROJECT}/alerts/a1"), "state": state, "etag": etag,
        "audit": {"createTime": "2026-01-02T03:04:05Z", "updateTime": "2026-01-02T03:05:05.5Z", "updater": "eve@corp.example"},
        "findingCount": "1", "findings": [format!("projects/{PROJECT}/findings/f1")],
        "detail": {"detailType": "data_leak", "dataLeak": {"severity": "HIGH", "discoveryDocumentIds": [format!("projects/{PROJECT}/alerts/a1/documents/d1"), "d2"]}},
    })
}

pub(super) fn ok(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

pub(super) fn status(code: u16, name: &str, message: &str) -> ResponseTemplate {
    ResponseTemplate::new(code)
        .set_body_json(json!({"error": {"code": code, "message": message, "status": name}}))
}

/// The alerts service as far as one alert goes.
pub(super) fn one_alert(request: &Request, _: usize) -> ResponseTemplate {
    let path = request.url.path();
    let root = format!("/v1beta/projects/{PROJECT}");
    match path.strip_prefix(&root) {
        Some("/alerts") => ok(&json!({"alerts": [alert("NEW", "\"1\"")]})),
        Some("/alerts/a1") => ok(&alert("NEW", "\"1\"")),
        Some("/alerts/a1:resolve") => ok(&alert("RESOLVED", "\"2\"")),
        Some("/alerts/a1:falsePositive") => ok(&alert("FALSE_POSITIVE", "\"2\"")),
        Some("/findings/f1") => {
            ok(&json!({"name": format!("projects/4711/findings/f1"), "provider": "p"}))
        }
        Some(path) if path.starts_with("/alerts/a1/documents/") => {
            ok(&json!({"name": format!("projects/{PROJECT}{path}"), "content": "x"}))
        }
        _ => status(404, "NOT_FOUND", "nothing here"),
    }
}
