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
            "dtm list --all",
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
