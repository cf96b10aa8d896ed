//! Collections: vulnerabilities, lists, searches, relationships.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::Site;

const LIST: &str =
    "/collections?limit=40&order=last_modification_date%2B&filter=collection_type:vulnerability";

async fn attributes(site: &Site, number: &str) -> Value {
    let path = format!("/collections/vulnerability--cve-2099-{number}");
    site.json(&path).await["data"]["attributes"].clone()
}

/// All items of a list, page by page.
async fn walk(site: &Site, path: &str) -> Vec<Vec<Value>> {
    let (mut pages, mut cursor) = (vec![], String::new());
    loop {
        let escaped: String = url::form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
        let page = site.json(&format!("{path}&cursor={escaped}")).await;
        pages.push(page["data"].as_array().expect("a list").clone());
        // The one place where a cursor always stands.
        let Some(link) = page["links"]["next"].as_str() else {
            return pages;
        };
        let link = url::Url::parse(link).expect("a link");
        let next = link.query_pairs().find(|(key, _)| key == "cursor");
        cursor = next.expect("a cursor").1.into_owned();
    }
}

#[tokio::test]
async fn documented_vulnerabilities_answer_as_documented() {
    let site = Site::new();
    let worst = attributes(&site, "0001").await;
    assert_eq!(worst["risk_rating"], "CRITICAL");
    assert_eq!(worst["priority"], "P0");
    assert_eq!(worst["exploitation_state"], "Wide");
    assert!(worst["cisa_known_exploited"]["due_date"].is_i64());
    assert!(
        worst["tags"]
            .as_array()
            .is_some_and(|tags| tags.contains(&json!("was_zero_day")))
    );
    let unrated = attributes(&site, "0003").await;
    assert_eq!(
        (&unrated["risk_rating"], &unrated["predicted_risk_rating"]),
        (&json!(""), &json!("LOW"))
    );
    assert_eq!(unrated["priority"], "P4");
    assert_eq!(attributes(&site, "0004").await.get("priority"), None);
    assert_eq!(attributes(&site, "0005").await.get("cvss"), None);
    let null = attributes(&site, "0006").await;
    assert!(
        null.as_object()
            .is_some_and(|all| all.values().all(Value::is_null))
    );
    assert!(
        attributes(&site, "0007").await["creation_date"]
            .as_i64()
            .is_none()
    );
    let cvss = attributes(&site, "0008").await["cvss"].clone();
    assert!(cvss.get("cvssv3_x").is_none() && cvss["cvssv4_x"]["base_score"].is_null());
    let unknown = site.get("/collections/vulnerability--cve-2099-0404").await;
    assert_eq!(
        (unknown.status, unknown.code().as_str()),
        (404, "NotFoundError")
    );
    let real = site
        .json("/collections/vulnerability--cve-2021-44228")
        .await;
    assert!(
        real["data"]["attributes"]["description"]
            .as_str()
            .is_some_and(|text| text.contains("says nothing about the real"))
    );
}

#[tokio::test]
async fn relationships_of_collections() {
    let site = Site::new();
    let worst = "/collections/vulnerability--cve-2099-0001";
    let object = site
        .json(&format!(
            "{worst}?relationships=threat_actors,reports&relationship_attributes=name"
        ))
        .await;
    let relationships = &object["data"]["relationships"];
    assert_eq!(
        relationships["threat_actors"]["data"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert!(relationships["threat_actors"]["data"][0]["attributes"]["name"].is_string());
    assert_eq!(
        relationships["reports"]["data"].as_array().map(Vec::len),
        Some(20)
    );
    let files = walk(&site, &format!("{worst}/files?limit=40")).await;
    assert_eq!(files.iter().map(Vec::len).collect::<Vec<_>>(), [40, 40, 1]);
    let closed = "/collections/vulnerability--cve-2099-0010/threat_actors";
    assert_eq!(site.get(closed).await.status, 403);
    assert_eq!(site.get(&format!("{worst}/nonesuch")).await.status, 404);
    assert_eq!(
        site.get(&format!("{worst}?relationships=nonesuch"))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_list_is_walked_without_loss_or_repeat() {
    let site = Site::new();
    let pages = walk(&site, LIST).await;
    assert_eq!(
        (pages[0].len(), pages[1].len(), pages[2].len()),
        (40, 0, 40)
    );
    let items: Vec<_> = pages.concat();
    let ids: HashSet<_> = items.iter().map(|item| item["id"].as_str()).collect();
    assert_eq!((items.len(), ids.len()), (1_211, 1_211));
    let dates: Vec<_> = items
        .iter()
        .filter_map(|item| item["attributes"]["last_modification_date"].as_i64())
        .collect();
    assert!(dates.is_sorted());
    let other = site
        .json("/collections?limit=1&filter=collection_type:malware-family%20name:EXAMPLELOADER.7")
        .await;
    assert_eq!(
        other["data"][0]["attributes"]["collection_type"],
        "malware-family"
    );
}

#[tokio::test]
async fn filters_choose() {
    let site = Site::new();
    let search = |query: &str| {
        let escaped: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        format!(
            "/intelligence/search?limit=300&query=entity:collection+collection_type:vulnerability+{escaped}"
        )
    };
    for (query, member, expected) in [
        ("risk_rating:Critical", "risk_rating", json!("CRITICAL")),
        ("vulnerable_vendor:\"Sample Networks\"", "cpes", Value::Null),
        (
            "exploitation_state:\"No Known\" risk_rating:low",
            "exploitation_state",
            json!("No Known"),
        ),
    ] {
        let page = site.json(&search(query)).await;
        let items = page["data"].as_array().expect("a list");
        assert!(!items.is_empty() && items.len() < 300, "{query}");
        assert_eq!(page["meta"]["total_hits"], items.len());
        if !expected.is_null() {
            assert!(
                items
                    .iter()
                    .all(|item| item["attributes"][member] == expected),
                "{query}"
            );
        }
    }
    let kev = site
        .json(&search("vulnerability_filter:\"CISA Exploited\""))
        .await;
    for item in kev["data"].as_array().expect("a list") {
        assert!(item["attributes"]["cisa_known_exploited"].is_object());
    }
    for query in [
        "nonesuch:1",
        "risk_rating:x",
        "last_modification_date:2026-01-01",
        "(name:a",
    ] {
        assert_eq!(site.get(&search(query)).await.status, 400, "{query}");
    }
    assert_eq!(
        site.get(&format!("{}&order=nonesuch", search("name:a")))
            .await
            .status,
        400
    );
    assert_eq!(site.get("/collections?limit=41").await.status, 400);
    assert_eq!(
        site.get("/intelligence/search?query=p:5&limit=301")
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn indicators_are_searched() {
    let site = Site::new();
    for (entity, kind) in [
        ("file", "file"),
        ("url", "url"),
        ("domain", "domain"),
        ("ip", "ip_address"),
    ] {
        let path = format!("/intelligence/search?limit=300&query=entity:{entity}+p:5%2B");
        let pages = walk(&site, &path).await;
        let items = pages.concat();
        let ids: HashSet<_> = items.iter().map(|item| item["id"].as_str()).collect();
        assert!(!items.is_empty() && ids.len() == items.len(), "{entity}");
        assert!(items.iter().all(|item| item["type"] == kind));
        let least = |item: &Value| {
            item["attributes"]["last_analysis_stats"]["malicious"].as_i64() >= Some(5)
        };
        assert!(items.iter().all(least), "{entity}");
    }
    let names = site
        .json("/intelligence/search?query=entity:file&descriptors_only=true")
        .await;
    assert_eq!(
        names["data"][0].as_object().map(serde_json::Map::len),
        Some(2)
    );
}

#[tokio::test]
async fn reports_have_a_pdf_in_a_storage_that_wants_no_key() {
    let site = Site::new();
    let link = site
        .json("/collections/report--25-20000000/download_report")
        .await;
    let link = link["data"].as_str().expect("a link").to_owned();
    let asked = |request: reqwest::RequestBuilder| async move {
        let answer = request.send().await.expect("an answer");
        (
            answer.status().as_u16(),
            answer.bytes().await.expect("a body"),
        )
    };
    let (status, pdf) = asked(site.client.get(&link)).await;
    assert_eq!(status, 200);
    assert!(pdf.starts_with(b"%PDF-"));
    let (status, _) = asked(site.client.get(&link).header("x-apikey", "k")).await;
    assert_eq!(status, 400);
    let (status, _) = asked(site.client.get(link.replace("Expires=", "Expires=1"))).await;
    assert_eq!(status, 200, "later is not expired");
    let (status, _) = asked(site.client.get(link.replace("Signature=", "Signature=0"))).await;
    assert_eq!(status, 403);
    let none = site.get("/collections/malware--none/download_report").await;
    assert_eq!(none.status, 404);
}

#[tokio::test]
async fn collections_have_a_tree_and_a_timeline() {
    let site = Site::new();
    let tree = site
        .json("/collections/report--25-20000000/mitre_tree")
        .await;
    let techniques = tree["data"]["tactics"][1]["techniques"].as_array();
    let sources: Vec<_> = techniques
        .expect("techniques")
        .iter()
        .map(|technique| &technique["source"])
        .collect();
    assert!(sources.iter().any(|source| source.is_array()));
    assert!(sources.iter().any(|source| source.is_string()));
    let events = site
        .json("/collections/report--25-20000000/timeline/events")
        .await;
    let events = events["data"].as_array().expect("events");
    assert!(!events.is_empty());
    assert!(
        events
            .iter()
            .all(|event| event["event_category"].is_string())
    );
}
