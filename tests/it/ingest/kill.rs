//! SIGKILL at random instants. `tests/bench/kill.sh` does the same for longer.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::archives::{self, Archives, Kept, TYPES, current, entry};
use super::paged::{Paged, ids};
use super::room::Room;
use super::shelf::Shelf;
use super::stream::{Stream, base};
use crate::support::Killer;

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
    let mut killer = Killer::new();
    let (mut kills, mut filled) = (0, 1_500);
    // A run may get to its end first: then there is more to do for the next.
    for _ in 0..80 {
        if kills == 16 {
            break;
        }
        let child = command(&room).spawn().expect("a process");
        killer.wait();
        if killer.kill(child) {
            kills += 1;
        } else {
            stream.fill(filled, 50, 7, start);
            filled += 50;
        }
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
        let mut killer = Killer::new();
        let (mut kills, mut filled) = (0, 500);
        for _ in 0..60 {
            if kills == 6 {
                break;
            }
            let child = command_of(&room, feed).spawn().expect("a process");
            killer.wait();
            if killer.kill(child) {
                kills += 1;
            } else {
                service.fill(filled, 100, 7, base());
                filled += 100;
            }
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

/// Kills runs until so many were under way, and then lets one come to its end. A run that
/// got there first has to be whole, and the next ones begin anew.
fn killed(kills: usize, url: &str, words: &[&str], is_whole: impl Fn(&Room)) {
    let run = |room: &Room| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gti"));
        command
            .args(words)
            .args(["--checkpoint", "soc", "-o"])
            .arg(room.path("out.jsonl"))
            .env_clear()
            .envs(room.variables())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let mut killer = Killer::new();
    let (mut room, mut done) = (Room::new(url), 0);
    for _ in 0..kills * 6 {
        if done == kills {
            break;
        }
        let child = run(&room).spawn().expect("a process");
        killer.wait();
        if killer.kill(child) {
            done += 1;
        } else {
            is_whole(&room);
            room = Room::new(url);
        }
    }
    assert!(done == kills, "only {done} runs were under way");
    for _ in 0..2 {
        let last = run(&room).status().expect("a run");
        assert!(last.success());
    }
    is_whole(&room);
}

#[test]
fn killed_runs_over_archives_are_continued_exactly() {
    let service = Archives::new();
    let now = current();
    let hours = now - 40..now;
    let mut all = vec![];
    for hour in hours {
        for kind in TYPES {
            let id = |line| format!("{kind}-{}-{line}.example", archives::name(hour));
            let lines: Vec<String> = (0..25).map(|line| entry(&id(line), None)).collect();
            all.extend(ids(&lines));
            service.put(hour, kind, Kept::Lines(lines));
        }
    }
    let words = ["ingest", "deltas", "--since", "40h"];
    // Hour by hour, and each in the order of its types.
    killed(8, &service.url(), &words, |room| {
        assert_eq!(ids(&room.lines("out.jsonl")), all);
    });
}

#[test]
fn killed_runs_over_collections_are_continued_exactly() {
    let service = Shelf::new(5);
    let mut all = vec![];
    for nth in 0..40 {
        let id = format!("report--{nth:02}");
        service.put(&id, base() + nth, [7, 3, 0, 6]);
        all.push(id.clone());
        all.extend(service.content().volumes[&id].indicators());
    }
    let words = [
        "ingest",
        "collections",
        "--type",
        "report",
        "--iocs",
        "--since",
        "12h",
    ];
    killed(8, &service.url(), &words, |room| {
        assert_eq!(ids(&room.lines("out.jsonl")), all);
    });
}

/// The name that a line of any format is about: `d000017.example`; nothing for headers and
/// for the actions before the documents of `_bulk`.
fn named(line: &str) -> Option<String> {
    let (before, _) = line.split_once(".example")?;
    Some(before.rsplit_once('d')?.1.to_owned())
}

#[test]
fn killed_runs_in_every_format_of_lines_are_continued_exactly() {
    let formats = [
        ("csv", ""),
        ("ecs", ""),
        ("bulk", "logs"),
        ("hec", "logs"),
        ("cef", ""),
        ("zeek", ""),
        ("suricata", ""),
        ("values", "plain"),
        ("values", "hosts"),
    ];
    for (format, particular) in formats {
        let stream = Stream::new(5);
        let room = Room::new(&stream.url());
        stream.fill(0, 400, 7, base());
        let command = || {
            let mut command = command(&room);
            // What nobody has judged is in no list of threats.
            command.args(["--include-benign", "-f", format]);
            match (format, particular) {
                ("values", target) => command.args(["--target", target]),
                (_, "") => &mut command,
                (_, index) => command.args(["--index", index]),
            };
            command
        };
        let mut killer = Killer::new();
        let (mut kills, mut filled) = (0, 400);
        for _ in 0..60 {
            if kills == 5 {
                break;
            }
            let child = command().spawn().expect("a process");
            killer.wait();
            if killer.kill(child) {
                kills += 1;
            } else {
                stream.fill(filled, 50, 7, base());
                filled += 50;
            }
        }
        assert!(kills == 5, "{format}: only {kills} runs were under way");
        assert!(command().status().expect("a run").success(), "{format}");
        let lines = room.lines("out.jsonl");
        let found: Vec<String> = lines.iter().filter_map(|line| named(line)).collect();
        assert_eq!(found, stream.ids(), "{format} {particular}");
        let headers = lines.iter().filter(|line| named(line).is_none()).count();
        let expected = match format {
            "csv" | "zeek" => 1,
            // An action before each document.
            "bulk" => found.len(),
            _ => 0,
        };
        assert_eq!(headers, expected, "{format}");
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

/// The small version of `tests/bench/rotate_kill.sh`: files are renamed under the runs,
/// and every third pair of runs may write no large file.
#[cfg(unix)]
#[test]
fn killed_runs_of_two_checkpoints_survive_rotations_and_full_files() {
    let stream = Stream::new(5);
    let room = Room::new(&stream.url());
    stream.fill(0, 1_200, 7, base());
    let run = |name: &str, limited: bool| {
        let limit = if limited { "ulimit -f 100;" } else { "" };
        let gti = env!("CARGO_BIN_EXE_gti");
        let file = room.path(&format!("{name}.jsonl"));
        let line = format!(
            "{limit} exec {gti} ingest ioc-stream --since 12h --checkpoint {name} -o {}",
            file.display()
        );
        let mut command = Command::new("bash");
        command
            .args(["-c", &line])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .envs(room.variables())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let mut killer = Killer::new();
    let (mut kills, mut renamed) = (0, 0);
    for turn in 0..40 {
        if kills >= 16 {
            break;
        }
        let start = |name| run(name, turn % 3 == 1).spawn().expect("a process");
        let children = ["a", "b"].map(start);
        killer.wait();
        if turn % 3 == 0 {
            renamed += 1;
            for name in ["a", "b"] {
                let to = room.path(&format!("{name}.jsonl.{renamed}"));
                // There may be no file yet.
                let _ = std::fs::rename(room.path(&format!("{name}.jsonl")), to);
            }
        }
        killer.wait();
        for child in children {
            kills += i32::from(killer.kill(child));
        }
    }
    assert!(kills > 0, "no run was under way");
    for name in ["a", "b"] {
        assert!(run(name, false).status().expect("a run").success());
        let files = (1..=renamed).map(|number| format!("{name}.jsonl.{number}"));
        let found: Vec<String> = files
            .chain([format!("{name}.jsonl")])
            .flat_map(|file| room.ids(&file))
            .collect();
        assert_eq!(found, stream.ids(), "{name}");
    }
}
