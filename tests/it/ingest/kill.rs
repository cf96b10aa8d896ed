//! SIGKILL at random instants. `tests/bench/kill.sh` does the same for longer.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::paged::{Paged, ids};
use super::room::Room;
use super::stream::{Stream, base};

fn command(room: &Room) -> Command {
    command_of(room, "ioc-stream")
}

fn command_of(room: &Room, feed: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gti"));
    command
        .args([
            "ingest",
            feed,
            "--since",
            "12h",
            "--checkpoint",
            "soc",
            "--retries",
            "5",
        ])
        .arg("-o")
        .arg(room.path("out.jsonl"))
        .env_clear()
        .envs(room.variables())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

#[test]
fn a_killed_run_is_continued_exactly() {
    let stream = Stream::new(5);
    stream.content().fails_every = Some(17);
    let room = Room::new(&stream.url());
    let start = base();
    stream.fill(0, 1_500, 7, start);
    let (mut kills, mut filled) = (0, 1_500);
    // Delays that are spread over start, requests, writes and commits. A fast
    // machine may get to the end first: then there is more to do for the next.
    for turn in 0..80_u64 {
        if kills == 16 {
            break;
        }
        let mut child = command(&room).spawn().expect("a process");
        std::thread::sleep(Duration::from_millis(20 + (turn * 37) % 140));
        if child.try_wait().expect("a state").is_none() {
            kills += 1;
        } else {
            stream.fill(filled, 50, 7, start);
            filled += 50;
        }
        child.kill().expect("a kill");
        child.wait().expect("an end");
    }
    assert!(kills == 16, "only {kills} runs were under way");
    let last = command(&room).status().expect("a run");
    assert!(last.success());
    assert_eq!(room.ids("out.jsonl"), stream.ids());
}

#[test]
fn killed_runs_over_alerts_and_issues_are_continued_exactly() {
    for feed in ["dtm", "asm"] {
        let service = Paged::new(5);
        let room = Room::new(&service.url());
        service.fill(0, 500, 7, base());
        let (mut kills, mut filled) = (0, 500);
        for turn in 0..60_u64 {
            if kills == 6 {
                break;
            }
            let mut child = command_of(&room, feed).spawn().expect("a process");
            std::thread::sleep(Duration::from_millis(20 + (turn * 37) % 140));
            if child.try_wait().expect("a state").is_none() {
                kills += 1;
            } else {
                service.fill(filled, 100, 7, base());
                filled += 100;
            }
            child.kill().expect("a kill");
            child.wait().expect("an end");
        }
        assert!(kills == 6, "only {kills} runs were under way");
        let last = command_of(&room, feed).status().expect("a run");
        assert!(last.success());
        let mut found = ids(&room.lines("out.jsonl"));
        found.sort();
        assert_eq!(found, service.ids(), "{feed}");
        assert!(!service.was_led_astray());
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_run_with_what_is_durable() {
    let stream = Stream::new(5);
    stream.fill(0, 20, 7, base());
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let room = Room::new(&stream.url());
        let mut child = command(&room)
            .args(["--follow", "--interval", "1h"])
            .spawn()
            .expect("a process");
        while room.lines("out.jsonl").len() < 20 {
            std::thread::sleep(Duration::from_millis(5));
        }
        let pid = child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &pid]).status();
        assert!(sent.expect("kill").success());
        assert_eq!(child.wait().expect("an end").code(), Some(code));
        let outcome = room.run("ingest ioc-stream --since 12h --checkpoint soc -o {}/out.jsonl");
        assert!(outcome.stderr.contains("0 new"), "{}", outcome.stderr);
    }
}
