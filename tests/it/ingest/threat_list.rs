//! Threat lists: packages of an hour, streamed.

use std::collections::BTreeSet;

use gti::sandbox::{Options, Sandbox};
use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::room::{Outcome, Room};

fn sandbox(faults: &[&str]) -> (Sandbox, Room) {
    let sandbox = Sandbox::start(Options {
        fault: faults
            .iter()
            .map(|fault| fault.parse().expect(fault))
            .collect(),
        ..Options::default()
    })
    .expect("a port");
    let room = Room::new(&sandbox.base_url());
    (sandbox, room)
}

/// A server with one answer to every package.
fn server(answer: impl Fn(&str) -> ResponseTemplate + Send + Sync + 'static) -> (MockServer, Room) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let server = runtime.block_on(async {
        let server = MockServer::start().await;
        Mock::given(method("GET"))
            .and(path_regex("^/threat_lists/"))
            .respond_with(move |request: &Request| answer(request.url.path()))
            .mount(&server)
            .await;
        server
    });
    let room = Room::new(&server.uri());
    (server, room)
}

fn entry(id: &str, modified: i64) -> String {
    format!(
        "{{\"data\": {{\"type\": \"domain\", \"id\": \"{id}\", \"attributes\": {{\"last_modification_date\": {modified}}}, \"relationships\": {{}}}}}}"
    )
}

fn package(entries: &[String]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(format!("{{\"iocs\": [{}]}}", entries.join(",")))
}

fn lines(outcome: &Outcome) -> Vec<serde_json::Value> {
    let line = |line: &str| serde_json::from_str(line).expect("JSON");
    outcome.stdout.lines().map(line).collect()
}

#[test]
fn a_list_comes_as_the_inner_objects() {
    let (_sandbox, room) = sandbox(&[]);
    let outcome = room.run("ingest threat-list ransomware").exits(0);
    let records = lines(&outcome);
    assert!(records.len() >= 20);
    assert!(
        records
            .iter()
            .all(|record| record["type"] == "file" && record.get("data").is_none())
    );
    let high = room
        .run("ingest threat-list ransomware --min-score 60")
        .exits(0);
    assert!(lines(&high).iter().all(|record| {
        record["attributes"]["gti_assessment"]["threat_score"]["value"].as_i64() >= Some(60)
    }));
    assert!(lines(&high).len() < records.len());
    let urls = room
        .run("ingest threat-list trending --type url,domain --query positives:1+")
        .exits(0);
    assert!(lines(&urls).iter().all(|record| record["type"] != "file"));
}

#[test]
fn every_missing_hour_is_read_once_and_gaps_are_asked_for_again() {
    let (_sandbox, room) = sandbox(&[]);
    let run = "ingest threat-list ransomware linux --since 26h --checkpoint lists -o {}/out";
    let outcome = room.spawn(run).exits(0);
    assert!(
        outcome
            .stderr
            .contains("threat list `linux` has no package"),
        "{}",
        outcome.stderr
    );
    let first = room.lines("out").len();
    assert!(first > 40 * 20);
    let outcome = room.run(run).exits(0);
    // The gap of noon alone, once or twice in 26 hours.
    let asked = outcome.stderr.contains("1 requests") || outcome.stderr.contains("2 requests");
    assert!(
        asked && outcome.stderr.contains("0 new"),
        "{}",
        outcome.stderr
    );
    assert_eq!(room.lines("out").len(), first);
    assert!(
        room.run("state show lists")
            .exits(0)
            .stdout
            .contains("\"gaps\":[\"")
    );
}

#[test]
fn faults_on_the_way_repeat_and_lose_nothing() {
    let (_quiet, plain) = sandbox(&[]);
    let run =
        "ingest threat-list ransomware phishing --since 12h --checkpoint l -o {}/out --retries 8";
    plain.run(run).exits(0);
    let (_sandbox, room) = sandbox(&["truncate:15%", "reset:10%", "503:10%", "garbage:5%"]);
    for _ in 0..5 {
        if room.run(run).code == 0 {
            break;
        }
    }
    room.run(run).exits(0);
    assert_eq!(room.lines("out"), plain.lines("out"));
}

#[test]
fn a_package_that_is_not_published_yet_ends_the_run_well() {
    let (_server, room) = server(|_| {
        ResponseTemplate::new(400).set_body_string(
            r#"{"error":{"code":"NotAvailableYet","message":"Package 2026010203 is not available until 2026-01-02 at 04:00 UTC because of privacy policy."}}"#,
        )
    });
    let outcome = room
        .run("ingest threat-list ransomware --checkpoint l")
        .exits(0);
    assert!(
        outcome
            .stderr
            .contains("0 new, 0 repeats, 0 failed, 1 requests"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn an_empty_list_is_no_missing_one() {
    for (body, code) in [("{\"iocs\": []}", 0), ("{\"iocs\": null}", 1), ("{}", 1)] {
        let (_server, room) = server(move |_| ResponseTemplate::new(200).set_body_string(body));
        let outcome = room.run("ingest threat-list ransomware").exits(code);
        assert!(outcome.stderr.contains("0 new"), "{}", outcome.stderr);
    }
}

#[test]
fn a_truncated_answer_commits_nothing_of_its_hour() {
    let whole = format!(
        "{{\"iocs\": [{},{}]}}",
        entry("a.example", 1),
        entry("b.example", 1)
    );
    let half = whole[..whole.len() - 9].to_owned();
    let (_server, room) = server(move |_| ResponseTemplate::new(200).set_body_string(half.clone()));
    let run = "ingest threat-list ransomware --since 1h --checkpoint l -o {}/out";
    let outcome = room.run(run).exits(1);
    assert!(
        outcome.stderr.contains("it is truncated"),
        "{}",
        outcome.stderr
    );
    assert_eq!(room.lines("out"), [""; 0]);
}

#[test]
fn a_list_without_its_licence_names_the_one_that_it_needs() {
    let (_sandbox, room) = sandbox(&[]);
    let run = "ingest threat-list infostealer ransomware --since 3h --checkpoint l -o {}/out";
    let outcome = room.run(run).exits(4);
    assert!(
        outcome
            .stderr
            .contains("`infostealer` is part of Enterprise Plus"),
        "{}",
        outcome.stderr
    );
    // The other one got its turn.
    assert!(room.lines("out").len() > 20);
    room.run("ingest threat-list nosuchlist").exits(5);
    room.run("ingest threat-list nosuchlist --checkpoint m")
        .exits(5);
}

#[test]
fn a_list_that_one_answer_can_t_hold_is_asked_for_by_type() {
    let (sandbox, room) = sandbox(&[]);
    let outcome = room.spawn("ingest threat-list malware").exits(0);
    assert!(
        outcome.stderr.contains("asking for each type by itself"),
        "{}",
        outcome.stderr
    );
    assert_eq!(sandbox.requests(), 5);
    let records = lines(&outcome);
    let ids: BTreeSet<String> = records
        .iter()
        .map(|record| record["id"].to_string())
        .collect();
    assert!(records.len() > 4_000);
    assert_eq!(ids.len(), records.len());
}

#[test]
fn a_limited_run_stops_within_a_package_and_goes_on_there() {
    let (_sandbox, room) = sandbox(&[]);
    let run = "ingest threat-list ransomware --since 4h --checkpoint l -o {}/out";
    room.run(&format!("{run} -n 7")).exits(0);
    assert_eq!(room.lines("out").len(), 7);
    room.run(&format!("{run} -n 30")).exits(0);
    assert_eq!(room.lines("out").len(), 37);
    room.run(run).exits(0);
    let whole = Room::new(&room.base_url);
    whole.run(run).exits(0);
    assert_eq!(room.lines("out"), whole.lines("out"));
}

#[test]
fn only_changes_are_emitted_across_hours() {
    let (_server, room) = server(|path| {
        let hour: i64 = path[path.len() - 2..].parse().unwrap_or(0);
        package(&[
            entry("same.example", 1),
            entry("changing.example", hour),
            entry(&format!("new-{hour}.example"), 1),
        ])
    });
    let run = "ingest threat-list ransomware --since 4h --checkpoint l --changes-only -o {}/out";
    let outcome = room.run(run).exits(0);
    let lines = room.lines("out");
    let count = |word: &str| lines.iter().filter(|line| line.contains(word)).count();
    let hours = count("new-");
    assert!(hours >= 4, "{}", outcome.stderr);
    assert_eq!(
        (count("same.example"), count("changing.example")),
        (1, hours)
    );
}

#[test]
fn provisioned_lists_are_shown_and_read() {
    let (_sandbox, room) = sandbox(&[]);
    let shown = room.run("ingest threat-list --list --jq .id").exits(0);
    assert_eq!(shown.stdout.lines().count(), 13);
    let run =
        "ingest threat-list --all-provisioned --since 1h --checkpoint l --type url --min-score 99";
    room.run(run).exits(0);
    room.run("ingest threat-list").exits(2);
    room.run("ingest threat-list ransomware --hour 2026")
        .exits(2);
}

#[test]
fn what_is_no_entry_is_a_dead_letter_and_the_hour_is_done() {
    let sound = entry("sound.example", 1);
    let garbled = [
        r#"{"data":{"type":"domain","id":"invalid.example","x":tru}}"#,
        "5",
        r#""text.example""#,
        r#"{"data":null,"id":"null.example"}"#,
        r#"{"data":{"type":"domain","id":"torn.example","x":[1"#,
    ];
    let entries = [garbled.map(str::to_owned).join(","), sound].join(",");
    let body = format!("{{\"iocs\":[{entries}]}}");
    let (_server, room) = server(move |_| ResponseTemplate::new(200).set_body_string(body.clone()));
    let run = "ingest threat-list ransomware --since 1h --checkpoint lists -o {}/out";
    let outcome = room.run(run).exits(3);
    assert!(outcome.stderr.contains(" 5 failed"), "{}", outcome.stderr);
    assert_eq!(room.lines("out").len(), 1);
    let letters = room.lines("state/dead-letters/lists.jsonl").join("\n");
    for kept in [
        "invalid.example",
        "{\"text\":\"5\"}",
        "text.example",
        "null.example",
        "torn.example",
    ] {
        assert!(letters.contains(kept), "{kept}: {letters}");
    }
    let outcome = room.run(run).exits(0);
    assert!(outcome.stderr.contains("0 new"), "{}", outcome.stderr);
    // One has become an object that can be printed; the others stay.
    let mended = letters.replace("{\\\"data\\\":null,\\\"id\\\"", "{\\\"id\\\"");
    std::fs::write(room.path("state/dead-letters/lists.jsonl"), mended + "\n").expect("write");
    let outcome = room.run("state replay lists").exits(3);
    assert_eq!(outcome.stdout, "{\"id\":\"null.example\"}\n");
    assert_eq!(room.lines("state/dead-letters/lists.jsonl").len(), 4);
    let outcome = room.run("ingest threat-list ransomware").exits(3);
    assert_eq!(outcome.stdout.lines().count(), 1);
}

#[test]
fn a_package_without_a_single_sound_entry_moves_nothing() {
    let (_server, room) = server(|_| {
        ResponseTemplate::new(200).set_body_string(r#"{"iocs":[5,{"data":{"id":nil}}]}"#)
    });
    let run = "ingest threat-list ransomware --since 1h --checkpoint lists -o {}/out";
    let outcome = room.run(run).exits(1);
    assert!(
        outcome.stderr.contains("checkpoint lists not moved"),
        "{}",
        outcome.stderr
    );
    assert!(!room.path("state/dead-letters/lists.jsonl").exists());
}

#[test]
fn entries_without_an_id_and_with_equal_ids_all_go_out() {
    let equal = || entry("same.example", 1);
    let entries = [
        equal(),
        entry("same.example", 2),
        equal(),
        r#"{"data":{"type":"domain","n":1}}"#.to_owned(),
        r#"{"data":{"type":"domain","n":2}}"#.to_owned(),
    ];
    let (_server, room) = server(move |_| package(&entries));
    for options in [
        "",
        "--checkpoint lists --since 1h",
        "--checkpoint some --since 1h -n 9",
    ] {
        let outcome = room
            .run(&format!("ingest threat-list ransomware {options}"))
            .exits(0);
        assert_eq!(
            outcome.stdout.lines().count(),
            5,
            "{options}: {}",
            outcome.stderr
        );
    }
}

/// Relative windows move on with the clock: what they began with does not.
#[test]
fn a_first_run_that_breaks_off_settles_where_every_list_begins() {
    let (_sandbox, room) = sandbox(&[]);
    let run = "ingest threat-list ransomware malware --checkpoint l -o {}/out";
    room.run(&format!("{run} --since 5h -n 1")).exits(0);
    room.run(&format!("{run} --since 5h")).exits(0);
    let (_other, whole) = sandbox(&[]);
    let broken = Room::new(&whole.base_url);
    broken.run(&format!("{run} --since 5h -n 1")).exits(0);
    // As if the next one came hours later.
    broken.run(&format!("{run} --since 1h")).exits(0);
    assert_eq!(broken.lines("out").len(), room.lines("out").len());
}
