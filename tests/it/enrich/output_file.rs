//! `-o FILE`: replaced as a whole or not at all.

use std::fs;
use std::path::Path;

use crate::support::{Act, Gti, RawServer, answer, site};

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .expect("a directory")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("text")
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_complete_run_replaces_the_file() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let path = gti.write("out.jsonl", "old\n");
    let ran = gti.run(&["enrich", "evil.example", "no_name", "-o", "out.jsonl"]);
    let ran = ran.exits(3).silently();
    assert_eq!(ran.stdout, "");
    let written = fs::read_to_string(&path).expect("read");
    assert_eq!(written.lines().count(), 2);
    assert!(written.starts_with(r#"{"ioc":"evil.example""#));
    assert_eq!(names(&gti.work()), ["out.jsonl"]);
}

#[test]
fn a_dash_is_standard_output() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&["enrich", "evil.example", "-o", "-"]).exits(0);
    assert_eq!(ran.each("status"), ["ok"]);
    assert_eq!(names(&gti.work()), [""; 0]);
}

#[test]
fn a_program_that_fails_on_one_record_costs_that_record_alone() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let path = gti.write("out.json", "old\n");
    let program = r#"if .ioc == "benign.example" then error("stop") else . end"#;
    gti.run(&[
        "enrich",
        "evil.example",
        "benign.example",
        "-o",
        "out.json",
        "--jq",
        program,
    ])
    .exits(3);
    let written = fs::read_to_string(&path).expect("read");
    assert!(written.contains("evil.example") && !written.contains("benign.example"));
    assert_eq!(names(&gti.work()), ["out.json"]);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_the_file_as_it_was() {
    // The second look-up never ends, so the run is surely under way.
    let server = RawServer::start(|_, head| {
        if head.contains("/domains/slow.example") {
            return Act::SendAndHang(vec![]);
        }
        Act::Send(answer(
            "200 OK",
            "",
            r#"{"data":{"id":"a","type":"domain","attributes":{}}}"#,
        ))
    });
    let gti = Gti::at(&server.base_url());
    let path = gti.write("out.json", "old\n");
    let running = gti.start(&["enrich", "evil.example", "slow.example", "-o", "out.json"]);
    while server.requests() < 2 {
        std::thread::yield_now();
    }
    running.signal("INT");
    let ran = running.finish();
    assert_eq!((ran.code, ran.stdout.as_str()), (130, ""));
    assert_eq!(fs::read_to_string(&path).expect("read"), "old\n");
    assert_eq!(names(&gti.work()), ["out.json"]);
}

#[test]
fn a_file_that_can_t_be_written_is_told_before_anything_is_asked() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run(&["enrich", "evil.example", "-o", "missing/out.json"])
        .exits(9);
    assert!(ran.stderr.contains("`missing/out.json`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: "), "{}", ran.stderr);
    assert_eq!(sandbox.requests(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_state_trouble() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run(&["enrich", "evil.example", "-o", "/dev/full"])
        .exits(9);
    assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("open");
    let status = gti
        .command(&["enrich", "evil.example"])
        .stdout(full)
        .stderr(std::process::Stdio::null())
        .status()
        .expect("a run");
    assert_eq!(status.code(), Some(9));
}
