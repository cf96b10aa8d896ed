//! URLs, and what is known already.

use serde_json::json;

use super::{Site, each};

#[test]
fn urls_are_scanned_in_both_ways() {
    let site = Site::new();
    let private = site
        .scan("url --private hxxp://evil[.]example/a --retention-days 2")
        .record(0);
    assert_eq!(private["target"], "hxxp://evil[.]example/a");
    assert_eq!(private["type"], "url");
    assert_eq!(private["status"], "completed");
    assert_eq!(private["verdict"], "malicious");
    assert_eq!(private["sha256"], json!(null));
    assert_eq!(private["report"]["type"], "private_url");
    assert_eq!(site.public_endpoints(), Vec::<String>::new());

    let public = site.scan("url --public http://evil.example/a").record(0);
    assert_eq!(public["report"]["type"], "url");
    assert!(public["detections"]["malicious"].as_u64() > Some(0));
    assert_eq!(site.asked("POST urls"), 1);
}

#[test]
fn urls_come_from_lists_and_keep_their_order() {
    let site = Site::new();
    let run = site.run_with_input(
        "scan url --private - --poll-interval 1ms --fields target,status,error.kind",
        "http://strange.example/1\nhttp://a.example/2\nhttp://10.0.0.1/\nnonsense\nb.example/3\n",
    );
    let records = run.records(3);
    assert_eq!(
        each(&records, "target"),
        [
            "http://strange.example/1",
            "http://a.example/2",
            "http://10.0.0.1/",
            "nonsense",
            "b.example/3"
        ]
    );
    assert_eq!(
        each(&records, "status"),
        ["completed", "completed", "failed", "failed", "completed"]
    );
    assert_eq!(site.asked("POST private/urls"), 3);
}

#[test]
fn what_is_known_is_analysed_again() {
    let site = Site::new();
    let hash = "ab".repeat(16);
    let records = site
        .scan(&format!("rescan {hash} http://evil.example/a 203.0.113.7"))
        .records(3);
    assert_eq!(
        each(&records, "status"),
        ["completed", "completed", "failed"]
    );
    assert_eq!(each(&records, "type"), ["file", "url", "-"]);
    assert_eq!(each(&records, "visibility"), ["public", "public", "public"]);
    assert!(
        records[0]["sha256"]
            .as_str()
            .is_some_and(|sha| sha.starts_with(&hash))
    );
    let missing = site.scan(&format!("rescan {}", "0".repeat(64))).record(5);
    assert_eq!(missing["error"]["kind"], "not_found");
}
