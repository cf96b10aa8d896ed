//! One file, one owner: whoever else wants it is refused, and nothing is cut.
#![cfg(unix)]

use std::fs;
use std::process::{Command, Stdio};

use super::room::Room;
use super::stream::{Stream, base};

const RUN: &str = "ingest ioc-stream --since 12h --checkpoint soc -o {}/out.jsonl";
const SINKS: &str = "[sinks.archive]\nkind = \"file\"\npath = \"archive.jsonl\"\n";

fn filled() -> (Stream, Room) {
    let stream = Stream::new(10);
    stream.fill(0, 20, 60, base());
    let room = Room::new(&stream.url());
    (stream, room)
}

#[test]
fn a_second_owner_is_refused_by_name_and_the_file_stays() {
    let (stream, room) = filled();
    room.run(RUN).exits(0);
    fs::write(
        room.path("config.toml"),
        SINKS.replace("archive.jsonl", "out.jsonl"),
    )
    .expect("write");
    fs::hard_link(room.path("out.jsonl"), room.path("link.jsonl")).expect("link");
    for line in [
        "ingest ioc-stream --since 12h --checkpoint other -o {}/out.jsonl",
        "ingest ioc-stream --since 12h --checkpoint other -o {}/out.jsonl --append",
        "ingest ioc-stream --since 12h --checkpoint other -o {}/link.jsonl --append",
        "ingest ioc-stream --since 12h -o {}/out.jsonl",
        "--config {}/config.toml ingest ioc-stream --since 12h --sink archive",
        "state list -o {}/out.jsonl",
    ] {
        let told = room.run(line).exits(9).stderr;
        assert!(
            told.contains("belongs to checkpoint `soc`"),
            "{line}: {told}"
        );
        assert_eq!(room.ids("out.jsonl"), stream.ids());
    }
    room.run("state reset soc --file").exits(0);
    room.run("ingest ioc-stream --since 12h --checkpoint other -o {}/out.jsonl --append")
        .exits(0);
    assert_eq!(room.ids("out.jsonl").len(), 40);
    let told = room.run(RUN).exits(9).stderr;
    assert!(told.contains("belongs to checkpoint `other`"), "{told}");
}

#[test]
fn the_file_of_a_sink_is_kept_as_a_checkpoint_s_is() {
    let (stream, room) = filled();
    fs::write(room.path("config.toml"), SINKS).expect("write");
    let run =
        "--config {}/config.toml ingest ioc-stream --since 12h --sink archive --checkpoint soc";
    room.run(run).exits(0);
    stream.fill(20, 5, 60, base());
    room.run(run).exits(0);
    assert_eq!(room.ids("archive.jsonl"), stream.ids());
    let told = room
        .run("ingest ioc-stream --checkpoint other -o {}/archive.jsonl --append")
        .exits(9)
        .stderr;
    assert!(told.contains("belongs to sink `archive`"), "{told}");
    fs::write(room.path("archive.jsonl"), "short\n").expect("write");
    let told = room.run(run).exits(9).stderr;
    assert!(
        told.contains("gti state reset sink:archive --file"),
        "{told}"
    );
    room.run("state reset sink:archive --file").exits(0);
    room.run(run).exits(0);
}

#[test]
fn nothing_is_written_onto_the_program_s_own_files() {
    let (stream, room) = filled();
    room.run("ingest ioc-stream --since 12h --checkpoint soc -n 1")
        .exits(0);
    let database = room.path("state/checkpoints.sqlite");
    let before = fs::read(&database).expect("read");
    fs::hard_link(&database, room.path("link")).expect("link");
    std::os::unix::fs::symlink(&database, room.path("symlink")).expect("link");
    let requests = stream.content().requests;
    for file in [
        "state/checkpoints.sqlite",
        "state/new.jsonl",
        "link",
        "symlink",
    ] {
        for run in [
            "ingest ioc-stream --since 12h -o {}/",
            "ingest ioc-stream --since 12h --checkpoint other -o {}/",
            "ingest ioc-stream --since 12h --checkpoint other --append -o {}/",
            "enrich evil.example -o {}/",
        ] {
            let told = room.run(&format!("{run}{file}")).exits(9).stderr;
            assert!(told.contains("state directory"), "{run}{file}: {told}");
        }
    }
    assert_eq!(fs::read(&database).expect("read"), before);
    assert_eq!(stream.content().requests, requests);
}

fn start(room: &Room, line: &str) -> std::process::Child {
    let home = room.path("").display().to_string();
    let line = line.replace("{}/", &home);
    Command::new(env!("CARGO_BIN_EXE_gti"))
        .args(line.split_whitespace())
        .env_clear()
        .envs(room.variables())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process")
}

#[test]
fn a_run_that_follows_goes_on_in_the_new_file_after_a_rotation() {
    let (stream, room) = filled();
    let mut child = start(&room, &format!("{RUN} --follow --interval 1s"));
    while room.lines("out.jsonl").len() < 20 {
        std::thread::yield_now();
    }
    fs::rename(room.path("out.jsonl"), room.path("out.jsonl.1")).expect("rename");
    fs::write(room.path("out.jsonl"), "").expect("create");
    stream.fill(20, 5, 60, base());
    while room.lines("out.jsonl").len() + room.lines("out.jsonl.1").len() < 25 {
        std::thread::yield_now();
    }
    child.kill().expect("a kill");
    child.wait().expect("an end");
    stream.fill(25, 5, 60, base());
    room.run(RUN).exits(0);
    let mut found = room.ids("out.jsonl.1");
    found.extend(room.ids("out.jsonl"));
    assert_eq!(found, stream.ids());
}

#[test]
fn the_first_start_of_several_checkpoints_does_not_fail() {
    let (_stream, room) = filled();
    let children: Vec<_> = (0..6)
        .map(|number| {
            start(
                &room,
                &format!("ingest ioc-stream --since 12h --checkpoint c{number}"),
            )
        })
        .collect();
    for mut child in children {
        assert_eq!(child.wait().expect("an end").code(), Some(0));
    }
}

#[test]
fn a_removed_lock_file_lets_nobody_in() {
    let (_stream, room) = filled();
    let mut child = start(&room, &format!("{RUN} --follow --interval 1h"));
    while room.lines("out.jsonl").len() < 20 {
        std::thread::yield_now();
    }
    fs::remove_file(room.path("state/locks/soc.lock")).expect("remove");
    let told = room.run(RUN).exits(9).stderr;
    assert!(
        told.contains(&format!("held by process {}", child.id())),
        "{told}"
    );
    child.kill().expect("a kill");
    child.wait().expect("an end");
    room.run(RUN).exits(0);
}

#[test]
fn the_largest_size_of_a_file_is_exit_9_and_loses_nothing() {
    let stream = Stream::new(40);
    stream.fill(0, 1_200, 7, base());
    let room = Room::new(&stream.url());
    room.run(&format!("{RUN} -n 40")).exits(0);
    let home = room.path("").display().to_string();
    let line = RUN.replace("{}/", &home);
    let limited = format!("ulimit -f 120; exec {} {line}", env!("CARGO_BIN_EXE_gti"));
    let ended = Command::new("bash")
        .args(["-c", &limited])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .envs(room.variables())
        .stderr(Stdio::null())
        .status()
        .expect("a run");
    assert_eq!(ended.code(), Some(9));
    room.run(RUN).exits(0);
    assert_eq!(room.ids("out.jsonl"), stream.ids());
}

#[test]
fn a_state_directory_that_others_can_write_is_mended_or_refused() {
    use std::os::unix::fs::PermissionsExt;

    let (_stream, room) = filled();
    let state = room.path("state");
    fs::create_dir(&state).expect("directory");
    for (before, code, after) in [(0o777, 0, 0o755), (0o1777, 9, 0o1777)] {
        fs::set_permissions(&state, fs::Permissions::from_mode(before)).expect("chmod");
        room.run("ingest ioc-stream --since 12h --checkpoint soc")
            .exits(code);
        let found = fs::metadata(&state).expect("found").permissions().mode();
        assert_eq!(found & 0o7777, after);
    }
}

/// Under whatever name.
#[test]
fn the_files_that_a_run_is_told_by_are_not_written_to() {
    let (_stream, room) = filled();
    let rules = "[[rule]]\nname = \"all\"\naction = \"keep\"\n";
    std::fs::write(room.path("rules.toml"), rules).expect("write");
    std::fs::hard_link(room.path("rules.toml"), room.path("other.toml")).expect("a link");
    for name in ["rules.toml", "other.toml"] {
        let line = format!("ingest ioc-stream --since 12h --rules {{}}/rules.toml -o {{}}/{name}");
        let outcome = room.run(&line).exits(9);
        let said = "it is the rules file";
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
    let kept = std::fs::read_to_string(room.path("rules.toml")).expect("read");
    assert_eq!(kept, rules);
}
