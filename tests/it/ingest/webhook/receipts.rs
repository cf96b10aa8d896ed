//! What an answer says counts, not its status alone.

use super::receiver::{Meets, Receiver};
use super::{counted, filled};

const RUN: &str = "ingest ioc-stream --since 12h --checkpoint soc --retries 0 --webhook";

const LOGIN: &str = "<!DOCTYPE html>\n<html><title>Log in</title></html>";
const BUSY: &str =
    r#"{"took":3,"errors":true,"items":[{"index":{"status":429}},{"index":{"status":201}}]}"#;

/// The first run is answered so, and delivers nothing; the next one all.
fn ends_and_loses_nothing(answer: Meets, path: &str, options: &str) {
    let (stream, room) = filled(25);
    let receiver = Receiver::start(move |number, _| {
        if number < 10 {
            answer
        } else {
            Meets::Says("{\"errors\":false,\"ok\":true}")
        }
    });
    let run = format!("{RUN} {}{path} {options}", receiver.url());
    // Ten tries at most are answered so: as many as a page has.
    let outcome = room.run(&run);
    assert_eq!(outcome.code, 7, "{answer:?} {options}: {}", outcome.stderr);
    assert!(outcome.stderr.contains("0 failed"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("403 403"), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("checkpoint soc not moved"),
        "{}",
        outcome.stderr
    );
    assert!(!room.path("state/dead-letters/soc.jsonl").exists());
    let before = receiver.deliveries().len();
    while receiver.deliveries().len() < 10 {
        room.run(&run).exits(7);
    }
    assert!(before <= 10);
    room.run(&run).exits(0);
    let taken = &receiver.deliveries()[10..];
    if options.contains("ndjson") {
        let all: String = taken.iter().map(|one| one.body.as_str()).collect();
        assert_eq!(super::super::room::ids(&all), stream.ids());
    } else {
        assert_eq!(counted(taken), stream.ids());
    }
}

#[test]
fn an_answer_that_is_no_receipt_ends_the_run() {
    let ndjson = "--webhook-format ndjson --webhook-batch 100";
    for (answer, path, options) in [
        (Meets::Says(LOGIN), "", ""),
        (Meets::Says(LOGIN), "/_bulk", ndjson),
        (Meets::Says("ok"), "/_bulk", ndjson),
        (Meets::Says(BUSY), "/_bulk", ndjson),
        (Meets::Says("{\"ok\":false}"), "", "--webhook-ok .ok"),
        (Meets::Says("ok"), "", "--webhook-ok .ok"),
        (Meets::Status(403, ""), "", ""),
        (Meets::Status(401, ""), "", ""),
        (Meets::Status(302, "Location: /login\r\n"), "", ""),
    ] {
        ends_and_loses_nothing(answer, path, options);
    }
}

#[test]
fn what_only_some_records_meet_is_their_fault() {
    for (answer, options) in [
        (Meets::Status(403, ""), ""),
        (
            Meets::Says("{\"ok\":false}"),
            "--webhook-ok .ok//(.==\"ok\")",
        ),
    ] {
        let (stream, room) = filled(20);
        let receiver = Receiver::start(move |_, body| {
            if body.contains("000003") || body.contains("000017") {
                answer
            } else {
                Meets::Says("{\"ok\":true}")
            }
        });
        let run = format!("{RUN} {} {options}", receiver.url());
        let outcome = room.run(&run).exits(3);
        assert!(outcome.stderr.contains("2 failed"), "{}", outcome.stderr);
        assert_eq!(room.lines("state/dead-letters/soc.jsonl").len(), 2);
        room.run(&run).exits(0);
        assert_eq!(receiver.deliveries().len(), stream.ids().len());
    }
}

#[test]
fn a_bulk_endpoint_refuses_single_records() {
    let (stream, room) = filled(3);
    let receiver = Receiver::start(|number, _| {
        Meets::Says(match number {
            0 => {
                r#"{"errors":true,"items":[{"index":{"status":201}},{"index":{"status":400,"error":{"type":"mapper_parsing_exception","reason":"no"}}},{"index":{"status":201}}]}"#
            }
            _ => r#"{"errors":false,"items":[]}"#,
        })
    });
    std::fs::write(
        room.path("bulk.jq"),
        "{index: {_id: .id}},\n.  # the action, then the document\n",
    )
    .expect("write");
    let body = "--webhook-format ndjson --webhook-batch 100 --webhook-body @{}/bulk.jq";
    let outcome = room
        .run(&format!("{RUN} {}/_bulk {body}", receiver.url()))
        .exits(3);
    assert!(outcome.stderr.contains("1 failed"), "{}", outcome.stderr);
    let deliveries = receiver.deliveries();
    let lines: Vec<&str> = deliveries[0].body.lines().collect();
    assert_eq!(lines.len(), 6);
    assert_eq!(lines[0], r#"{"index":{"_id":"d000000.example"}}"#);
    let letters = room.lines("state/dead-letters/soc.jsonl");
    assert_eq!(letters.len(), 1);
    assert!(
        letters[0].contains("000001") && !letters[0].contains("000002"),
        "{letters:?}"
    );
    assert!(
        letters[0].contains("400 mapper_parsing_exception: no"),
        "{letters:?}"
    );
    room.run("state replay soc --webhook-format ndjson --webhook-body @{}/bulk.jq")
        .exits(0);
    let replayed = receiver.deliveries()[1].body.clone();
    assert_eq!(replayed.lines().count(), 2);
    assert!(replayed.contains("000001"), "{replayed}");
    assert_eq!(stream.ids().len(), 3);
}

#[test]
fn programs_come_from_files() {
    let (_stream, room) = filled(3);
    std::fs::write(room.path("one.jq"), "# of each record\n.id\n").expect("write");
    std::fs::write(room.path("some.jq"), ".id | test(\"1|2\")").expect("write");
    let outcome = room
        .run("ingest ioc-stream --since 12h --jq @{}/one.jq --where @{}/some.jq -f text")
        .exits(0);
    assert_eq!(outcome.stdout, "d000001.example\nd000002.example\n");
    let outcome = room
        .run("ingest ioc-stream --since 12h --jq @json -n 1")
        .exits(0);
    assert!(outcome.stdout.starts_with("\"{"), "{}", outcome.stdout);
    room.run("ingest ioc-stream --since 12h --jq @{}/none.jq")
        .exits(2);
}

/// Its answer has an entry of some hundred bytes for each record.
#[test]
fn a_bulk_endpoint_may_answer_at_length() {
    let (stream, room) = filled(25);
    let entry = format!(
        r#"{{"index":{{"status":201,"_id":"{}"}}}}"#,
        "a".repeat(400)
    );
    let answer = format!(
        r#"{{"errors":false,"items":[{}]}}"#,
        [entry.as_str(); 1000].join(",")
    );
    let answer: &str = answer.leak();
    let receiver = Receiver::start(|_, _| Meets::Says(answer));
    let body = "--webhook-format ndjson --webhook-batch 1000";
    room.run(&format!("{RUN} {}/_bulk {body}", receiver.url()))
        .exits(0);
    let bodies: String = receiver
        .deliveries()
        .into_iter()
        .map(|one| one.body)
        .collect();
    assert_eq!(super::super::room::ids(&bodies), stream.ids());
}
