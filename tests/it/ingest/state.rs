//! `gti state`.

use std::fs;

use super::room::Room;
use super::stream::{Stream, base};

const RUN: &str = "ingest ioc-stream --since 12h --checkpoint soc -o {}/out.jsonl";

#[test]
fn checkpoints_are_shown_moved_back_and_forgotten() {
    let stream = Stream::new(10);
    stream.fill(0, 30, 60, base());
    let room = Room::new(&stream.url());
    assert_eq!(room.run("state list -f json").exits(0).stdout.trim(), "[]");
    room.run("state show soc").exits(5);
    room.run(RUN).exits(0);
    let shown = room.run("state list --fields name,feed,emitted").exits(0);
    assert_eq!(
        shown.stdout.trim(),
        r#"{"name":"soc","feed":"ioc-stream","emitted":30}"#
    );
    let seen = room.run("state show soc --jq .seen").exits(0);
    assert_eq!(seen.stdout.trim(), "16", "15 minutes, both ends");
    assert!(
        room.run("state verify soc")
            .exits(0)
            .stdout
            .contains("\"ok\":true")
    );

    room.run("state rewind soc 20m").exits(0);
    room.run(RUN).exits(0);
    assert_eq!(room.ids("out.jsonl").len(), 30 + 21);

    room.run("state reset soc").exits(0);
    room.run("state show soc").exits(5);
    let refused = room.run(RUN).exits(9).stderr;
    assert!(refused.contains("--append"), "{refused}");
    room.run(&format!("{RUN} --append")).exits(0);
    assert_eq!(room.ids("out.jsonl").len(), 30 + 21 + 30);
}

#[test]
fn state_that_is_not_understood_is_refused_and_left_alone() {
    let stream = Stream::new(10);
    let room = Room::new(&stream.url());
    room.run(RUN).exits(0);
    let requests = stream.content().requests;
    let path = room.path("state/checkpoints.sqlite");
    for suffix in ["-wal", "-shm"] {
        fs::remove_file(room.path(&format!("state/checkpoints.sqlite{suffix}"))).ok();
    }
    let garbage = "no database at all ".repeat(100);
    fs::write(&path, &garbage).expect("write");
    for line in [RUN, "state list", "state show soc", "state reset soc"] {
        let outcome = room.run(line).exits(9);
        assert!(outcome.stderr.contains("damaged"), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("hint:"), "{}", outcome.stderr);
    }
    assert_eq!(fs::read_to_string(&path).expect("read"), garbage);
    assert_eq!(stream.content().requests, requests);
}

#[test]
fn a_state_directory_that_can_t_be_made_is_said_before_anything_is_asked() {
    let stream = Stream::new(10);
    let room = Room::new(&stream.url());
    fs::write(room.path("state"), "in the way").expect("write");
    let outcome = room.run(RUN).exits(9);
    assert!(outcome.stderr.contains("state"), "{}", outcome.stderr);
    assert_eq!(stream.content().requests, 0);
}
