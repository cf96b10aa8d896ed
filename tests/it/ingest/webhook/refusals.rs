//! What is not delivered, and what is not said.

use super::filled;
use super::receiver::{Meets, Receiver};

#[test]
fn mistakes_are_told_before_anybody_is_asked() {
    let (stream, room) = filled(1);
    std::fs::write(room.path("empty"), "\n").expect("write");
    for (options, told) in [
        ("--webhook http://soar.example/hook", "use https"),
        (
            "--webhook ftp://soar.example/hook",
            "must be https, not ftp",
        ),
        ("--webhook soar.example", "invalid webhook URL"),
        ("--webhook https://soar.example/#x", "fragment"),
        ("--webhook-body .id", "--webhook-body goes with --webhook"),
        (
            "--webhook https://soar.example --webhook-body {",
            "is not a jq program",
        ),
        (
            "--webhook https://soar.example --webhook-ok {",
            "is not a jq program",
        ),
        ("--webhook-ok .ok", "--webhook-ok goes with --webhook"),
        (
            "--webhook https://soar.example --webhook-body @{}/none.jq",
            "cannot read",
        ),
        (
            "--webhook https://soar.example --webhook-batch 0",
            "a batch of 0 records",
        ),
        (
            "--webhook https://soar.example --webhook-batch 1001",
            "a batch of 1001 records",
        ),
        (
            "--webhook https://soar.example --webhook-secret-file {}/none",
            "cannot read",
        ),
        (
            "--webhook https://soar.example --webhook-secret-file {}/empty",
            "is empty",
        ),
        (
            "--webhook https://soar.example --webhook-header =x",
            "NAME: VALUE",
        ),
        (
            "--webhook https://soar.example --webhook-header Idempotency-Key=x",
            "set by the delivery",
        ),
        (
            "--webhook https://soar.example --jq .id",
            "--jq and --fields shape an output",
        ),
        ("--sink nobody", "there is no sink `nobody`"),
        (
            "--sink a --webhook https://soar.example",
            "cannot be used with",
        ),
    ] {
        let outcome = room.run(&format!("ingest ioc-stream --since 12h {options}"));
        assert_eq!(outcome.code, 2, "{options}: {outcome:?}");
        assert!(outcome.stderr.contains(told), "{options}: {outcome:?}");
    }
    assert_eq!(stream.content().requests, 0);
}

#[test]
fn redirects_are_not_followed() {
    let (_stream, room) = filled(1);
    let other = Receiver::start(|_, _| Meets::Ok);
    let target: &'static str = format!("Location: http://{}/hook\r\n", other.host()).leak();
    for status in [301, 302, 307, 308] {
        for location in [target, "Location: /elsewhere\r\n"] {
            let receiver = Receiver::start(move |_, _| Meets::Status(status, location));
            let run = format!("ingest ioc-stream --since 12h --webhook {}", receiver.url());
            let outcome = room.run(&run).exits(7);
            assert!(
                outcome.stderr.contains("not followed"),
                "{}",
                outcome.stderr
            );
            assert_eq!(receiver.deliveries().len(), 1);
        }
    }
    assert_eq!(other.deliveries().len(), 0);
}

/// The receiver quotes the whole head of each request in its refusal.
#[test]
fn no_secret_is_logged_or_kept() {
    let (_stream, room) = filled(3);
    std::fs::write(room.path("secret"), "s3cret-for-signing\n").expect("write");
    std::fs::write(room.path("token"), "Splunk s3cret-token\n").expect("write");
    let receiver = Receiver::start(|number, _| match number {
        0 => Meets::Status(500, ""),
        _ => Meets::Status(400, ""),
    });
    let url = format!(
        "http://user:s3cret-word@{}/s3cret-path?s3cret-query",
        receiver.host()
    );
    let outcome = room.spawn(&format!(
        "ingest ioc-stream --since 12h --checkpoint soc --webhook {url} -vvv --retries 1 --max-wait 10ms \
         --webhook-secret-file {{}}/secret --webhook-header-file Authorization={{}}/token --webhook-header X-Key=s3cret-key"
    ));
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(outcome.stderr.contains("400"), "{}", outcome.stderr);
    assert_eq!(receiver.deliveries().len(), 4);
    let letters = room.lines("state/dead-letters/soc.jsonl").join("\n");
    let shown = room.run("state show soc -f json").exits(0).stdout;
    for text in [&outcome.stderr, &outcome.stdout, &letters, &shown] {
        assert!(!text.contains("s3cret"), "{text}");
    }
}

/// A wrong token or a receiver that has gone is no fault of the records: nothing is
/// given up, and the next run delivers all of it.
#[test]
fn a_receiver_that_is_closed_ends_the_run_and_loses_nothing() {
    for status in [401, 404, 405, 410] {
        let (stream, room) = filled(25);
        let receiver = Receiver::start(move |number, _| match number {
            0 => Meets::Status(status, ""),
            _ => Meets::Ok,
        });
        let run = format!(
            "ingest ioc-stream --since 12h --checkpoint soc --webhook {}",
            receiver.url()
        );
        let outcome = room.run(&run).exits(7);
        assert_eq!(receiver.deliveries().len(), 1, "{status}");
        assert!(
            outcome
                .stderr
                .contains("ioc-stream: 0 new, 0 repeats, 0 failed"),
            "{}",
            outcome.stderr
        );
        room.run(&run).exits(0);
        assert_eq!(
            receiver.deliveries().len(),
            1 + stream.ids().len(),
            "{status}"
        );
    }
}
