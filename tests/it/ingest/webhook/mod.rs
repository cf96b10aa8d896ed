//! Delivery by webhook: at least once, each batch under a key by which the
//! receiver counts it once.

mod gti_alerts;
mod receipts;
pub(super) mod receiver;
mod refusals;
mod replay;
mod sinks;
mod trouble;

use std::collections::BTreeMap;

use self::receiver::{Delivery, Meets, Receiver};
use super::room::{Room, ids};
use super::stream::{Stream, base};

/// A feed with so many items, ten a page, and a room to read it in.
fn filled(items: i64) -> (Stream, Room) {
    let stream = Stream::new(10);
    stream.fill(0, items, 60, base());
    let room = Room::new(&stream.url());
    (stream, room)
}

/// The notification ids of deliveries, each key counted once.
fn counted(deliveries: &[Delivery]) -> Vec<String> {
    let by_key: BTreeMap<&str, &str> = deliveries
        .iter()
        .map(|one| (one.key(), one.body.as_str()))
        .collect();
    let mut all: Vec<String> = by_key.values().flat_map(|body| ids_in(body)).collect();
    all.sort();
    all
}

fn ids_in(body: &str) -> Vec<String> {
    match serde_json::from_str(body).expect(body) {
        serde_json::Value::Array(records) => records
            .iter()
            .flat_map(|record| ids(&record.to_string()))
            .collect(),
        record => ids(&record.to_string()),
    }
}

#[test]
fn records_go_to_the_webhook_and_standard_output_stays_empty() {
    let (stream, room) = filled(25);
    let receiver = Receiver::start(|_, _| Meets::Ok);
    let run = format!(
        "ingest ioc-stream --since 12h --checkpoint soc --webhook {}",
        receiver.url()
    );
    let outcome = room.run(&run).exits(0);
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.contains("25 new"), "{}", outcome.stderr);
    let deliveries = receiver.deliveries();
    assert_eq!(deliveries.len(), 25);
    assert_eq!(counted(&deliveries), stream.ids());
    for delivery in &deliveries {
        assert!(delivery.head.starts_with("POST /hook HTTP/1.1"));
        assert_eq!(delivery.header("content-type"), Some("application/json"));
        for absent in ["x-apikey", "x-tool", "x-gti-signature"] {
            assert_eq!(delivery.header(absent), None);
        }
    }
    room.run(&run).exits(0);
    assert_eq!(receiver.deliveries().len(), 25, "nothing comes again");
}

#[test]
fn batches_maps_headers_and_signatures_are_as_asked_for() {
    use std::fmt::Write;

    use hmac::{Hmac, KeyInit, Mac};

    let (_stream, room) = filled(25);
    std::fs::write(room.path("secret"), "a shared secret\n").expect("write");
    std::fs::write(room.path("token"), "Splunk s3cret-token\n").expect("write");
    let receiver = Receiver::start(|_, _| Meets::Ok);
    let outcome = room
        .run(&format!(
            "ingest ioc-stream --since 12h --webhook {} --webhook-batch 4 --webhook-body {{event:.context_attributes.notification_id}} \
             --webhook-secret-file {{}}/secret --webhook-header X-Team=soc --webhook-header-file Authorization={{}}/token",
            receiver.url()
        ))
        .exits(0);
    assert_eq!(outcome.stdout, "");
    let deliveries = receiver.deliveries();
    let sizes: Vec<usize> = deliveries
        .iter()
        .map(|one| one.body.matches("event").count())
        .collect();
    // No batch holds records of two pages.
    assert_eq!(sizes, [4, 4, 2, 4, 4, 2, 4, 1]);
    assert_eq!(
        deliveries[2].body,
        r#"[{"event":"000008"},{"event":"000009"}]"#
    );
    for delivery in &deliveries {
        assert_eq!(delivery.header("x-team"), Some("soc"));
        assert_eq!(
            delivery.header("authorization"),
            Some("Splunk s3cret-token")
        );
        let time = delivery.header("x-gti-timestamp").expect("a time");
        let mut code = Hmac::<sha2::Sha256>::new_from_slice(b"a shared secret").expect("a key");
        code.update(format!("{time}.{}", delivery.body).as_bytes());
        let expected =
            code.finalize()
                .into_bytes()
                .iter()
                .fold("sha256=".to_owned(), |mut text, byte| {
                    let _ = write!(text, "{byte:02x}");
                    text
                });
        assert_eq!(delivery.header("x-gti-signature"), Some(expected.as_str()));
    }
}

#[test]
fn with_a_file_records_go_to_both_and_into_the_file_once() {
    let (stream, room) = filled(25);
    // The third page's second delivery fails, and so does the run.
    let receiver = Receiver::start(|number, _| match number {
        21 => Meets::Status(500, ""),
        _ => Meets::Ok,
    });
    let run = format!(
        "ingest ioc-stream --since 12h --checkpoint soc -o {{}}/out.jsonl --webhook {}",
        receiver.url()
    );
    let outcome = room.run(&run).exits(7);
    assert!(
        outcome.stderr.contains("webhook http://127.0.0.1"),
        "{}",
        outcome.stderr
    );
    assert_eq!(room.ids("out.jsonl").len(), 20);
    room.run(&run).exits(0);
    assert_eq!(room.ids("out.jsonl"), stream.ids());
    assert_eq!(counted(&receiver.taken()), stream.ids());
    assert_eq!(receiver.taken().len(), 26, "one was delivered twice");
    let outcome = room.run("state show soc -f json").exits(0);
    assert!(outcome.stdout.contains("/out.jsonl (jsonl)"));
    room.run("state verify soc").exits(0);
    let elsewhere = run.replace("/hook", "/other");
    let outcome = room.run(&elsewhere).exits(2);
    assert!(
        outcome.stderr.contains("differs in output"),
        "{}",
        outcome.stderr
    );
    let both = room
        .run(&format!(
            "ingest ioc-stream --since 12h -o - --webhook {}",
            receiver.url()
        ))
        .exits(0);
    assert_eq!(ids(&both.stdout), stream.ids());
}
