//! `gti match`: the lines of logs that name an indicator of a list.

use std::fs::{self, OpenOptions};
use std::io::Write;

use serde_json::{Value, json};

use crate::support::Gti;

const LOG: &str = "GET http://good.example/ 198.51.100.1\r\n\
                   GET http://www.EVIL.example:8080/a 198.51.100.2\n\
                   from 203[.]0[.]113[.]7\n";

fn gti() -> Gti {
    let gti = Gti::new();
    gti.write("log", LOG);
    gti.write("list", "evil.example\n203.0.113.7\n");
    gti
}

#[test]
fn a_hit_is_whole() {
    let ran = gti().run(&["match", "log", "--against", "list"]).exits(0);
    assert_eq!(
        ran.records(),
        [
            json!({
                "line": 2, "source": "log", "value": "evil.example", "type": "domain",
                "matched": "parent", "verdict": null, "severity": null, "threat_score": null,
                "link": "https://www.virustotal.com/gui/domain/evil.example",
                "lists": ["list"],
                "text": "GET http://www.EVIL.example:8080/a 198.51.100.2"
            }),
            json!({
                "line": 3, "source": "log", "value": "203.0.113.7", "type": "ip",
                "matched": "exact", "verdict": null, "severity": null, "threat_score": null,
                "link": "https://www.virustotal.com/gui/ip-address/203.0.113.7",
                "lists": ["list"],
                "text": "from 203[.]0[.]113[.]7"
            }),
        ]
    );
}

#[test]
fn a_list_may_have_any_form_and_several_files() {
    let gti = gti();
    gti.write(
        "list.json",
        "{\"type\":\"bundle\",\"objects\":[{\"type\":\"indicator\",\"spec_version\":\"2.1\",\
         \"pattern\":\"[domain-name:value = 'evil.example']\"}]}",
    );
    gti.write("list.csv", "value,type\nevil[.]example,domain\n");
    let ran = gti
        .run(&[
            "match",
            "log",
            "--against",
            "list.json",
            "--against",
            "list.csv",
        ])
        .exits(0)
        .silently();
    let lists: Vec<Value> = ran
        .records()
        .iter()
        .map(|hit| hit["lists"].clone())
        .collect();
    assert_eq!(lists, [json!(["list.json", "list.csv"])]);
}

#[test]
fn text_is_what_grep_shows() {
    let gti = gti();
    let ran = gti
        .run(&["match", "log", "--against", "list", "-f", "text"])
        .exits(0);
    assert_eq!(
        ran.stdout,
        "GET http://www.EVIL.example:8080/a 198.51.100.2\nfrom 203[.]0[.]113[.]7\n"
    );
    gti.write("other", "evil.example\nx\nevil.example\n");
    let ran = gti
        .run(&[
            "match",
            "log",
            "other",
            "--against",
            "list",
            "-f",
            "text",
            "--count",
        ])
        .exits(0);
    assert_eq!(ran.stdout, "log:2\nother:2\n");
    let ran = gti
        .run_on(&["match", "--against", "list", "--count"], LOG)
        .exits(0);
    assert_eq!(ran.records(), [json!({"source": "-", "count": 2})]);
    let ran = gti.run_on(
        &[
            "match",
            "--against",
            "list",
            "-f",
            "text",
            "--color",
            "always",
        ],
        "a\x1b]0;x\x07 evil.example\n",
    );
    assert!(!ran.stdout.contains("\x1b]"), "{:?}", ran.stdout);
    assert!(
        ran.stdout.contains("\x1b[1;31mevil.example\x1b[0m"),
        "{:?}",
        ran.stdout
    );
}

#[test]
fn types_and_parents_are_chosen() {
    let gti = gti();
    let hits = |arguments: &[&str]| {
        let ran = gti.run(&[&["match", "log", "--against", "list"], arguments].concat());
        ran.exits(0).each("value")
    };
    assert_eq!(hits(&["--type", "ip"]), ["203.0.113.7"]);
    assert_eq!(hits(&["--no-parents"]), ["203.0.113.7"]);
    assert_eq!(hits(&["-j", "1"]), ["evil.example", "203.0.113.7"]);
}

#[test]
fn the_exit_code_tells_what_was_asked() {
    let gti = gti();
    let ran = gti.run(&["match", "log", "--against", "list", "--fail-on", "any"]);
    assert_eq!(ran.exits(10).records().len(), 2);
    let ran = gti.run_on(
        &["match", "--against", "list", "--fail-on", "any"],
        "clean\n",
    );
    assert_eq!(ran.exits(0).silently().stdout, "");
    for (arguments, stderr) in [
        (
            &["log", "--against", "log", "--type", "file"][..],
            "no indicator found in log",
        ),
        (&["log", "--against", "absent"], "cannot read `absent`"),
        (&["--against", "list", "--follow"], "--follow takes files"),
        (
            &["log", "--against", "list", "--follow", "--count"],
            "comes to no end",
        ),
        (
            &["log", "--against", "list", "--fail-on", "malicious"],
            "no verdicts",
        ),
    ] {
        let ran = gti.run(&[&["match"], arguments].concat()).exits(2);
        assert!(ran.stderr.contains(stderr), "{}", ran.stderr);
    }
    // One bad file hides nothing of the others.
    let ran = gti
        .run(&["match", "absent", "log", "--against", "list"])
        .exits(2);
    assert_eq!(ran.records().len(), 2);
    let ran = gti
        .run_on(&["match", "--against", "list"], &b"\x1f\x8b\x08rest"[..])
        .exits(2);
    assert!(
        ran.stderr.contains("zcat FILE | gti match"),
        "{}",
        ran.stderr
    );
}

#[test]
fn lines_keep_their_order_and_number_over_many_blocks() {
    let gti = gti();
    let mut log = String::new();
    let mut expected = vec![];
    for number in 1..=40_000_u64 {
        if number % 997 == 0 {
            log.push_str("x evil.example\n");
            expected.push(number);
        } else {
            log.push_str("2026-11-29T05:01:40Z GET http://good.example/index.html 198.51.100.1\n");
        }
    }
    for threads in ["1", "2"] {
        let ran = gti
            .run_on(&["match", "--against", "list", "-j", threads], log.clone())
            .exits(0);
        let lines: Vec<u64> = ran
            .records()
            .iter()
            .map(|hit| hit["line"].as_u64().expect("a number"))
            .collect();
        assert_eq!(lines, expected);
    }
}

#[test]
fn a_file_is_followed_through_its_rotation() {
    let gti = gti();
    let mut running = gti.start(&[
        "match",
        "log",
        "--against",
        "list",
        "--follow",
        "--jq",
        ".text",
    ]);
    assert_eq!(
        running.line(),
        "\"GET http://www.EVIL.example:8080/a 198.51.100.2\""
    );
    assert_eq!(running.line(), "\"from 203[.]0[.]113[.]7\"");
    let log = gti.work().join("log");
    let append = |text: &str| {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&log)
            .expect("open");
        file.write_all(text.as_bytes()).expect("written");
    };
    append("half evil.exa");
    append("mple\nlast evil.example");
    assert_eq!(running.line(), "\"half evil.example\"");
    fs::rename(&log, gti.work().join("log.1")).expect("moved");
    append("first evil.example\n");
    assert_eq!(running.line(), "\"last evil.example\"");
    assert_eq!(running.line(), "\"first evil.example\"");
    // Emptied in place, as copytruncate does.
    fs::write(&log, "evil.example\n").expect("emptied");
    assert_eq!(running.line(), "\"evil.example\"");
    running.signal("TERM");
    assert_eq!(running.finish().code, 143);
}

#[test]
fn several_files_are_followed_at_once() {
    let gti = gti();
    let other = gti.write("other", "evil.example\n");
    let mut running = gti.start(&[
        "match",
        "log",
        "other",
        "--against",
        "list",
        "--follow",
        "--jq",
        "\"\\(.source) \\(.line)\"",
        "-r",
    ]);
    let mut begun = [running.line(), running.line(), running.line()];
    begun.sort();
    assert_eq!(begun, ["log 2", "log 3", "other 1"]);
    for (file, line) in [("other", "other 2"), ("log", "log 4"), ("other", "other 3")] {
        let path = other.with_file_name(file);
        let mut file = OpenOptions::new().append(true).open(path).expect("open");
        file.write_all(b"203.0.113.7\n").expect("written");
        assert_eq!(running.line(), line);
    }
    running.signal("TERM");
    assert_eq!(running.finish().code, 143);
}
