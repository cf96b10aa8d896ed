//! `gti state replay`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use super::receiver::{Meets, Receiver};
use super::{counted, filled};

fn statuses(stdout: &str) -> Vec<String> {
    stdout
        .lines()
        .map(|line| {
            let record: serde_json::Value = serde_json::from_str(line).expect(line);
            record["status"].as_str().expect(line).to_owned()
        })
        .collect()
}

#[test]
fn what_was_refused_is_delivered_and_the_rest_is_kept() {
    let (stream, room) = filled(20);
    let status = Arc::new(AtomicU16::new(400));
    let now = Arc::clone(&status);
    let receiver = Receiver::start(move |_, body| {
        let status = now.load(Ordering::SeqCst);
        match ["000003", "000007", "000011"]
            .iter()
            .position(|id| body.contains(id))
        {
            // Once repaired, it takes one more and goes down at the last.
            Some(1) if status == 200 => Meets::Status(422, ""),
            Some(2) if status == 200 => Meets::Status(500, ""),
            Some(_) if status == 400 => Meets::Status(400, ""),
            _ => Meets::Ok,
        }
    });
    let run = format!(
        "ingest ioc-stream --since 12h --checkpoint soc --webhook {}",
        receiver.url()
    );
    room.run(&run).exits(3);
    let first = room.lines("state/dead-letters/soc.jsonl");
    assert_eq!(first.len(), 3);

    let outcome = room.run("state replay soc").exits(3);
    assert_eq!(statuses(&outcome.stdout), ["refused"; 3]);
    assert_eq!(room.lines("state/dead-letters/soc.jsonl"), first);

    status.store(200, Ordering::SeqCst);
    let outcome = room.run("state replay soc").exits(7);
    assert_eq!(statuses(&outcome.stdout), ["delivered", "refused", "error"]);
    assert_eq!(room.lines("state/dead-letters/soc.jsonl"), first[1..]);

    status.store(0, Ordering::SeqCst);
    let outcome = room.run("state replay soc").exits(0);
    assert_eq!(statuses(&outcome.stdout), ["delivered"; 2]);
    assert!(!room.path("state/dead-letters/soc.jsonl").exists());
    assert_eq!(counted(&receiver.taken()), stream.ids());
    assert_eq!(receiver.taken().len(), 20);

    let outcome = room.run("state replay soc").exits(0);
    assert_eq!(outcome.stdout, "");
}

#[test]
fn what_a_delivery_needs_is_asked_for_before_anything_goes_out() {
    let (_stream, room) = filled(2);
    std::fs::write(room.path("secret"), "a shared secret").expect("write");
    let refuses = Receiver::start(|_, _| Meets::Status(400, ""));
    room.run(&format!(
        "ingest ioc-stream --since 12h --webhook {} --webhook-body {{a:.id}} --webhook-secret-file {{}}/secret --webhook-header X-Team=soc",
        refuses.url()
    ))
    .exits(3);
    let sent = refuses.deliveries().len();
    for (options, told) in [
        ("", "--webhook-secret-file"),
        ("--webhook-secret-file {}/secret", "--webhook-body"),
        (
            "--webhook-secret-file {}/secret --webhook-body {b:.id}",
            "X-Team",
        ),
        ("--sink nobody", "there is no sink"),
    ] {
        let outcome = room
            .run(&format!("state replay ioc-stream {options}"))
            .exits(2);
        assert!(outcome.stderr.contains(told), "{options}: {outcome:?}");
    }
    assert_eq!(refuses.deliveries().len(), sent);
    let takes = Receiver::start(|_, _| Meets::Ok);
    let outcome = room
        .run(&format!(
            "state replay ioc-stream --webhook {} --webhook-secret-file {{}}/secret --webhook-body {{b:.type}} --webhook-header X-Team=soc",
            takes.url()
        ))
        .exits(0);
    assert_eq!(statuses(&outcome.stdout), ["delivered"; 2]);
    let again = takes.deliveries();
    assert!(again[0].body.starts_with("{\"b\":"), "{again:?}");
    assert_eq!(again[0].key(), refuses.deliveries()[0].key());
    assert!(again[0].header("x-gti-signature").is_some());
}
