//! Receivers that fail, and runs that are killed.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::receiver::{Meets, Receiver};
use super::{counted, filled};
use crate::ingest::room::Room;
use crate::support::Killer;

/// A mixed-up number of a number: chance that is the same in every run.
fn chance(number: usize) -> u64 {
    let mut mixed = (number as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn by_chance(number: usize) -> Meets {
    match chance(number) % 12 {
        0 => Meets::Status(500, ""),
        1 => Meets::Status(429, "Retry-After: 0\r\n"),
        2 => Meets::Reset,
        3 => Meets::LateReset,
        4 if number.is_multiple_of(3) => Meets::Silence,
        _ => Meets::Ok,
    }
}

#[test]
fn every_record_arrives_and_keys_count_it_once() {
    for batch in [1, 4] {
        let (stream, room) = filled(60);
        let refused = ["000013", "000042"];
        let receiver = Receiver::start(move |number, body| {
            if batch == 1 && refused.iter().any(|id| body.contains(id)) {
                return Meets::Status(422, "");
            }
            by_chance(number)
        });
        let run = format!(
            "ingest ioc-stream --since 12h --checkpoint soc --webhook {} --webhook-batch {batch} \
             --retries 1 --max-wait 10ms --timeout 200ms",
            receiver.url()
        );
        let mut failed = 0;
        loop {
            let outcome = room.run(&run);
            match outcome.code {
                // Whatever fails for good, the next run goes on.
                6 | 7 => failed += 1,
                0 | 3 => break,
                _ => panic!("{outcome:?}"),
            }
        }
        assert!(failed > 0, "the receiver was too kind");
        let wanted: BTreeSet<String> = stream
            .ids()
            .into_iter()
            .filter(|id| batch != 1 || !refused.contains(&id.as_str()))
            .collect();
        let taken = receiver.taken();
        assert!(taken.len() > wanted.len() / batch, "nothing came twice");
        let got = counted(&taken);
        assert_eq!(got, wanted.into_iter().collect::<Vec<_>>());
        let letters = room.lines("state/dead-letters/soc.jsonl");
        assert_eq!(letters.len(), if batch == 1 { 2 } else { 0 });
    }
}

#[test]
fn what_is_refused_is_kept_once_counted_and_shown() {
    let (stream, room) = filled(20);
    // The first page's third record is refused, and its seventh fails at first.
    let receiver = Receiver::start(|number, body| match number {
        6 => Meets::Status(503, ""),
        _ if body.contains("000002") => Meets::Status(400, ""),
        _ => Meets::Ok,
    });
    let run = format!(
        "ingest ioc-stream --since 12h --checkpoint soc --webhook {}",
        receiver.url()
    );
    room.run(&run).exits(7);
    let outcome = room.run(&run).exits(3);
    assert!(outcome.stderr.contains("1 failed"), "{}", outcome.stderr);
    let letters = room.lines("state/dead-letters/soc.jsonl");
    assert_eq!(letters.len(), 1, "{letters:?}");
    let letter: serde_json::Value = serde_json::from_str(&letters[0]).expect("JSON");
    assert_eq!(letter["status"], 400);
    assert_eq!(letter["count"], 1);
    assert!(letters[0].contains("000002"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let path = room.path("state/dead-letters/soc.jsonl");
        let mode = std::fs::metadata(path)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let shown = room.run("state list -f json").exits(0);
    assert!(
        shown.stdout.contains("\"dead_letters\":1"),
        "{}",
        shown.stdout
    );
    assert_eq!(counted(&receiver.taken()).len(), stream.ids().len() - 1);
}

fn command(room: &Room, url: &str, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gti"));
    command
        .args("ingest ioc-stream --since 12h --checkpoint soc".split(' '))
        .args(["--webhook", url])
        .args(more)
        .env_clear()
        .envs(room.variables())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

#[test]
fn a_killed_run_is_continued_and_nothing_is_counted_twice() {
    let (stream, room) = filled(200);
    let receiver = Receiver::start(|_, _| {
        std::thread::sleep(Duration::from_millis(2));
        Meets::Ok
    });
    let (mut killer, mut kills) = (Killer::new(), 0);
    for _ in 0..20 {
        let child = command(&room, &receiver.url(), &[])
            .spawn()
            .expect("a process");
        killer.wait();
        kills += u32::from(killer.kill(child));
    }
    let last = command(&room, &receiver.url(), &[]).status();
    assert!(last.expect("a run").success());
    assert!(kills > 0, "no run was under way");
    assert_eq!(counted(&receiver.taken()), stream.ids());
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_run_that_waits_for_the_receiver() {
    for (meets, follow) in [
        (Meets::Silence, false),
        (Meets::Status(503, "Retry-After: 60\r\n"), false),
        (Meets::Status(501, ""), true),
    ] {
        let (_stream, room) = filled(20);
        let receiver = Receiver::start(move |number, _| match number {
            14.. if number < 40 => meets,
            _ => Meets::Ok,
        });
        let more: &[&str] = if follow {
            &["--follow"]
        } else {
            &["--retries", "3"]
        };
        let mut child = command(&room, &receiver.url(), more)
            .spawn()
            .expect("a process");
        while receiver.deliveries().len() < 15 {
            assert!(child.try_wait().expect("a state").is_none(), "it ended");
            std::thread::sleep(Duration::from_millis(5));
        }
        let asked = Instant::now();
        let pid = child.id().to_string();
        let sent = Command::new("kill").args(["-s", "TERM", &pid]).status();
        assert!(sent.expect("kill").success());
        assert_eq!(child.wait().expect("an end").code(), Some(143));
        assert!(asked.elapsed() < Duration::from_secs(10));
        // The first page is committed, the second comes again.
        let shown = room.run("state show soc -f json").exits(0);
        assert!(shown.stdout.contains("\"emitted\":10"), "{}", shown.stdout);
    }
}

#[test]
fn a_run_that_follows_waits_until_the_receiver_is_back() {
    let (stream, room) = filled(20);
    let receiver = Receiver::start(|number, _| match number {
        13..16 => Meets::Status(500, ""),
        _ => Meets::Ok,
    });
    let mut child = command(&room, &receiver.url(), &["--follow", "--interval", "50ms"])
        .spawn()
        .expect("a process");
    while counted(&receiver.taken()).len() < 20 {
        assert!(child.try_wait().expect("a state").is_none(), "it ended");
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().expect("a kill");
    child.wait().expect("an end");
    assert_eq!(counted(&receiver.taken()), stream.ids());
}
