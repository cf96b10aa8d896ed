//! Pages in which something else stands among the objects.

use crate::support::{Act, Gti, RawServer, answer};

/// The feeds, with a page of theirs around its items, and a good item.
const FEEDS: [(&str, &str, &str); 4] = [
    (
        "ingest ioc-stream",
        r#"{"data":[ITEMS],"meta":{}}"#,
        r#"{"id":"good","type":"domain","context_attributes":{"notification_id":"N","notification_date":1795900000}}"#,
    ),
    (
        "ingest vuln",
        r#"{"data":[ITEMS],"meta":{}}"#,
        r#"{"id":"good-N","type":"collection","attributes":{"last_modification_date":1795900000}}"#,
    ),
    (
        "ingest dtm",
        r#"{"alerts":[ITEMS]}"#,
        r#"{"id":"good-N","created_at":"2026-11-28T00:00:00Z"}"#,
    ),
    (
        "ingest asm",
        r#"{"success":true,"result":{"hits":[ITEMS],"more":false}}"#,
        r#"{"id":"good-N","last_seen":"2026-11-28T00:00:00Z"}"#,
    ),
];

#[test]
fn what_is_no_object_costs_none_of_the_others() {
    for (feed, page, good) in FEEDS {
        let [first, second] = ["1", "2"].map(|number| good.replace('N', number));
        for odd in ["17", "null", r#""a text""#, "[]", "true"] {
            let body = page.replace("ITEMS", &format!("{first},{odd},{second}"));
            let server = RawServer::start(move |_, _| Act::Send(answer("200 OK", "", &body)));
            let gti = Gti::at(&server.base_url()).with("GTI_RETRIES", "0");
            let line = format!("{feed} --since 3650d --checkpoint c -o out.jsonl");
            let arguments: Vec<&str> = line.split(' ').collect();
            let ran = gti.run(&arguments).exits(3);
            assert!(ran.stderr.contains("not a JSON object"), "{}", ran.stderr);
            let written = std::fs::read_to_string(gti.work().join("out.jsonl")).expect("a file");
            assert_eq!(written.lines().count(), 2, "{line} {odd}: {written}");
            let letters = gti.world().join("state/dead-letters/c.jsonl");
            let letters = std::fs::read_to_string(letters).expect("dead letters");
            assert_eq!(letters.lines().count(), 1, "{line} {odd}: {letters}");
        }
    }
}

#[test]
fn a_page_without_any_object_is_none() {
    for (feed, page, _) in FEEDS {
        let body = page.replace("ITEMS", "17,null");
        let server = RawServer::start(move |_, _| Act::Send(answer("200 OK", "", &body)));
        let gti = Gti::at(&server.base_url()).with("GTI_RETRIES", "0");
        let line = format!("{feed} --checkpoint c -o out.jsonl");
        let arguments: Vec<&str> = line.split(' ').collect();
        let ran = gti.run(&arguments).exits(1);
        assert!(
            ran.stderr.contains("no item of the list is an object"),
            "{}",
            ran.stderr
        );
    }
}
