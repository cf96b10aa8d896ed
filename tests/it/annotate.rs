//! `gti annotate` from end to end.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Act, Gti, RawServer, answer, site};

/// A world with a mirror that has a domain.
fn mirrored() -> Gti {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.run(&[
        "mirror",
        "sync",
        "--lists",
        "malicious-network-infrastructure",
        "--since",
        "2h",
    ])
    .exits(0);
    gti.without("GTI_API_KEY")
}

/// A value that the mirror has.
fn known(gti: &Gti) -> String {
    gti.run(&["mirror", "export", "mirror.gti"]).exits(0);
    let sandbox = site();
    let ran = Gti::asking(&sandbox)
        .run(&[
            "ingest",
            "threat-list",
            "malicious-network-infrastructure",
            "--since",
            "2h",
            "--shape",
            "record",
        ])
        .exits(0);
    let value = ran.records().into_iter().find_map(|record| {
        let bad = record["type"] == "domain" && record["verdict"] == "malicious";
        bad.then(|| record["value"].as_str().map(str::to_owned))
            .flatten()
    });
    value.expect("a malicious domain")
}

#[test]
fn events_come_out_as_they_went_in_with_what_the_mirror_has() {
    let gti = mirrored();
    let value = known(&gti);
    let events =
        format!("{{\"q\": \"{value}\", \"n\": 1.10}}\nnot json\n{{\"q\":\"good.invalid\"}}\n");
    let ran = gti
        .run_on(&["annotate", "--from", "mirror"], events.clone())
        .exits(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(
        lines[0].starts_with(&format!("{{\"q\": \"{value}\", \"n\": 1.10,\"gti\":")),
        "{}",
        lines[0]
    );
    let record: Value = serde_json::from_str(lines[0]).expect("a record");
    assert_eq!(record["gti"]["status"], "ok");
    assert_eq!(record["gti"]["worst"]["value"], value);
    assert_eq!(record["gti"]["worst"]["verdict"], "malicious");
    assert_eq!(record["gti"]["indicators"][0]["field"], "q");
    assert_eq!(record["gti"]["indicators"][0]["from"], "mirror");
    assert_eq!(lines[1], "not json");
    assert_eq!(
        lines[2],
        "{\"q\":\"good.invalid\",\"gti\":{\"status\":\"none\",\"worst\":null,\"indicators\":[]}}"
    );
    assert!(
        ran.stderr.contains("3 lines, 1 with a hit"),
        "{}",
        ran.stderr
    );
    let only = gti
        .run_on(
            &["annotate", "--only-hits", "--member", "ti", "--field", "q"],
            events.clone(),
        )
        .exits(0);
    assert_eq!(only.stdout.lines().count(), 1);
    assert!(
        only.stdout.contains("\"ti\":{\"status\":\"ok\""),
        "{}",
        only.stdout
    );
    gti.write("events.jsonl", &events);
    let file = gti
        .run(&["annotate", "events.jsonl", "--from", "mirror"])
        .exits(0);
    assert_eq!(file.stdout, ran.stdout);
    let elsewhere = gti
        .run_on(&["annotate", "--field", "other"], events)
        .exits(0);
    assert!(
        !elsewhere.stdout.contains("\"status\":\"ok\""),
        "{}",
        elsewhere.stdout
    );
}

#[test]
fn the_service_is_asked_within_its_budget_and_its_answers_are_kept() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let event = "{\"q\":\"evil.example\"}\n";
    let status = |arguments: &[&str]| -> (Value, Value) {
        let ran = gti
            .run_on(&[&["annotate"], arguments].concat(), event)
            .exits(0);
        let record: Value = serde_json::from_str(&ran.stdout).expect("a record");
        let from = record["gti"]["indicators"][0]["from"].clone();
        (record["gti"]["status"].clone(), from)
    };
    assert_eq!(
        status(&[]),
        (json!("none"), json!(null)),
        "without a budget nothing is asked"
    );
    assert_eq!(
        status(&["--max-requests", "5"]),
        (json!("ok"), json!("api"))
    );
    assert_eq!(status(&[]), (json!("ok"), json!("cache")));
    let refused = gti.run_on(&["annotate", "--from", "api"], event).exits(2);
    assert!(
        refused.stderr.contains("needs a budget"),
        "{}",
        refused.stderr
    );
    let refused = gti.run_on(&["annotate", "--jq", ".a"], event).exits(2);
    assert!(
        refused.stderr.contains("--jq has no use here"),
        "{}",
        refused.stderr
    );
    let refused = Gti::new().run_on(&["annotate"], event).exits(9);
    assert!(
        refused.stderr.contains("gti mirror sync"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_service_that_is_away_never_stops_the_pipe() {
    let server = RawServer::start(|_, _| Act::Send(answer("503 Service Unavailable", "", "away")));
    let gti = Gti::at(&server.base_url());
    let events: Vec<String> = (0..300)
        .map(|number| format!("{{\"n\":{number},\"q\":\"h{number}.example\"}}\n"))
        .collect();
    let events = events.concat();
    let began = Instant::now();
    let ran = gti
        .run_on(
            &["annotate", "--rate", "100/s", "--max-latency", "300ms"],
            events,
        )
        .exits(0);
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    let numbers: Vec<Value> = ran
        .records()
        .iter()
        .map(|record| record["n"].clone())
        .collect();
    assert_eq!(
        numbers,
        (0..300).map(|number| json!(number)).collect::<Vec<_>>()
    );
    assert!(
        ran.records()
            .iter()
            .all(|record| record["gti"]["status"] != "ok")
    );
}

#[cfg(unix)]
#[test]
fn what_was_read_leaves_when_the_pipe_is_asked_to_end() {
    let gti = mirrored();
    let mut child = gti
        .command(&["annotate", "--from", "mirror"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a start");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    for number in 0..3 {
        writeln!(stdin, "{{\"n\":{number}}}").expect("written");
        line.clear();
        // Each line comes out before the next one goes in.
        stdout.read_line(&mut line).expect("a line");
        assert!(line.starts_with(&format!("{{\"n\":{number},")), "{line}");
    }
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::TERM).expect("a signal");
    assert_eq!(child.wait().expect("an end").code(), Some(143));
    line.clear();
    assert_eq!(stdout.read_line(&mut line).expect("an end"), 0);
    drop(stdin);
}

#[test]
fn rsyslog_gets_an_answer_for_each_message() {
    let gti = mirrored();
    let value = known(&gti);
    let ran = gti
        .run_on(
            &["annotate", "--protocol", "rsyslog", "--from", "mirror"],
            format!("query {value}\nclean\n{{\"msg\":\"{value}\"}}\n"),
        )
        .exits(0);
    let statuses: Vec<Value> = ran
        .records()
        .iter()
        .map(|record| record["$!"]["gti"]["status"].clone())
        .collect();
    assert_eq!(statuses, [json!("ok"), json!("none"), json!("ok")]);
}
