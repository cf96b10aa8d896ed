//! Options that shape records, on every command that has any: `--where`, `-r`.

use crate::support::{Gti, site};

#[test]
fn a_condition_leaves_records_out_on_every_command() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (command, condition, member, value) in [
        (
            "enrich evil.example 203.0.113.7",
            ".type == \"ip\"",
            "value",
            "203.0.113.7",
        ),
        (
            "dtm list -n 100",
            ".severity == \"high\"",
            "severity",
            "high",
        ),
        (
            "search --type report -n 5",
            ".attributes.name != null",
            "type",
            "collection",
        ),
        ("quota", ".scope == \"group\"", "scope", "group"),
        (
            "ingest ioc-stream --since 1h",
            ".type == \"file\"",
            "type",
            "file",
        ),
        // What is written is what the condition sees.
        (
            "ingest ioc-stream --since 1h -n 3 --shape record",
            ".kind == \"indicator\" and .type == \"file\"",
            "type",
            "file",
        ),
        (
            "dtm list -n 30 --shape record",
            ".kind == \"alert\" and .severity == \"high\"",
            "severity",
            "high",
        ),
        (
            "extract mail.txt",
            ".type == \"cve\"",
            "value",
            "CVE-2099-0001",
        ),
    ] {
        gti.write("mail.txt", "evil.example CVE-2099-0001");
        let arguments: Vec<&str> = command.split(' ').chain(["--where", condition]).collect();
        let values = gti.run(&arguments).exits(0).each(member);
        assert!(!values.is_empty(), "{command}");
        assert!(values.iter().all(|it| it == value), "{command}: {values:?}");
    }
    let ran = gti
        .run(&["enrich", "evil.example", "--where", ".a |"])
        .exits(2);
    assert!(
        ran.stderr.contains("--where takes a jq condition"),
        "{}",
        ran.stderr
    );
    gti.write("c.jq", "false");
    let ran = gti
        .run(&["enrich", "evil.example", "--where", "@c.jq"])
        .exits(0);
    assert_eq!(ran.stdout, "");
}

#[test]
fn strings_are_bare_where_that_is_asked() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for format in ["text", "json", "jsonl", "csv"] {
        let program = ".value, .threat_score, {type}";
        let ran = gti.run(&[
            "enrich",
            "evil.example",
            "-f",
            format,
            "-r",
            "--jq",
            program,
        ]);
        assert_eq!(
            ran.exits(0).stdout,
            "evil.example\n87\n{\"type\":\"domain\"}\n",
            "{format}"
        );
    }
    let ran = gti.run(&["enrich", "evil.example", "-r"]).exits(2);
    assert!(ran.stderr.contains("--jq"), "{}", ran.stderr);
}

#[test]
fn the_common_record_has_one_name_for_each_thing() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (command, kind) in [
        ("ingest ioc-stream --since 1h -n 3", "indicator"),
        ("ingest threat-list malware -n 3", "indicator"),
        ("ingest dtm --since 1d -n 3", "alert"),
        ("ingest asm --since 7d -n 3", "issue"),
        ("ingest vuln --since 7d -n 3", "vulnerability"),
        ("dtm list -n 3", "alert"),
        ("ingest alerts --since 1d -n 3", "alert"),
        ("alerts list -n 3", "alert"),
        ("alerts findings alert-new", "finding"),
        ("asm list -n 3", "issue"),
        ("vuln list -n 3", "vulnerability"),
        ("collection list --type report -n 3", "collection"),
        ("search entity:domain -n 3", "indicator"),
    ] {
        let words: Vec<&str> = command.split(' ').collect();
        let raw = gti.run(&words).exits(0).records();
        let ran = gti
            .run(&[&words[..], &["--shape", "record"]].concat())
            .exits(0);
        let records = ran.records();
        assert_eq!(records.len(), 3, "{command}");
        for (record, raw) in records.iter().zip(&raw) {
            assert_eq!(record["kind"], kind, "{command}");
            let members: Vec<&String> = record.as_object().expect("an object").keys().collect();
            assert_eq!(members.len(), 18, "{command}: {members:?}");
            if !command.starts_with("vuln list") {
                assert_eq!(&record["report"], raw, "{command}");
            }
        }
    }
    let csv = gti
        .run(&["dtm", "list", "-n", "1", "--shape", "record", "-f", "csv"])
        .exits(0);
    assert!(
        csv.stdout
            .starts_with("kind,type,id,value,title,status,verdict"),
        "{}",
        csv.stdout
    );
    let raw = gti
        .with("GTI_SHAPE", "raw")
        .run(&["enrich", "evil.example"])
        .exits(0);
    assert_eq!(raw.records()[0]["type"], "domain");
    assert!(raw.records()[0]["attributes"].is_object());
}
