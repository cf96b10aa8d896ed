//! `gti enrich --checkpoint`: whatever ends a run, the next one goes on behind what is
//! durable, and every input has its record once.

use std::collections::HashMap;
use std::fs;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::support::{Act, Gti, Killer, RawServer, answer, object_of, signal};

/// How often each host was asked about.
type Asked = Arc<Mutex<HashMap<String, u32>>>;

/// A service that answers everything, and counts.
fn counting() -> (RawServer, Asked) {
    let asked = Asked::default();
    let counts = Arc::clone(&asked);
    let server = RawServer::start(move |_, head| {
        let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
        *counts.lock().expect("a lock").entry(target).or_default() += 1;
        Act::Send(answer("200 OK", "", object_of(head)))
    });
    (server, asked)
}

fn inputs(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("h{n:05}.example")).collect()
}

fn list(gti: &Gti, inputs: &[String]) {
    gti.write("in.txt", inputs.join("\n"));
}

const RUN: &[&str] = &[
    "enrich",
    "-i",
    "in.txt",
    "--checkpoint",
    "big",
    "-o",
    "out.jsonl",
];

fn records(gti: &Gti) -> Vec<Value> {
    let text = fs::read_to_string(gti.work().join("out.jsonl")).unwrap_or_default();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("a record"))
        .collect()
}

fn done(gti: &Gti) -> Vec<String> {
    let records = records(gti);
    let iocs = records
        .iter()
        .map(|record| record["ioc"].as_str().expect("an input").to_owned());
    iocs.collect()
}

#[test]
fn a_budget_that_is_spent_is_gone_on_behind() {
    let (server, asked) = counting();
    let gti = Gti::at(&server.base_url());
    let inputs = inputs(50);
    list(&gti, &inputs);
    let budgeted = [RUN, &["--max-requests", "20", "--no-cache"]].concat();
    for (run, have) in [20, 40, 50].into_iter().enumerate() {
        let ran = gti.run(&budgeted);
        assert_eq!(done(&gti), inputs[..have], "{ran:?}");
        if run < 2 {
            assert_eq!(ran.code, 6);
            assert_eq!(
                ran.stderr,
                format!(
                    "checkpoint `big`: {have} records so far; the same command continues behind them\nerror: the run's budget of 20 requests is spent\nhint: run again for what is left, or raise --max-requests\n"
                )
            );
        } else {
            assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        }
    }
    assert!(
        asked
            .lock()
            .expect("a lock")
            .values()
            .all(|times| *times == 1)
    );
    let again = gti.run(&budgeted);
    assert_eq!(again.code, 0);
    assert_eq!(
        again.stderr,
        "checkpoint `big` is complete: 50 records; `gti state reset big` forgets it\n"
    );
    assert_eq!(server.requests(), 50);
}

#[test]
fn an_outage_leaves_no_failed_record() {
    let mended = Arc::new(AtomicBool::new(false));
    let is_mended = Arc::clone(&mended);
    let server = RawServer::start(move |number, head| {
        if number >= 10 && !is_mended.load(Ordering::Relaxed) {
            return Act::Send(answer(
                "503 Service Unavailable",
                "Retry-After: 0\r\n",
                "{}",
            ));
        }
        Act::Send(answer("200 OK", "", object_of(head)))
    });
    let gti = Gti::at(&server.base_url()).with("GTI_MAX_WAIT", "10ms");
    let inputs = inputs(400);
    list(&gti, &inputs);
    let run = [RUN, &["--retries", "1", "-j", "1"]].concat();
    let ran = gti.run(&run);
    assert_eq!(ran.code, 7, "{ran:?}");
    assert_eq!(done(&gti), inputs[..10]);
    assert!(records(&gti).iter().all(|record| record["status"] == "ok"));
    mended.store(true, Ordering::Relaxed);
    let ran = gti.run(&run);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(done(&gti), inputs);
    assert!(records(&gti).iter().all(|record| record["status"] == "ok"));
}

#[test]
fn one_input_that_always_fails_does_not_hold_up_the_rest() {
    let server = RawServer::start(|_, head| {
        if head.contains("h00003.example") {
            return Act::Send(answer(
                "503 Service Unavailable",
                "Retry-After: 0\r\n",
                "{}",
            ));
        }
        Act::Send(answer("200 OK", "", object_of(head)))
    });
    let gti = Gti::at(&server.base_url()).with("GTI_MAX_WAIT", "10ms");
    let inputs = inputs(12);
    list(&gti, &inputs);
    let ran = gti.run(&[RUN, &["--retries", "1"]].concat());
    assert_eq!(ran.code, 3, "{ran:?}");
    assert_eq!(done(&gti), inputs);
    // What is known of the whole remains known.
    let again = gti.run(RUN);
    assert_eq!(again.code, 3, "{again:?}");
}

#[test]
fn a_gate_that_was_closed_stays_closed() {
    let server = RawServer::start(|_, head| {
        let object = object_of(head).replacen(
            r#""attributes":{"#,
            r#""attributes":{"gti_assessment":{"verdict":{"value":"VERDICT_MALICIOUS"}},"#,
            usize::from(head.contains("h00001.example")),
        );
        Act::Send(answer("200 OK", "", object.replace(",}", "}")))
    });
    let gti = Gti::at(&server.base_url());
    list(&gti, &inputs(8));
    let run = [
        RUN,
        &["--fail-on", "malicious", "--max-requests", "4", "-j", "1"],
    ]
    .concat();
    assert_eq!(gti.run(&run).code, 10);
    let rest = gti.run(&run);
    assert_eq!(rest.code, 10, "{rest:?}");
    assert_eq!(done(&gti).len(), 8);
}

#[cfg(unix)]
#[test]
fn a_killed_run_is_continued_exactly() {
    let (server, asked) = counting();
    let gti = Gti::at(&server.base_url());
    let inputs = inputs(4_000);
    list(&gti, &inputs);
    let mut killer = Killer::new();
    let mut kills = 0;
    // How often what was durable after a kill had been asked about by then.
    let mut durable = Vec::new();
    for _ in 0..60 {
        let mut command = gti.command(RUN);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("a process");
        killer.wait();
        if child
            .try_wait()
            .expect("a state")
            .is_some_and(|it| it.success())
        {
            break;
        }
        kills += u32::from(killer.kill(child));
        let shown = gti.run(&["state", "show", "big", "--jq", ".position.done"]);
        let done = shown.stdout.trim().parse().unwrap_or_default();
        let asked = asked.lock().expect("a lock");
        for input in inputs.iter().take(done).skip(durable.len()) {
            durable.push(asked[&target(input)]);
        }
    }
    let ran = gti.run(RUN);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(kills > 3, "only {kills} runs were under way");
    assert!(!durable.is_empty());
    assert_eq!(done(&gti), inputs);
    let asked = asked.lock().expect("a lock");
    for (input, times) in inputs.iter().zip(durable) {
        assert_eq!(asked[&target(input)], times, "{input}");
    }
}

/// What is requested of an input.
fn target(input: &str) -> String {
    format!("/api/v3/domains/{input}")
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_keeps_what_was_answered() {
    let server = RawServer::start(|_, head| {
        if head.contains("h00005.example") {
            return Act::SendAndHang(vec![]);
        }
        Act::Send(answer("200 OK", "", object_of(head)))
    });
    let gti = Gti::at(&server.base_url());
    list(&gti, &inputs(9));
    let mut command = gti.command(RUN);
    let child = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process");
    while server.requests() < 9 {
        std::thread::yield_now();
    }
    signal(&child, "INT");
    let output = child.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(130));
    let stderr = String::from_utf8(output.stderr).expect("text");
    assert_eq!(
        stderr,
        format!(
            "checkpoint `big`: {} records so far; the same command continues behind them\n",
            done(&gti).len()
        )
    );
    assert!(done(&gti).len() <= 5);
}

#[test]
fn another_input_or_another_question_is_refused() {
    let (server, _) = counting();
    let gti = Gti::at(&server.base_url());
    list(&gti, &inputs(6));
    assert_eq!(gti.run(&[RUN, &["--max-requests", "3"]].concat()).code, 6);
    let before = done(&gti);
    let other = gti.run(&[RUN, &["--type", "domain"]].concat());
    assert_eq!(other.code, 2);
    assert!(
        other.stderr.starts_with("error: checkpoint `big` belongs to a run that differs in filters: none there, `type:domain` here\n"),
        "{other:?}"
    );
    list(&gti, &inputs(7));
    let changed = gti.run(RUN);
    assert_eq!(changed.code, 2);
    assert_eq!(
        changed.stderr,
        "error: checkpoint `big` belongs to another input: 3 records of it are done, and it has changed since\nhint: restore the input as it was; or give this run a checkpoint of its own, or forget the old one with `gti state reset big`\n"
    );
    assert_eq!(done(&gti), before);
    for (arguments, says) in [
        (
            &["enrich", "-i", "in.txt", "--checkpoint", "x"][..],
            "name it with -o FILE",
        ),
        (
            &["enrich", "a.example", "--checkpoint", "x", "-o", "y.jsonl"],
            "name it with --input FILE",
        ),
        (
            &[
                "enrich",
                "-i",
                "in.txt",
                "--checkpoint",
                "x",
                "-o",
                "y.json",
                "-f",
                "json",
            ],
            "cannot be appended to",
        ),
        (
            &[
                "enrich",
                "-i",
                "in.txt",
                "--checkpoint",
                "x",
                "-o",
                "out.jsonl",
            ],
            "belongs to checkpoint `big`",
        ),
    ] {
        let ran = gti.run(arguments);
        assert!(ran.code == 2 || ran.code == 9, "{ran:?}");
        assert!(ran.stderr.contains(says), "{ran:?}");
    }
}

#[test]
fn state_knows_the_checkpoints_of_runs() {
    let (server, _) = counting();
    let gti = Gti::at(&server.base_url());
    list(&gti, &inputs(6));
    gti.run(&[RUN, &["--max-requests", "3"]].concat());
    let listed = gti.run(&["state", "list", "--fields", "name,feed,emitted,held_by"]);
    assert_eq!(
        listed.stdout,
        "{\"name\":\"big\",\"feed\":\"enrich\",\"emitted\":3,\"held_by\":null}\n"
    );
    let shown = gti.run(&[
        "state",
        "show",
        "big",
        "--jq",
        ".position | {done, complete}",
    ]);
    assert_eq!(shown.stdout, "{\"done\":3,\"complete\":false}\n");
    let verified = gti.run(&["state", "verify", "big", "--fields", "ok"]);
    assert_eq!(verified.stdout, "{\"ok\":true}\n");
    let rewound = gti.run(&["state", "rewind", "big", "1h"]);
    assert_eq!(rewound.code, 2, "{rewound:?}");
    let feed = gti.run(&[
        "ingest",
        "ioc-stream",
        "--checkpoint",
        "big",
        "-o",
        "out.jsonl",
    ]);
    assert_eq!(feed.code, 2);
    assert!(feed.stderr.contains("differs in feed"), "{feed:?}");
    assert_eq!(gti.run(&["state", "reset", "big"]).code, 0);
    fs::remove_file(gti.work().join("out.jsonl")).expect("removed");
    assert_eq!(gti.run(RUN).code, 0);
    assert_eq!(done(&gti).len(), 6);
}

#[test]
fn an_estimate_asks_only_the_quota() {
    let quotas = r#"{"data":{"api_requests_daily":{"user":{"used":18,"allowed":20}},"api_requests_hourly":{"user":{"used":0,"allowed":100}}}}"#;
    let server = RawServer::start(move |_, head| {
        if head.contains("overall_quotas") {
            return Act::Send(answer("200 OK", "", quotas));
        }
        Act::Send(answer("200 OK", "", object_of(head)))
    });
    let gti = Gti::at(&server.base_url());
    assert_eq!(gti.run(&["enrich", "h00001.example"]).code, 0);
    gti.write(
        "in.txt",
        "h00000.example\nh00001.example\nH00000.example\n10.0.0.1\nno indicator\nh00002.example\nd0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed\n",
    );
    let estimate = ["enrich", "-i", "in.txt", "--mitre", "--estimate"];
    let members = ".inputs, .invalid, .skipped, .repeats, .cached, .requests, .quota, .quota_left, .fits_quota";
    let ran = gti.run(&[&estimate[..], &["--jq", members]].concat());
    assert_eq!(
        ran.stdout, "7\n1\n1\n1\n1\n4\n\"api_requests_daily\"\n2\nfalse\n",
        "{ran:?}"
    );
    assert_eq!(server.requests(), 2);
    let text = gti.run(&[&estimate[..], &["-f", "text"]].concat()).stdout;
    assert!(
        text.starts_with("inputs    7, 1 invalid, 1 skipped, 1 repeated, 1 in the cache\nrequests  4 at least\nquota     2 left of api_requests_daily, too few; it resets at "),
        "{text}"
    );
    assert_eq!(server.requests(), 3);
}
