//! Submissions, as a client meets them.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;

use super::{Answer, KEY, Site, answer};
use crate::sandbox::Options;

async fn ask(site: &Site, method: Method, url: &str, form: Option<Form>) -> Answer {
    let request = site.client.request(method, url);
    let request = match form {
        Some(form) => request.multipart(form),
        None => request,
    };
    let request = request.header("x-apikey", KEY).header("x-tool", "x");
    answer(request).await.expect("an answer")
}

fn form(name: &'static str, content: &'static str) -> Form {
    let part = Part::text(content).file_name(name);
    Form::new().part("file", part)
}

async fn submitted(site: &Site, path: &str) -> String {
    let url = format!("{}{path}", site.sandbox.base_url());
    let answer = ask(site, Method::POST, &url, Some(form("a.bin", "a"))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let id = answer.json()["data"]["id"].as_str().map(str::to_owned);
    id.expect("an id").replace('=', "%3D")
}

async fn upload_url(site: &Site) -> String {
    let answer = site.json("/private/files/upload_url").await;
    answer["data"].as_str().expect("an address").to_owned()
}

#[tokio::test]
async fn an_upload_url_is_good_for_one_file() {
    let site = Site::new();
    let url = upload_url(&site).await;
    assert_ne!(url, upload_url(&site).await);
    let first = ask(&site, Method::POST, &url, Some(form("a.bin", "a"))).await;
    assert_eq!(first.json()["data"]["type"], "private_analysis");
    let second = ask(&site, Method::POST, &url, Some(form("a.bin", "a"))).await;
    assert_eq!(
        (second.status, second.code().as_str()),
        (400, "BadRequestError")
    );
}

#[tokio::test]
async fn the_sides_have_analyses_and_reports_of_their_own() {
    let site = Site::new();
    let id = submitted(&site, "/private/files").await;
    assert_eq!(site.get(&format!("/analyses/{id}")).await.status, 404);
    let mut last = Value::Null;
    for _ in 0..3 {
        last = site.json(&format!("/private/analyses/{id}")).await;
    }
    assert_eq!(last["data"]["attributes"]["status"], "completed");
    let sha256 = last["meta"]["file_info"]["sha256"]
        .as_str()
        .expect("a hash");
    let report = site.json(&format!("/private/files/{sha256}")).await;
    let attributes = &report["data"]["attributes"];
    assert_eq!(attributes["private"], true);
    assert_eq!(attributes.get("last_analysis_stats"), None);
    assert!(attributes["gti_assessment"].is_object());
    assert_eq!(
        site.get(&format!("/private/files/{}", "ab".repeat(32)))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn private_reports_expire() {
    static NOW: AtomicI64 = AtomicI64::new(1_767_322_800);
    let site = Site::with(Options {
        now: || Timestamp::from_second(NOW.load(Ordering::Relaxed)).unwrap_or(Timestamp::MIN),
        ..Options::default()
    });
    let id = submitted(&site, "/private/files").await;
    let mut hash = String::new();
    for _ in 0..3 {
        let analysis = site.json(&format!("/private/analyses/{id}")).await;
        hash = analysis["meta"]["file_info"]["sha256"]
            .as_str()
            .expect("a hash")
            .to_owned();
    }
    let path = format!("/private/files/{hash}");
    assert_eq!(site.get(&path).await.status, 200);
    NOW.fetch_add(86_400, Ordering::Relaxed);
    assert_eq!(site.get(&path).await.status, 404);
}

#[tokio::test]
async fn what_breaks_the_real_front_end_is_refused() {
    let site = Site::new();
    let url = format!("{}/files", site.sandbox.base_url());
    let extended = "--x\r\nContent-Disposition: form-data; name=\"file\"; \
        filename*=utf-8''b%C3%BCcher\r\n\r\na\r\n--x--\r\n";
    let request = site.client.post(&url).header("x-apikey", KEY);
    let request = request.header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(answer_status(request.body(extended)).await, 400);

    let large = Part::bytes(vec![0; 33 * 1024 * 1024]).file_name("large");
    let request = site.client.post(&url).header("x-apikey", KEY);
    match request
        .multipart(Form::new().part("file", large))
        .send()
        .await
    {
        Ok(response) => assert_eq!(response.status(), 413),
        // The answer came before the body was out, and the connection ended.
        Err(error) => assert!(error.is_request() || error.is_body(), "{error}"),
    }

    let unmeasured =
        reqwest::Body::wrap_stream(futures::stream::iter([Ok::<_, std::io::Error>("a")]));
    let request = site
        .client
        .post(&url)
        .header("x-apikey", KEY)
        .body(unmeasured);
    let request = request.header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(answer_status(request).await, 411);
}

async fn answer_status(request: reqwest::RequestBuilder) -> u16 {
    request.send().await.expect("an answer").status().as_u16()
}
