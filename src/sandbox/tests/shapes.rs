//! Answers have the shapes of recorded ones, where a guess would be tidier.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::{KEY, Site, answer, url_path};

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

#[tokio::test]
async fn products_stand_in_cpes_and_scores_are_adjusted() {
    let site = Site::new();
    let vulnerability = site.json("/collections/vulnerability--cve-2099-0001").await;
    let attributes = &vulnerability["data"]["attributes"];
    assert_eq!(attributes["affected_systems"], json!([]));
    assert!(attributes["cpes"][1]["start_cpe"]["uri"].is_string());
    let cvss = &attributes["cvss"];
    assert!(cvss["cvssv4_x"]["score"].is_f64() && cvss["cvssv4_x"].get("base_score").is_none());
    let vector = cvss["cvssv4_x"]["vector"].as_str().expect("a vector");
    assert!(vector.starts_with("CVSS:4.0/") && vector.contains("/E:"));
    assert_eq!(cvss["cvssv3_x_translated"]["base_score"], 0.0);
    let source = &attributes["sources"][0];
    assert!(source["source_name"].is_string());
    assert!(source["cvss"]["cvssv4_x"]["base_score"].is_f64());
}

#[tokio::test]
async fn embedded_lists_say_that_there_is_more_and_not_how_much() {
    let site = Site::new();
    let query = "relationships=resolutions,malware_families,urls";
    let report = site
        .json(&format!("/ip_addresses/203.0.113.7?{query}"))
        .await;
    let lists = &report["data"]["relationships"];
    let resolutions = &lists["resolutions"];
    assert!(resolutions["meta"]["cursor"].is_string() && resolutions["links"]["next"].is_string());
    for name in ["resolutions", "malware_families", "urls"] {
        assert!(lists[name]["links"]["self"].is_string());
        assert_eq!(lists[name]["meta"].get("count"), None, "{name}");
    }
    let page = site.json("/ip_addresses/203.0.113.7/resolutions").await;
    assert_eq!(page["meta"]["count"], 47);
}

#[tokio::test]
async fn a_descriptor_of_a_url_tells_the_url() {
    let site = Site::new();
    let embedded = site
        .json("/ip_addresses/203.0.113.7?relationships=urls")
        .await;
    let embedded = embedded["data"]["relationships"]["urls"]["data"].clone();
    let page = site
        .json("/ip_addresses/203.0.113.7/relationships/urls")
        .await["data"]
        .clone();
    let search = "/intelligence/search?query=entity:url";
    let found = site.json(&format!("{search}&descriptors_only=true")).await["data"].clone();
    for urls in [embedded, page, found] {
        assert!(!list(&urls).is_empty());
        for url in list(&urls) {
            let text = url["context_attributes"]["url"].as_str();
            assert!(
                text.is_some_and(|text| text.starts_with("https://")),
                "{url}"
            );
        }
    }
    let whole = site.json(search).await;
    assert_eq!(whole["data"][0].get("context_attributes"), None);
}

#[tokio::test]
async fn an_issue_in_detail_has_no_id() {
    let site = Site::new();
    let id = format!("{:064x}", 1);
    let hit = site.json(&format!("/asm/search/issues/uid:{id}")).await["result"]["hits"][0].clone();
    assert_eq!((&hit["id"], &hit["uid"]), (&json!(id), &json!(id)));
    let issue = site.json(&format!("/asm/issues/{id}")).await["result"].clone();
    assert_eq!((issue.get("id"), &issue["uid"]), (None, &json!(id)));
    assert!(issue["uuid"].is_string() && issue["category"].is_string());
    for member in ["name", "proof", "remediation", "severity", "identifiers"] {
        assert!(!issue["details"][member].is_null(), "{member}");
    }
}

#[tokio::test]
async fn the_analysis_of_a_url_may_name_the_downloaded_body() {
    let site = Site::new();
    let (mut with, mut without) = (0, 0);
    for number in 0..12 {
        let url = format!("{}/urls", site.sandbox.base_url());
        let form = format!("url=http%3A%2F%2Fshapes-{number}.example%2F");
        let request = site
            .client
            .request(Method::POST, url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        let sent = answer(request.header("x-apikey", KEY))
            .await
            .expect("an answer");
        let id = sent.json()["data"]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        let analysis = site.json(&format!("/analyses/{id}")).await;
        let item = analysis["data"]["links"]["item"].as_str().expect("a link");
        assert!(item.contains("/urls/"), "{item}");
        let meta = &analysis["meta"];
        assert!(item.ends_with(meta["url_info"]["id"].as_str().expect("an id")));
        match meta["file_info"]["sha256"].as_str() {
            Some(hash) if !item.ends_with(hash) => with += 1,
            Some(hash) => panic!("{hash} is the item"),
            None => without += 1,
        }
    }
    assert!(with > 0 && without > 0, "{with} and {without}");
}

#[tokio::test]
async fn threat_profiles_name_urls_by_their_text() {
    let site = Site::new();
    let filter = "filter=source_type:threat_profile%20entity_type:url&limit=40";
    let page = site.json(&format!("/ioc_stream?{filter}")).await;
    for item in list(&page["data"]) {
        let context = &item["context_attributes"];
        assert_eq!(item["id"], item["attributes"]["url"]);
        assert!(context["notification_id"].is_string());
        assert_eq!(context["origin"], "subscriptions");
        assert_eq!(context["hunting_info"], Value::Null);
        assert_eq!(context["sources"][0]["type"], "threat_profile");
    }
    assert!(list(&page["data"]).len() > 10);
}

#[tokio::test]
async fn the_cursor_of_some_pages_stands_in_the_link_alone() {
    let site = Site::new();
    let path = "/collections?limit=10&filter=collection_type:vulnerability";
    let first = site.json(path).await;
    let cursor = first["meta"]["cursor"].as_str().expect("a cursor");
    let cursor: String = url::form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
    let second = site.json(&format!("{path}&cursor={cursor}")).await;
    assert_eq!(second["meta"].get("cursor"), None);
    assert!(second["links"]["next"].is_string());
}

#[tokio::test]
async fn who_does_not_name_its_tool_gets_no_assessment() {
    let site = Site::new();
    for path in [
        "/domains/evil.example".to_owned(),
        url_path("http://evil.example/"),
        "/ioc_stream?limit=1".to_owned(),
        "/intelligence/search?query=entity:url&limit=1".to_owned(),
    ] {
        let bare = answer(site.request(&path).header("x-apikey", KEY)).await;
        let bare = bare.expect("an answer");
        assert_eq!(bare.status, 200);
        assert!(!bare.body.contains("gti_assessment"), "{path}");
        assert!(site.get(&path).await.body.contains("gti_assessment"));
        for header in bare.headers.keys() {
            assert!(!header.as_str().contains("rate") && header != "retry-after");
        }
    }
}
