//! One run at a time, and one owner of each name.

use gti::Hold;

use super::room::Room;
use super::stream::{Stream, base};

#[test]
fn a_held_checkpoint_names_its_holder() {
    let stream = Stream::new(10);
    stream.fill(0, 3, 60, base());
    let room = Room::new(&stream.url());
    let run = "ingest ioc-stream --since 12h --checkpoint soc";
    room.run("ingest ioc-stream --since 12h --checkpoint soc -n 1")
        .exits(0);
    let requests = stream.content().requests;
    let hold = Hold::take(&room.path("state"), &"soc".parse().expect("a name")).expect("a lock");
    let outcome = room.run(run).exits(9);
    let process = format!("held by process {}", std::process::id());
    assert!(outcome.stderr.contains(&process), "{}", outcome.stderr);
    assert_eq!(stream.content().requests, requests);
    room.run(&format!("{run} --wait-lock 150ms")).exits(9);
    room.run("ingest ioc-stream --since 12h --checkpoint other")
        .exits(0);
    drop(hold);
    room.run(&format!("{run} --wait-lock 10s")).exits(0);
}

#[test]
fn a_name_belongs_to_one_feed_filter_service_and_output() {
    let stream = Stream::new(10);
    let room = Room::new(&stream.url());
    let run = "ingest ioc-stream --since 12h --checkpoint soc";
    room.run(run).exits(0);
    for (other, difference) in [
        (
            "ingest threat-list ransomware --checkpoint soc",
            "differs in feed: `ioc-stream` there, `threat-list` here",
        ),
        (
            "ingest ioc-stream --checkpoint soc --tag x",
            "differs in filters: none there, `notification_tag:x` here",
        ),
        (
            "ingest ioc-stream --checkpoint soc --where .id",
            "differs in filters: none there, `where:.id` here",
        ),
        (
            "ingest ioc-stream --checkpoint soc --base-url https://api.example",
            "differs in base URL",
        ),
        (
            "ingest ioc-stream --checkpoint soc -o {}/out",
            "differs in output: `standard output` there",
        ),
    ] {
        let requests = stream.content().requests;
        let outcome = room.run(other).exits(2);
        assert!(outcome.stderr.contains(difference), "{}", outcome.stderr);
        assert_eq!(stream.content().requests, requests);
    }
    room.run("ingest ioc-stream --checkpoint a/b").exits(2);
}

#[test]
fn a_dry_run_calls_nobody_and_leaves_no_trace() {
    let stream = Stream::new(10);
    let room = Room::new(&stream.url());
    let outcome = room
        .run("ingest ioc-stream --since 12h --checkpoint soc -o {}/out --dry-run --entity-type url")
        .exits(0);
    assert!(
        outcome.stdout.contains("entity_type%3Aurl%20date%3A"),
        "{}",
        outcome.stdout
    );
    assert_eq!(stream.content().requests, 0);
    assert!(!room.path("state").exists() && !room.path("out").exists());
}
