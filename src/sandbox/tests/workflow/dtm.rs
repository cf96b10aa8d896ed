//! Alerts and monitors: lists, pages, changes.

use super::*;

impl Site {
    /// All alerts of a list by its links, and how many each page had.
    async fn alerts(&self, query: &str) -> (Vec<Value>, Vec<usize>) {
        let (mut all, mut pages) = (Vec::new(), Vec::new());
        let mut path = format!("/dtm/alerts?{query}");
        loop {
            let page = self.get(&path).await;
            assert_eq!(page.status, 200, "{path}: {}", page.body);
            let alerts = page.json()["alerts"].as_array().expect("a list").clone();
            pages.push(alerts.len());
            all.extend(alerts);
            match next(&page) {
                Some(token) => path = format!("/dtm/alerts?page={token}&refs=ignored"),
                None => return (all, pages),
            }
        }
    }
}

/// The token in the link to the next page, escaped as it stands there.
fn next(page: &Answer) -> Option<String> {
    let link = page.headers.get("link")?.to_str().expect("ASCII");
    let token = link
        .strip_prefix("<https://api.intelligence.mandiant.com/v4/dtm/alerts?page=")?
        .strip_suffix(">; rel=\"next\"")?;
    assert!(token.ends_with("%3D%3D"), "{token}");
    Some(token.to_owned())
}

#[tokio::test]
async fn alerts_are_listed_as_they_are_asked_for() {
    let site = site();
    let window = "since=2026-01-19T00:00:00Z&until=2026-01-19T12:00:00Z";
    let (all, pages) = site
        .alerts(&format!("{window}&size=100&refs=false&order=asc"))
        .await;
    assert!(all.len() > 300, "{}", all.len());
    assert_eq!(pages[0], 100);
    let created = texts(&all, "created_at");
    assert!(created.is_sorted());
    assert!(
        created
            .iter()
            .all(|time| time.starts_with("2026-01-19T") && time.len() == 24)
    );
    assert!(all.iter().all(|alert| alert.get("doc").is_none()));

    let ids = texts(&all, "id");
    let (mut newest_first, pages) = site.alerts(&format!("{window}&size=25")).await;
    assert!(pages.iter().rev().skip(1).all(|count| *count == 25));
    assert!(newest_first[0]["doc"]["body"].is_string());
    newest_first.reverse();
    assert_eq!(texts(&newest_first, "id"), ids);

    for (filter, key, values) in [
        (
            "severity=high&severity=low",
            "severity",
            &["high", "low"][..],
        ),
        ("status=new&status=read", "status", &["new", "read"]),
        (
            "alert_type=Paste&alert_type=Domain%20Discovery",
            "alert_type",
            &["Paste", "Domain Discovery"],
        ),
        (
            "monitor_id=sandboxmonitor000003",
            "monitor_id",
            &["sandboxmonitor000003"],
        ),
    ] {
        let (some, _) = site
            .alerts(&format!(
                "{window}&refs=false&size=100&order=asc&tags=&{filter}"
            ))
            .await;
        let expected = all
            .iter()
            .filter(|alert| values.contains(&alert[key].as_str().expect("a text")));
        assert_eq!(
            texts(&some, "id"),
            texts(&expected.cloned().collect::<Vec<_>>(), "id"),
            "{filter}"
        );
        for value in values {
            assert!(some.iter().any(|alert| alert[key] == *value), "{value}");
        }
    }
    for (filter, passes) in [
        (
            "mscore_gte=70",
            (|alert| alert["indicator_mscore"].as_i64() >= Some(70)) as fn(&Value) -> bool,
        ),
        ("search=dump%20%22bolt.example%22", |alert| {
            alert["alert_summary"]
                .as_str()
                .is_some_and(|text| text.contains("dump of bolt.example"))
        }),
        ("search=ZHVtcA%3D%3D&search_encoding=base64", |alert| {
            alert["alert_summary"]
                .as_str()
                .is_some_and(|text| text.contains("dump"))
        }),
        ("tags=vip", |alert| {
            alert["tags"]
                .as_array()
                .is_some_and(|tags| tags.contains(&json!("vip")))
        }),
        ("match_value=bolt.example", |alert| {
            alert["doc_matches"][0]["locations"][0]["value"] == "bolt.example"
        }),
        ("has_analysis=true", |alert| alert["analysis"].is_string()),
    ] {
        let (some, _) = site
            .alerts(&format!("{window}&refs=false&size=100&{filter}"))
            .await;
        assert!(!some.is_empty(), "{filter}");
        assert_eq!(
            some.len(),
            all.iter().filter(|alert| passes(alert)).count(),
            "{filter}"
        );
    }
}

#[tokio::test]
async fn the_ends_of_the_window_belong_to_it() {
    let site = site();
    let (some, _) = site
        .alerts("size=5&order=asc&since=2026-01-19T00:00:00Z&until=2026-01-19T00:30:00Z")
        .await;
    let (first, last) = (&some[0], &some[some.len() - 1]);
    let window =
        format!("since={}&until={}", first["created_at"], last["created_at"]).replace('"', "");
    let (again, _) = site.alerts(&format!("size=5&order=asc&{window}")).await;
    assert_eq!(texts(&again, "id"), texts(&some, "id"));
}

#[tokio::test]
async fn what_cannot_be_listed_is_refused() {
    let site = site();
    for query in [
        "size=26",
        "size=101&refs=false",
        "size=0",
        "sort=title",
        "order=up",
        "status=open",
        "severity=urgent",
        "since=yesterday",
        "life=11m",
        "page=made-up",
    ] {
        let answer = site.get(&format!("/dtm/alerts?{query}")).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "BadRequestError"),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_list_shows_one_moment_and_its_token_ends() {
    static CLOCK: AtomicI64 = AtomicI64::new(NOW);
    let site = Site::with(Options {
        now: || Timestamp::from_second(CLOCK.load(Ordering::Relaxed)).expect("a time"),
        ..Options::default()
    });
    let query = "/dtm/alerts?sort=updated_at&size=25&life=5m&since=2026-01-20T01:00:00Z";
    let page = site.get(query).await;
    let second = next(&page).expect("a second page");
    let shown = site.get(&format!("/dtm/alerts?page={second}")).await.body;

    let id = page.json()["alerts"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    CLOCK.fetch_add(240, Ordering::Relaxed);
    let changed = site
        .send(
            Method::PATCH,
            &format!("/dtm/alerts/{id}"),
            "",
            &json!({"status": "closed"}),
        )
        .await
        .json();
    assert_eq!(changed["updated_at"], "2026-01-20T03:04:00.000Z");
    let again = site.get(&format!("/dtm/alerts?page={second}")).await;
    assert_eq!(again.body, shown);
    let afresh = site.json(query).await;
    assert_eq!(
        (&afresh["alerts"][0]["id"], &afresh["alerts"][0]["status"]),
        (&json!(id), &json!("closed"))
    );

    CLOCK.fetch_add(61, Ordering::Relaxed);
    let late = site.get(&format!("/dtm/alerts?page={second}")).await;
    assert_eq!(
        (late.status, late.code().as_str()),
        (400, "BadRequestError")
    );
    assert!(late.body.contains("expired"), "{}", late.body);
}

#[tokio::test]
async fn an_alert_is_changed_and_stays_so() {
    let site = site();
    let path = "/dtm/alerts/sandboxalertnew00001";
    let before = site.json(path).await;
    assert_eq!(
        (&before["status"], &before["tags"]),
        (&json!("new"), &json!(["credentials", "vip"]))
    );
    let tags = site
        .send(Method::PATCH, path, "", &json!({"tags": ["a"]}))
        .await;
    assert_eq!(
        (tags.status, &tags.json()["status"], &tags.json()["tags"]),
        (200, &json!("new"), &json!(["a"]))
    );
    site.send(Method::PATCH, path, "", &json!({"status": "read"}))
        .await;
    let after = site.json(&format!("{path}?refs=false")).await;
    assert_eq!(
        (&after["status"], &after["tags"]),
        (&json!("read"), &json!(["a"]))
    );
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
    assert_eq!(after.get("doc"), None);

    for (path, body, status) in [
        (path, json!({"status": "open"}), 400),
        (path, json!({"tags": "a"}), 400),
        ("/dtm/alerts/nonesuch", json!({"status": "read"}), 404),
    ] {
        let answer = site.send(Method::PATCH, path, "", &body).await;
        assert_eq!(answer.status, status, "{body}");
    }
    let large = site.get("/dtm/alerts/sandboxalertlarge001").await;
    assert!(large.body.len() > 250_000);
    let short = site
        .get("/dtm/alerts/sandboxalertlarge001?truncate=100")
        .await;
    assert!(short.body.len() < 10_000);
}

#[tokio::test]
async fn monitors_come_in_pages() {
    let site = site();
    let page = site.get("/dtm/monitors").await;
    assert_eq!(page.json()["monitors"].as_array().map(Vec::len), Some(10));
    let link = page.headers["link"].to_str().expect("ASCII");
    let (_, token) = link.split_once("/dtm/monitors?page=").expect("a token");
    let token = token.trim_end_matches(">; rel=\"next\"");
    let last = site.get(&format!("/dtm/monitors?page={token}")).await;
    assert_eq!(last.json()["monitors"].as_array().map(Vec::len), Some(2));
    assert_eq!(last.headers.get("link"), None);
}
