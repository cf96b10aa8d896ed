//! Alerts and issues: what both need, and the licence for them.

mod asm;
mod dtm;

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Site, answer};
use crate::sandbox::{KEY, Options};

/// 2026-01-20T03:00:00Z.
const NOW: i64 = 1_768_878_000;

fn fixed() -> Timestamp {
    Timestamp::from_second(NOW).expect("a time")
}

fn site() -> Site {
    Site::with(Options {
        now: fixed,
        ..Options::default()
    })
}

impl Site {
    async fn send(&self, method: Method, path: &str, project: &str, body: &Value) -> Answer {
        let url = format!("{}{path}", self.sandbox.base_url());
        let request = self.client.request(method, url).header("x-apikey", KEY);
        let request = match project {
            "" => request,
            project => request.header("PROJECT-ID", project),
        };
        let sent = answer(request.body(body.to_string())).await;
        sent.expect("an answer")
    }
}

fn texts(items: &[Value], key: &str) -> Vec<String> {
    let text = |item: &Value| item[key].as_str().expect("a text").to_owned();
    items.iter().map(text).collect()
}

#[tokio::test]
async fn without_a_licence_both_are_closed() {
    let site = site();
    for path in [
        "/dtm/alerts",
        "/dtm/monitors",
        "/asm/projects",
        "/asm/search/issues/severity:1",
    ] {
        let request = site.request(path).header("x-apikey", "unlicensed-key");
        assert_eq!(
            answer(request).await.expect("an answer").status,
            403,
            "{path}"
        );
    }
}
