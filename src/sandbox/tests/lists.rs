//! Relationships: pages, embedded short forms, threat objects.

use serde_json::Value;

use super::{Site, answer, url_path};
use crate::sandbox::MALICIOUS_FILE;

/// All items of a list, and how many each page had.
async fn walk(site: &Site, list: &str, limit: usize) -> (Vec<Value>, Vec<usize>) {
    let (mut items, mut pages, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("limit", &limit.to_string())
            .append_pair("cursor", &cursor)
            .finish();
        let page = site.json(&format!("{list}?{query}")).await;
        let data = page["data"].as_array().expect("a list");
        pages.push(data.len());
        items.extend(data.iter().cloned());
        let Some(next) = page["meta"]["cursor"]
            .as_str()
            .filter(|next| !next.is_empty())
        else {
            assert_eq!(page["links"].get("next"), None);
            assert_eq!(page["meta"]["count"], items.len());
            return (items, pages);
        };
        let link = page["links"]["next"].as_str().expect("a link");
        let escaped: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        assert!(
            next.ends_with('=') && link.ends_with(&format!("cursor={escaped}")),
            "{link}"
        );
        cursor = next.to_owned();
    }
}

fn unique_ids(items: &[Value]) -> usize {
    let ids: std::collections::HashSet<_> = items.iter().map(|item| item["id"].as_str()).collect();
    ids.len()
}

#[tokio::test]
async fn pages_hold_every_item_once() {
    let site = Site::new();
    let file = format!("/files/{}", MALICIOUS_FILE[2]);
    let (url, ip) = (
        url_path("http://evil.example/a"),
        "/ip_addresses/203.0.113.7",
    );
    for (list, limit, expected) in [
        (format!("{ip}/resolutions"), 40, vec![40, 7]),
        (format!("{ip}/resolutions"), 10, vec![10, 10, 10, 10, 7]),
        (
            format!("{url}/relationships/communicating_files"),
            40,
            vec![40, 40, 1],
        ),
        (
            format!("{file}/relationships/execution_parents"),
            40,
            vec![40, 40, 1],
        ),
        (format!("{file}/contacted_domains"), 40, vec![40, 7]),
        (format!("{ip}/reports"), 40, vec![5, 0, 7]),
    ] {
        let (items, pages) = walk(&site, &list, limit).await;
        assert_eq!(pages, expected, "{list}");
        assert_eq!(unique_ids(&items), items.len(), "{list}");
    }
}

#[tokio::test]
async fn whole_objects_and_descriptors_name_the_same_things() {
    let site = Site::new();
    let domain = "/domains/evil.example";
    for list in [
        "communicating_files",
        "collections",
        "resolutions",
        "urls",
        "comments",
    ] {
        let (whole, _) = walk(&site, &format!("{domain}/{list}"), 40).await;
        let (short, _) = walk(&site, &format!("{domain}/relationships/{list}"), 40).await;
        let ids = |items: &[Value]| -> Vec<Value> {
            items.iter().map(|item| item["id"].clone()).collect()
        };
        assert_eq!(ids(&whole), ids(&short), "{list}");
        assert!(whole[0]["attributes"].is_object());
        assert_eq!(short[0].get("attributes"), None);
        let only = site
            .json(&format!("{domain}/{list}?descriptors_only=true"))
            .await;
        assert_eq!(only["data"][0], short[0]);
    }
}

#[tokio::test]
async fn a_related_object_is_the_object_itself() {
    let site = Site::new();
    let related = site.json("/domains/evil.example/urls?limit=1").await;
    let text = related["data"][0]["attributes"]["url"]
        .as_str()
        .expect("a URL");
    assert_eq!(site.json(&url_path(text)).await["data"], related["data"][0]);

    let related = site.json("/domains/evil.example/malware_families").await;
    let id = related["data"][1]["id"].as_str().expect("an id");
    assert!(id.starts_with("malware--"));
    assert_eq!(related["data"][1]["type"], "collection");
    assert_eq!(
        site.json(&format!("/collections/{id}")).await["data"],
        related["data"][1]
    );
    let unknown = site.get("/collections/malware--none").await;
    assert_eq!(
        (unknown.status, unknown.code().as_str()),
        (404, "NotFoundError")
    );
}

#[tokio::test]
async fn reports_carry_descriptors() {
    let site = Site::new();
    let query = "relationships=resolutions,malware_families,related_threat_actors,resolutions&relationship_attributes=name&relationship_attributes%5Bmalware_families%5D=collection_type";
    let answer = site.get(&format!("/domains/evil.example?{query}")).await;
    // Call for twice, written once.
    assert_eq!(answer.body.matches("\"resolutions\": {").count(), 1);
    let report = answer.json();
    let relationships = &report["data"]["relationships"];

    let resolutions = &relationships["resolutions"];
    assert_eq!(resolutions["data"].as_array().map(Vec::len), Some(20));
    assert_eq!(resolutions["meta"].get("count"), None);
    let cursor = resolutions["meta"]["cursor"].as_str().expect("a cursor");
    let own = resolutions["links"]["self"].as_str().expect("a link");
    assert!(own.ends_with("/domains/evil.example/relationships/resolutions"));
    let rest = site
        .json(&format!(
            "/domains/evil.example/resolutions?limit=40&cursor={}",
            cursor.replace('=', "%3D")
        ))
        .await;
    assert_eq!(rest["data"].as_array().map(Vec::len), Some(27));

    let family = &relationships["malware_families"]["data"][0];
    assert_eq!(family["attributes"]["collection_type"], "malware-family");
    assert!(family["attributes"]["name"].is_string());
    let actor = &relationships["related_threat_actors"]["data"][0];
    assert_eq!(
        actor["attributes"].as_object().map(serde_json::Map::len),
        Some(1)
    );
}

#[tokio::test]
async fn one_item_may_be_gone() {
    let site = Site::new();
    let list = site.json("/ip_addresses/203.0.113.7/collections").await;
    assert_eq!(list["data"][2]["error"]["code"], "NotFoundError");
    assert_eq!(list["data"][2].get("attributes"), None);
}

#[tokio::test]
async fn lists_of_one() {
    let site = Site::new();
    let url = url_path("http://evil.example/a");
    let host = site.json(&format!("{url}/network_location")).await;
    assert_eq!(host["data"]["id"], "evil.example");
    let none = site
        .json("/domains/evil.example/relationships/parent")
        .await;
    assert_eq!(none["data"], Value::Null);
    let above = site
        .json("/domains/www.evil.example/relationships/parent")
        .await;
    assert_eq!(above["data"]["id"], "evil.example");
}

#[tokio::test]
async fn what_cannot_be_listed_is_refused() {
    let site = Site::new();
    for (path, status, code) in [
        ("/domains/evil.example/nonesuch", 404, "NotFoundError"),
        ("/domains/evil.example/dropped_files", 404, "NotFoundError"),
        (
            "/domains/evil.example?relationships=nonesuch",
            400,
            "BadRequestError",
        ),
        (
            "/domains/evil.example/urls?limit=41",
            400,
            "InvalidArgumentError",
        ),
        (
            "/domains/evil.example/urls?limit=0",
            400,
            "InvalidArgumentError",
        ),
        (
            "/domains/evil.example/urls?cursor=x",
            400,
            "BadRequestError",
        ),
        ("/domains/notfound.example/urls", 404, "NotFoundError"),
        ("/domains/not%20a%20domain", 400, "InvalidArgumentError"),
        ("/ip_addresses/%FF", 400, "BadRequestError"),
        ("/nonesuch", 404, "NotFoundError"),
    ] {
        let answer = site.get(path).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_closed_relationship_leaves_the_rest() {
    let site = Site::new();
    let domain = "/domains/forbidden.example";
    assert_eq!(
        site.get(&format!("{domain}/related_threat_actors"))
            .await
            .status,
        403
    );
    let report = site
        .json(&format!(
            "{domain}?relationships=related_threat_actors,malware_families"
        ))
        .await;
    let relationships = &report["data"]["relationships"];
    assert_eq!(
        relationships["related_threat_actors"]["error"]["code"],
        "ForbiddenError"
    );
    assert!(relationships["malware_families"]["data"].is_array());
}

#[tokio::test]
async fn without_a_licence_premium_data_is_closed() {
    let site = Site::new();
    for (path, status) in [
        ("/domains/evil.example", 200),
        ("/domains/evil.example/resolutions", 200),
        ("/domains/evil.example/campaigns", 403),
        (
            "/domains/evil.example?relationships=resolutions,campaigns",
            403,
        ),
        ("/collections/report--25-20000000", 403),
    ] {
        let request = site
            .request(path)
            .header("x-apikey", "unlicensed-key")
            .header("x-tool", "x");
        let answer = answer(request).await.expect("an answer");
        assert_eq!(answer.status, status, "{path}");
        assert!(!answer.body.contains("gti_assessment"));
    }
}
