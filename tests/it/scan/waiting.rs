//! Waiting, giving up, and taking up again.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use super::{Run, Site, each};

#[test]
fn a_wait_that_is_over_leaves_an_id_that_is_taken_up_again() {
    let site = Site::new();
    site.file("a.bin", "a");
    let run = site.run("scan file --private a.bin --poll-interval 1h --wait-timeout 1ms");
    let record = run.record(8);
    assert_eq!(record["status"], "timeout");
    assert_eq!(record["report"], json!(null));
    assert!(run.stderr.contains("scan status"), "{}", run.stderr);
    let id = record["analysis_id"].as_str().expect("an id");
    let looked = site.scan(&format!("status --private {id}")).record(0);
    assert_eq!(looked["status"], "submitted");
    assert_eq!(looked["type"], "file");
    let waited = site
        .scan(&format!("status --private {id} --wait --mitre"))
        .record(0);
    assert_eq!(waited["status"], "completed");
    assert_eq!(waited["analysis_id"], id);
    assert_eq!(site.public_endpoints(), Vec::<String>::new());
    let other_side = site.scan(&format!("status --public {id}")).record(5);
    assert_eq!(other_side["error"]["kind"], "not_found");
}

#[test]
fn early_and_unknown_answers_are_waited_on() {
    let site = Site::new();
    for name in [
        "late.bin",
        "strange.bin",
        "busy.bin",
        "corrupt.bin",
        "plain.bin",
    ] {
        site.file(name, name);
    }
    for visibility in ["private", "public"] {
        let line = format!(
            "file --{visibility} late.bin strange.bin busy.bin corrupt.bin plain.bin --fields status,analysis_id,error.kind,sha256"
        );
        let records = site.scan(&line).records(3);
        assert_eq!(
            each(&records, "status"),
            ["completed", "completed", "completed", "failed", "completed"],
            "{visibility}"
        );
        assert_eq!(records[2]["analysis_id"], json!(null));
        assert_eq!(records[3]["error.kind"], "invalid");
    }
}

#[test]
fn a_slow_one_holds_up_no_record_but_its_own_place() {
    let site = Site::new();
    site.file("stuck.bin", "stuck");
    site.file("a.bin", "a");
    let records = site
        .scan("file --private stuck.bin a.bin -j 1 --wait-timeout 300ms")
        .records(8);
    assert_eq!(each(&records, "status"), ["timeout", "completed"]);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_tells_what_it_has_submitted() {
    let site = Site::new();
    site.file("stuck.bin", "stuck");
    site.file("a.bin", "a");
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let before = site.asked("GET private/analyses");
        let child = site
            .command(
                "scan file --private stuck.bin a.bin missing.bin --poll-interval 20ms -o out.jsonl",
            )
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        while site.asked("GET private/analyses") < before + 5 {
            std::thread::sleep(Duration::from_millis(10));
        }
        let id = child.id().to_string();
        let kill = std::process::Command::new("kill")
            .args([signal, &id])
            .status();
        assert!(kill.is_ok_and(|status| status.success()));
        let mut run = Run::from(child.wait_with_output().expect("it ends"));
        let kept = std::fs::read_to_string(site.home.path().join("out.jsonl.partial"));
        let kept = kept.expect("written");
        run.stdout = kept;
        let records = run.records(code);
        assert_eq!(
            each(&records, "target"),
            ["stuck.bin", "a.bin", "missing.bin"]
        );
        assert_eq!(records[0]["status"], "submitted");
        assert!(records[0]["analysis_id"].is_string());
        assert!(run.stderr.contains("scan status"), "{}", run.stderr);
    }
}
