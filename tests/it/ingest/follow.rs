//! Runs that keep polling.

use super::room::{Room, ids};
use super::stream::{Fate, Stream, base};
use crate::support::{Act, RawServer, answer};

#[test]
fn polls_are_disjoint_and_end_when_they_are_done() {
    let stream = Stream::new(10);
    stream.fill(0, 25, 60, base());
    let room = Room::new(&stream.url());
    for line in [
        "ingest ioc-stream --since 12h --polls 3 --interval 0s",
        "ingest ioc-stream --since 12h --follow --polls 3 --interval 0s --checkpoint live",
    ] {
        let outcome = room.run(line).exits(0);
        assert_eq!(ids(&outcome.stdout), stream.ids());
        assert!(outcome.stderr.contains("25 new"), "{}", outcome.stderr);
    }
}

#[test]
fn a_poll_that_fails_for_now_is_followed_by_another() {
    let stream = Stream::new(10);
    stream.fill(0, 25, 60, base());
    stream.fates(&[
        Fate::Answer,
        Fate::Status(500),
        Fate::Status(503),
        Fate::Answer,
    ]);
    let room = Room::new(&stream.url());
    let line = "ingest ioc-stream --since 12h --polls 4 --interval 0s --checkpoint a -o {}/out";
    let outcome = room.spawn(line).exits(0);
    assert!(
        outcome.stderr.contains("the next poll tries again"),
        "{}",
        outcome.stderr
    );
    assert_eq!(room.ids("out"), stream.ids());
}

/// However long the service is away: it is told when that began, then counted, and
/// told when it is over.
#[test]
fn an_outage_of_many_polls_is_waited_for() {
    let stream = Stream::new(10);
    stream.fill(0, 25, 60, base());
    let mut fates = vec![Fate::Answer];
    fates.extend(std::iter::repeat_n(Fate::Status(503), 9));
    fates.push(Fate::Answer);
    stream.fates(&fates);
    let room = Room::new(&stream.url());
    let line = "ingest ioc-stream --since 12h --polls 11 --interval 0s --checkpoint a -o {}/out";
    let outcome = room.spawn(line).exits(0);
    assert_eq!(room.ids("out"), stream.ids());
    let warnings = outcome
        .stderr
        .lines()
        .filter(|line| line.starts_with("warning: "));
    let warnings: Vec<&str> = warnings.collect();
    assert!(warnings[0].contains("waiting since 2"), "{warnings:?}");
    assert!(
        warnings[1].starts_with("warning: still waiting since 2"),
        "{warnings:?}"
    );
    assert!(
        warnings[warnings.len() - 1].contains("polls succeed again, after 9"),
        "{warnings:?}"
    );
    assert_eq!(warnings.len(), 5, "{warnings:?}");
}

#[test]
fn the_last_poll_decides_and_what_will_not_pass_ends_at_once() {
    let stream = Stream::new(10);
    let room = Room::new(&stream.url());
    let line = "ingest ioc-stream --since 12h --polls 2 --interval 0s";
    stream.fates(&[Fate::Answer, Fate::Status(500)]);
    room.run(line).exits(7);
    stream.fates(&[Fate::Status(401)]);
    room.run(line).exits(4);
    assert_eq!(stream.content().requests, 3);
}

#[test]
fn without_a_pause_there_is_an_end() {
    let room = Room::new("http://127.0.0.1:9");
    let outcome = room
        .run("ingest ioc-stream --follow --interval 0s")
        .exits(2);
    assert!(
        outcome.stderr.contains("`--interval 0s`"),
        "{}",
        outcome.stderr
    );
}

/// A page in the place of the service ends a run that has never heard of it, however
/// long it was to follow, and is an outage for one that has.
#[test]
fn a_web_page_at_the_first_poll_ends_a_run_without_end() {
    let page = |status: &'static str| {
        Act::Send(answer(
            status,
            "Content-Type: text/html\r\n",
            "<html><head><title>Sign in to the network</title></head></html>",
        ))
    };
    for status in ["200 OK", "403 Forbidden", "404 Not Found"] {
        for feed in ["ioc-stream", "dtm", "asm", "vuln"] {
            let server = RawServer::start(move |_, _| page(status));
            let room = Room::new(&server.base_url());
            let line = format!(
                "ingest {feed} --follow --interval 1h --checkpoint a -o {{}}/out --retries 0"
            );
            let outcome = room.spawn(&line).exits(7);
            assert!(
                outcome.stderr.contains("Sign in to the network"),
                "{}",
                outcome.stderr
            );
        }
    }
    let server = RawServer::start(move |request, _| match request {
        0 => Act::Send(answer("200 OK", "", r#"{"data":[],"meta":{}}"#)),
        1 => page("200 OK"),
        _ => Act::Send(answer(
            "401 Unauthorized",
            "",
            r#"{"error":{"code":"WrongCredentialsError","message":"x"}}"#,
        )),
    });
    let room = Room::new(&server.base_url());
    let outcome = room
        .spawn("ingest ioc-stream --follow --polls 3 --interval 0s --retries 0")
        .exits(4);
    assert!(
        outcome.stderr.contains("the next poll tries again"),
        "{}",
        outcome.stderr
    );
}
