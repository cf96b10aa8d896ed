//! Issues: searches, pages, changes.

use super::*;

#[tokio::test]
async fn issues_are_searched_in_pages() {
    let site = site();
    let projects = site.json("/asm/projects").await;
    assert_eq!(projects["result"].as_array().map(Vec::len), Some(3));

    let whole = site
        .json("/asm/search/issues/severity_lte:3%20status_new:open?page_size=1000")
        .await;
    assert_eq!(whole["success"], true);
    let whole = whole["result"]["hits"].as_array().expect("hits").clone();
    assert!(whole.len() > 100, "{}", whole.len());
    assert!(texts(&whole, "last_seen").is_sorted());
    let (mut paged, mut token) = (Vec::new(), String::new());
    loop {
        let path =
            format!("/asm/search/issues/severity_lte:3%20status_new:open?page_token={token}");
        let result = site.json(&path).await["result"].clone();
        paged.extend(result["hits"].as_array().expect("hits").iter().cloned());
        assert_eq!(result["total_hits"], whole.len());
        match result["next_page_token"].as_str() {
            Some(next) => next.clone_into(&mut token),
            None => break assert_eq!(result["more"], false),
        }
    }
    assert_eq!(paged, whole);

    let nothing = site.json("/asm/search/issues/tag:nonesuch").await;
    assert_eq!(
        (&nothing["success"], &nothing["result"]["hits"]),
        (&json!(true), &json!([]))
    );
    let other = site
        .send(
            Method::GET,
            "/asm/search/issues/severity:1",
            "1003",
            &json!(null),
        )
        .await;
    assert_eq!(other.json()["result"]["hits"], json!([]));
    for (path, project) in [
        ("/asm/search/issues/severity:1", "999"),
        ("/asm/search/issues/severity:1?page_size=1001", "1001"),
        ("/asm/search/issues/severity:2?page_token=bm9uZQ", "1001"),
        ("/asm/search/issues/colour:red", "1001"),
    ] {
        let refused = site.send(Method::GET, path, project, &json!(null)).await;
        assert_eq!(
            (refused.status, &refused.json()["success"]),
            (400, &json!(false)),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_issue_is_changed_and_stays_so() {
    let site = site();
    let id = format!("{:064x}", 1);
    let path = format!("/asm/issues/{id}");
    let issue = site.json(&path).await;
    assert_eq!(issue["result"]["summary"]["status"], "open_new");
    assert!(issue["result"]["details"]["proof"].is_string());

    let changed = site
        .send(
            Method::POST,
            &format!("{path}/status"),
            "",
            &json!({"status": "closed_mitigated"}),
        )
        .await;
    assert_eq!(changed.json()["result"], "closed_mitigated");
    let found = site
        .json(&format!(
            "/asm/search/issues/uid:{id}%20status_detailed:closed_mitigated"
        ))
        .await;
    assert_eq!(
        found["result"]["hits"][0]["summary"]["status_new"],
        "closed"
    );

    let tags = format!("/asm/tags/issue/{id}");
    for tag in ["a b", "c/d", "a b"] {
        let added = site
            .send(Method::POST, &tags, "", &json!({"tag_name": tag}))
            .await;
        assert_eq!(added.status, 200, "{}", added.body);
    }
    assert_eq!(site.json(&tags).await["result"], json!(["a b", "c/d"]));
    let removed = site
        .send(Method::DELETE, &format!("{tags}/c%2Fd"), "", &json!(null))
        .await;
    assert_eq!(removed.json()["result"], json!(["a b"]));

    for (path, project, status) in [
        (format!("{path}/status"), "", 400),
        (format!("{path}/status"), "1002", 404),
        ("/asm/issues/nonesuch/status".to_owned(), "", 404),
    ] {
        let answer = site
            .send(Method::POST, &path, project, &json!({"status": "done"}))
            .await;
        assert_eq!(
            (answer.status, &answer.json()["success"]),
            (status, &json!(false))
        );
    }
}
