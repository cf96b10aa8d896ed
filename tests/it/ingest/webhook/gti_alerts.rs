//! GTI Alerts on their way out: rules, sinks, payload maps, dead letters and replay, as
//! of any other feed.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::Value;

use super::receiver::{Meets, Receiver};
use crate::ingest::alerts::Service;
use crate::ingest::room::Room;
use crate::ingest::stream::base;

const RULES: &str = r#"
[[rule]]
name = "leaks"
alert_type = "data_leak"
action = "route"
to = "tickets"

[[rule]]
name = "high"
severity = "high"
when = '.displayName | endswith("5")'
action = "tag"
add_tags = ["vip"]

[[rule]]
name = "nobody's"
when = '.displayName | endswith("7")'
action = "drop"
"#;

/// Twenty alerts, a room with rules, and a sink `tickets` with the map for Jira.
fn filled(url: &str) -> (Service, Room) {
    let service = Service::new(6);
    for index in 0..20 {
        service.push(base() + index, &format!("{index:06}"));
    }
    let room = service.room();
    let map = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/workflow/payloads/jira.jq");
    std::fs::copy(map, room.path("jira.jq")).expect("a copy");
    let config =
        format!("[sinks.tickets]\nkind = \"webhook\"\nurl = \"{url}\"\nbody_file = \"jira.jq\"\n");
    std::fs::write(room.path("config.toml"), config).expect("a file");
    std::fs::write(room.path("rules.toml"), RULES).expect("a file");
    (service, room)
}

const RUN: &str = "ingest alerts --project gti-12345 --since 12h --checkpoint soc --wait-lock 10s --config {}/config.toml";

/// The summaries of the tickets that were taken.
fn tickets(receiver: &Receiver) -> Vec<String> {
    let summary = |body: &str| {
        let ticket: Value = serde_json::from_str(body).expect(body);
        let fields = &ticket["fields"];
        assert_eq!(fields["labels"][1], "gti-alert");
        assert_eq!(fields["labels"][2], "gti-high");
        fields["summary"].as_str().expect(body).to_owned()
    };
    let taken = receiver.taken();
    let mut all: Vec<String> = taken.iter().map(|one| summary(&one.body)).collect();
    all.sort();
    all
}

#[test]
fn rules_route_tag_and_drop_alerts() {
    let receiver = Receiver::start(|_, _| Meets::Ok);
    let (_service, room) = filled(&receiver.url());
    let run = format!("{RUN} --rules {{}}/rules.toml -o {{}}/out.jsonl");
    let outcome = room.run(&run).exits(0);
    assert!(
        outcome
            .stderr
            .contains("alerts: 18 new, 0 repeats, 2 not kept"),
        "{}",
        outcome.stderr
    );
    assert_eq!(tickets(&receiver), ["About 000001", "About 000011"]);
    let lines = room.lines("out.jsonl");
    assert_eq!(lines.len(), 16);
    let tagged: Vec<&String> = lines.iter().filter(|line| line.contains("vip")).collect();
    assert_eq!(tagged.len(), 2, "{tagged:?}");
    room.run(&run).exits(0);
    assert_eq!(receiver.taken().len(), 2);
}

#[test]
fn alerts_that_are_refused_are_dead_letters_and_can_be_delivered_again() {
    let status = Arc::new(AtomicU16::new(400));
    let now = Arc::clone(&status);
    let receiver = Receiver::start(move |_, body| match now.load(Ordering::SeqCst) {
        400 if body.contains("000004") || body.contains("000009") => Meets::Status(400, ""),
        _ => Meets::Ok,
    });
    let (_service, room) = filled(&receiver.url());
    room.run(&format!("{RUN} --sink tickets")).exits(3);
    let letters = room.lines("state/dead-letters/soc.jsonl");
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert!(
        letters[0].contains("projects/gti-12345/alerts/000004"),
        "{letters:?}"
    );
    let replay = "state replay soc --config {}/config.toml";
    room.run(replay).exits(3);
    assert_eq!(room.lines("state/dead-letters/soc.jsonl"), letters);
    status.store(200, Ordering::SeqCst);
    let outcome = room.run(replay).exits(0);
    assert_eq!(outcome.stdout.lines().count(), 2);
    assert_eq!(tickets(&receiver).len(), 20);
    room.run(&format!("{RUN} --sink tickets")).exits(0);
    assert_eq!(receiver.taken().len(), 20, "nothing twice");
}
