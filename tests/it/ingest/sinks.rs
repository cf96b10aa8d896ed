//! Where records go, and what happens when that fails.

use std::fs;
use std::io::{self, Write};

use super::room::Room;
use super::stream::{Stream, base};

const RUN: &str = "ingest ioc-stream --since 12h --checkpoint soc -o {}/out.jsonl";

/// Takes so many bytes, then fails.
struct Narrow {
    room: usize,
    with: io::ErrorKind,
}

impl Write for Narrow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.room {
            return Err(self.with.into());
        }
        self.room -= bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_page_that_was_not_taken_is_not_committed() {
    for (with, code) in [
        (io::ErrorKind::BrokenPipe, 0),
        (io::ErrorKind::StorageFull, 9),
    ] {
        let stream = Stream::new(10);
        stream.fill(0, 30, 60, base());
        let room = Room::new(&stream.url());
        let run = "ingest ioc-stream --since 12h --checkpoint soc";
        // Two pages fit, the third does not.
        let narrow = Narrow { room: 4_000, with };
        let outcome = room.run_into(run, Some(Box::new(narrow))).exits(code);
        assert_eq!(
            outcome.stderr.contains("error"),
            code != 0,
            "{}",
            outcome.stderr
        );
        let rest = room.run(run).exits(0);
        assert_eq!(super::room::ids(&rest.stdout), stream.ids()[20..]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let stream = Stream::new(10);
    stream.fill(0, 30, 60, base());
    let room = Room::new(&stream.url());
    let run = "ingest ioc-stream --since 12h --checkpoint soc -o /dev/full";
    let outcome = room.run(run).exits(9);
    assert!(outcome.stderr.contains("/dev/full"), "{}", outcome.stderr);
    let shown = room.run("state show soc --jq .emitted").exits(0);
    assert_eq!(shown.stdout.trim(), "0");
}

#[test]
fn what_others_wrote_behind_the_committed_bytes_is_not_cut_off() {
    let stream = Stream::new(10);
    stream.fill(0, 20, 60, base());
    let room = Room::new(&stream.url());
    room.run(RUN).exits(0);
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(room.path("out.jsonl"))
        .expect("open");
    file.write_all(b"{\"torn\":").expect("write");
    drop(file);
    stream.fill(20, 5, 60, base());
    let content = fs::read(room.path("out.jsonl")).expect("read");
    let refused = room.run(RUN).exits(9).stderr;
    let told = "8 bytes follow the 3000 committed ones, and gti did not write them";
    assert!(refused.contains(told), "{refused}");
    assert!(refused.contains("gti state reset soc --file"), "{refused}");
    assert_eq!(fs::read(room.path("out.jsonl")).expect("read"), content);
    room.run("state verify soc").exits(9);
    // What is there stays, and the records go on behind it, on a line of their own.
    room.run("state reset soc --file").exits(0);
    room.run(RUN).exits(0);
    let lines = room.lines("out.jsonl");
    assert_eq!((lines.len(), lines[20].as_str()), (26, "{\"torn\":"));
}

#[test]
fn a_file_that_is_not_the_committed_one_stops_the_run() {
    type Harm = fn(&std::path::Path);
    let harms: [(Harm, &str); 3] = [
        (|path| fs::write(path, "short\n").expect("write"), "6 bytes"),
        (
            |path| {
                let copy = path.with_extension("copy");
                fs::copy(path, &copy).expect("copy");
                fs::rename(copy, path).expect("rename");
            },
            "not the file that was written",
        ),
        (|path| fs::remove_file(path).expect("remove"), "gone"),
    ];
    for (harm, word) in harms {
        let stream = Stream::new(10);
        stream.fill(0, 20, 60, base());
        let room = Room::new(&stream.url());
        room.run(RUN).exits(0);
        harm(&room.path("out.jsonl"));
        let before = stream.content().requests;
        let outcome = room.run(RUN).exits(9);
        assert!(outcome.stderr.contains(word), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("hint:"), "{}", outcome.stderr);
        assert_eq!(stream.content().requests, before);
        assert_eq!(room.run("state verify soc").code, 9);
        // The way out for a rotated file.
        room.run("state reset soc --file").exits(0);
        fs::remove_file(room.path("out.jsonl")).ok();
        stream.push(base() + 1_200, "new");
        room.run(RUN).exits(0);
        assert_eq!(room.lines("out.jsonl").len(), 1);
    }
}

#[test]
fn csv_has_one_header_however_many_runs_there_are() {
    let stream = Stream::new(10);
    let room = Room::new(&stream.url());
    let run =
        "ingest ioc-stream --since 12h --checkpoint soc -f csv --fields id,type -o {}/out.csv";
    for turn in 0..3 {
        stream.fill(turn * 7, 7, 60, base());
        room.run(run).exits(0);
    }
    let lines = room.lines("out.csv");
    assert_eq!(lines.len(), 22);
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.starts_with("id,type"))
            .count(),
        1
    );
    assert!(lines[0].starts_with("id,type"));
}

#[test]
fn documents_that_can_t_grow_are_refused_before_anything_is_asked() {
    let stream = Stream::new(10);
    let room = Room::new(&stream.url());
    for format in ["json", "text", "stix"] {
        room.run(&format!("{RUN} -f {format}")).exits(2);
    }
    room.run(&format!("{RUN} -f csv --jq .id")).exits(2);
    assert_eq!(stream.content().requests, 0);
    let outcome = room.run("ingest ioc-stream --since 1h -f json").exits(0);
    assert_eq!(outcome.stdout.trim(), "[]");
}

#[test]
fn without_a_checkpoint_a_file_is_appended_to() {
    let stream = Stream::new(10);
    stream.fill(0, 3, 60, base());
    let room = Room::new(&stream.url());
    for _ in 0..2 {
        room.run("ingest ioc-stream --since 12h -o {}/out").exits(0);
    }
    assert_eq!(room.lines("out").len(), 6);
}
