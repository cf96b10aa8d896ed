//! The sandbox, call over HTTP as a client would.

mod access;
mod collections;
mod deltas;
mod faults;
mod lists;
mod reports;
mod scan;
mod shapes;
mod workflow;

use std::sync::Once;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::{KEY, Options, Sandbox};

/// A running sandbox and a client for it.
struct Site {
    sandbox: Sandbox,
    client: reqwest::Client,
}

/// An answer, read to its end.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// `error.code`.
    fn code(&self) -> String {
        self.json()["error"]["code"]
            .as_str()
            .unwrap_or("")
            .to_owned()
    }
}

impl Site {
    fn with(options: Options) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // Another test of the same process may have been first.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        Self {
            sandbox: Sandbox::start(options).expect("a free port"),
            client: reqwest::Client::builder()
                .no_proxy()
                .no_gzip()
                .build()
                .expect("a client"),
        }
    }

    fn new() -> Self {
        Self::with(Options::default())
    }

    fn request(&self, path: &str) -> reqwest::RequestBuilder {
        self.client
            .get(format!("{}{path}", self.sandbox.base_url()))
    }

    /// Asks as a well-behaved client does.
    async fn get(&self, path: &str) -> Answer {
        self.try_get(path).await.expect("an answer")
    }

    async fn try_get(&self, path: &str) -> reqwest::Result<Answer> {
        let request = self.request(path);
        answer(
            request
                .header("x-apikey", KEY)
                .header("x-tool", "example.test.v1.0"),
        )
        .await
    }

    async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }
}

async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    Ok(Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.text().await?,
    })
}

/// The path of a URL's report.
fn url_path(url: &str) -> String {
    format!("/urls/{}", URL_SAFE_NO_PAD.encode(url))
}
