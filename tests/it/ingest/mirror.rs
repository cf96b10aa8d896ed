//! `gti mirror sync`: the feeds as the mirror has them, whatever happens on the way.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::archives::{Archives, Fate, Kept, TYPES, current, entry, name};
use super::room::Room;
use crate::support::Killer;

const SYNC: &str = "mirror sync --deltas --since 4h";

fn status(room: &Room) -> Value {
    let outcome = room.run("mirror status").exits(0);
    serde_json::from_str(&outcome.stdout).expect("a record")
}

fn got(room: &Room, ioc: &str) -> Value {
    let outcome = room.run(&format!("mirror get {ioc}"));
    serde_json::from_str(&outcome.stdout).expect("a record")
}

/// A service whose last four hours are filled.
fn filled() -> (Archives, Room, i64) {
    let service = Archives::new();
    let room = Room::new(&service.url());
    let now = current();
    for hour in now - 4..now {
        service.fill(hour);
    }
    (service, room, now)
}

#[test]
fn each_hour_is_read_once_and_what_it_says_is_known() {
    let (service, room, now) = filled();
    let outcome = room.run(SYNC).exits(0);
    let said: Value = serde_json::from_str(&outcome.stdout).expect("a record");
    assert_eq!(
        (&said["entries"], &said["domain"]),
        (&json!(16), &json!(16))
    );
    assert_eq!(said["sources"][0]["name"], "deltas");
    assert_eq!(said["sources"][0]["read"], 16);
    assert_eq!(service.asked().len(), 16);
    room.run(SYNC).exits(0);
    assert_eq!(service.asked().len(), 0, "nothing is published since");
    let known = format!("ip-{}.example", name(now - 2));
    let record = got(&room, &known.to_uppercase());
    assert_eq!(record["value"], known);
    assert_eq!(
        (&record["status"], &record["threat_score"]),
        (&json!("ok"), &json!(50))
    );
    assert_eq!(record["verdict"], json!(null), "nobody told it");
    assert_eq!(
        record["link"],
        format!("https://www.virustotal.com/gui/domain/{known}")
    );
    room.run("mirror get none.example").exits(5);
    room.run(&format!("mirror get none.example {known}"))
        .exits(0);
    room.run(&format!("mirror get !! {known}")).exits(3);
}

#[test]
fn what_is_told_later_counts_and_what_is_benign_leaves() {
    let (service, room, now) = filled();
    let (one, other) = (
        format!("ip-{}.example", name(now - 3)),
        format!("url-{}.example", name(now - 3)),
    );
    let benign = format!(
        "{{\"id\":\"{other}\",\"type\":\"domain\",\"attributes\":{{\"gti_assessment\":{{\"verdict\":{{\"value\":\"VERDICT_BENIGN\"}}}}}}}}"
    );
    service.put(
        now - 2,
        "ip",
        Kept::Lines(vec![entry(&one, Some(77)), benign]),
    );
    room.run(SYNC).exits(0);
    assert_eq!(got(&room, &one)["threat_score"], 77);
    assert_eq!(got(&room, &other)["status"], "not_found");
    assert_eq!(status(&room)["entries"], 14);
}

#[test]
fn a_feed_that_fails_leaves_the_mirror_as_it_was_at_the_last_hour() {
    let (service, room, _) = filled();
    service.fates(&[
        Fate::Answer,
        Fate::Answer,
        Fate::Answer,
        Fate::Answer,
        Fate::Answer,
        Fate::Truncated,
    ]);
    let outcome = room.run(SYNC);
    assert_ne!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(status(&room)["entries"], 4);
    room.run(SYNC).exits(0);
    assert_eq!(status(&room)["entries"], 16);
}

#[test]
fn a_mirror_of_another_service_is_refused() {
    let (_service, room, _) = filled();
    room.run(SYNC).exits(0);
    let other = Archives::new();
    let mut elsewhere = room;
    elsewhere.base_url = other.url();
    let outcome = elsewhere.run(SYNC).exits(2);
    assert!(
        outcome.stderr.contains("the mirror has `deltas` of"),
        "{}",
        outcome.stderr
    );
    assert_eq!(other.asked(), Vec::<String>::new());
    assert_eq!(status(&elsewhere)["entries"], 16);
}

#[test]
fn without_a_mirror_each_command_says_how_to_make_one() {
    let room = Room::new("http://127.0.0.1:1/");
    for command in [
        "status",
        "get evil.example",
        "prune --older 1d",
        "export {}/x",
    ] {
        let outcome = room.run(&format!("mirror {command}")).exits(9);
        assert!(
            outcome.stderr.contains("gti mirror sync"),
            "{}",
            outcome.stderr
        );
    }
    assert!(!room.path("state").join("mirror.sqlite").exists());
}

#[test]
fn a_mirror_travels_in_a_file() {
    let (service, room, _) = filled();
    room.run(SYNC).exits(0);
    room.run("mirror export {}/mirror.gti").exits(0);
    let other = Room::new(&service.url());
    std::fs::copy(room.path("mirror.gti"), other.path("mirror.gti")).expect("copied");
    let before = service.asked().len();
    other.run("mirror import {}/mirror.gti").exits(0);
    assert_eq!(status(&other)["entries"], 16);
    // It goes on where the other one stands.
    other.run(SYNC).exits(0);
    assert_eq!((before, service.asked().len()), (16, 0));
    let mut bytes = std::fs::read(room.path("mirror.gti")).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(other.path("mirror.gti"), bytes).expect("written");
    let refused = other.run("mirror import {}/mirror.gti").exits(2);
    assert!(
        refused.stderr.contains("its checksum is wrong"),
        "{}",
        refused.stderr
    );
    assert_eq!(status(&other)["entries"], 16);
    let refused = room.run("mirror export {}/state/x").exits(9);
    assert!(
        refused.stderr.contains("the state directory"),
        "{}",
        refused.stderr
    );
}

#[test]
fn entries_and_positions_move_together_under_kills() {
    let service = Archives::new();
    let room = Room::new(&service.url());
    let now = current();
    let hours = 40;
    for hour in now - hours..now {
        for kind in TYPES {
            let lines = (0..20)
                .map(|line| entry(&format!("{kind}{line}-{}.example", name(hour)), Some(50)));
            service.put(hour, kind, Kept::Lines(lines.collect()));
        }
    }
    let sync = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gti"));
        command
            .args([
                "mirror",
                "sync",
                "--deltas",
                "--since",
                &format!("{hours}h"),
            ])
            .env_clear()
            .envs(room.variables())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let mut killer = Killer::new();
    let mut kills = 0;
    for _ in 0..60 {
        if kills == 12 {
            break;
        }
        let child = sync().spawn().expect("a process");
        killer.wait();
        kills += usize::from(killer.kill(child));
        if !room.path("state").join("mirror.sqlite").exists() {
            continue;
        }
        let status = status(&room);
        let read = status["sources"][0]["read"].as_u64().unwrap_or_default();
        assert_eq!(status["entries"], read, "{status}");
        assert_eq!(read % 80, 0, "whole hours");
        if read == 80 * hours.unsigned_abs() {
            std::fs::remove_dir_all(room.path("state")).expect("removed");
        }
    }
    assert_eq!(kills, 12, "runs that were under way");
    assert!(sync().status().expect("a run").success());
    assert_eq!(status(&room)["entries"], 80 * hours);
}

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";

/// A mirror with an indicator of each type, and what is known of it.
pub(super) fn known() -> Room {
    let service = Archives::new();
    let now = current();
    let line = |kind: &str, id: &str, attributes: &str, verdict: &str, score: u8| {
        format!(
            "{{\"type\":\"{kind}\",\"id\":\"{id}\",\"attributes\":{{{attributes}\"gti_assessment\":{{\"verdict\":{{\"value\":\"VERDICT_{verdict}\"}},\"severity\":{{\"value\":\"SEVERITY_HIGH\"}},\"threat_score\":{{\"value\":{score}}}}}}},\"context_attributes\":{{\"threat_list_id\":\"phishing\"}}}}"
        )
    };
    let md5 = format!("\"md5\":\"{MD5}\",");
    let url = "\"url\":\"http://worse.example/p\",";
    for (kind, lines) in [
        (
            "file",
            vec![line("file", &"a".repeat(64), &md5, "MALICIOUS", 95)],
        ),
        (
            "ip",
            vec![line("ip_address", "203.0.113.7", "", "SUSPICIOUS", 55)],
        ),
        (
            "url",
            vec![line("url", &"c".repeat(64), url, "MALICIOUS", 80)],
        ),
        (
            "domain",
            vec![line("domain", "evil.example", "", "MALICIOUS", 90)],
        ),
    ] {
        service.put(now - 1, kind, Kept::Lines(lines));
    }
    let room = Room::new(&service.url());
    room.run("mirror sync --deltas --since 1h").exits(0);
    assert_eq!(status(&room)["entries"], 4);
    room
}

#[test]
fn lines_are_matched_against_the_mirror() {
    let room = known();
    let log = format!(
        "GET http://www.EVIL.example:8080/a\nclean good.example 203.0.113.70\nfrom 203[.]0[.]113[.]7 md5 {}\nGET http://worse.example/p#x\n",
        MD5.to_uppercase()
    );
    std::fs::write(room.path("log"), log).expect("written");
    let hits = |options: &str| -> Vec<Value> {
        let outcome = room.run(&format!("match {{}}/log {options}")).exits(0);
        let records = outcome.stdout.lines();
        records
            .map(|line| serde_json::from_str(line).expect("a record"))
            .collect()
    };
    let all = hits("");
    let told: Vec<Value> = all
        .iter()
        .map(|hit| {
            json!([
                hit["line"],
                hit["value"],
                hit["matched"],
                hit["verdict"],
                hit["threat_score"]
            ])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!([1, "evil.example", "parent", "malicious", 90]),
            json!([3, "203.0.113.7", "exact", "suspicious", 55]),
            json!([3, "a".repeat(64), "exact", "malicious", 95]),
            json!([4, "http://worse.example/p", "exact", "malicious", 80]),
        ]
    );
    assert_eq!(all[0]["severity"], "high");
    assert_eq!(all[0]["lists"], json!(["phishing"]));
    assert_eq!(
        all[0]["link"],
        "https://www.virustotal.com/gui/domain/evil.example"
    );
    assert_eq!(hits("--verdict suspicious").len(), 1);
    assert_eq!(hits("--min-score 90").len(), 2);
    assert_eq!(hits("--type url,file").len(), 2);
    assert_eq!(hits("--no-parents").len(), 3);
    for (condition, code) in [
        ("any", 10),
        ("malicious", 10),
        ("score:95", 10),
        ("score:96", 0),
    ] {
        room.run(&format!("match {{}}/log --fail-on {condition}"))
            .exits(code);
    }
    let only = "match {}/log --verdict suspicious --fail-on malicious";
    room.run(only).exits(0);
}

#[test]
fn files_for_sensors_hold_what_is_asked_for_and_are_the_same_each_time() {
    let room = known();
    let publish = "mirror publish {}/lists --format values,zeek,suricata,stix,rpz";
    let outcome = room.run(publish).exits(0);
    assert_eq!(outcome.stdout.lines().count(), 5, "{}", outcome.stdout);
    let file = |name: &str| std::fs::read_to_string(room.path("lists").join(name)).expect(name);
    let values = file("values.txt");
    let mut lines: Vec<&str> = values
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    lines.sort_unstable();
    let hash = "a".repeat(64);
    assert_eq!(
        lines,
        [
            "203.0.113.7",
            &hash,
            "evil.example",
            "http://worse.example/p"
        ]
    );
    assert!(
        file("zeek.intel").contains("evil.example\tIntel::DOMAIN"),
        "{}",
        file("zeek.intel")
    );
    assert!(
        file("rpz.zone").contains("evil.example"),
        "{}",
        file("rpz.zone")
    );
    let bundle: Value = serde_json::from_str(&file("stix.json")).expect("a bundle");
    assert_eq!(bundle["type"], "bundle");
    room.run(publish).exits(0);
    assert_eq!(file("values.txt"), values);
    room.run("mirror publish {}/lists --format values --min-score 90 --type domain")
        .exits(0);
    let values = file("values.txt");
    let lines: Vec<&str> = values
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert_eq!(lines, ["evil.example"]);
    let refused = room.run("mirror publish {}/state --format values").exits(9);
    assert!(
        refused.stderr.contains("the state directory"),
        "{}",
        refused.stderr
    );
}
