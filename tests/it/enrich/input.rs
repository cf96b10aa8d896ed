//! Where indicators come from.

use crate::support::{Gti, site};

#[test]
fn a_pipe_is_read_without_being_told_to() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for arguments in [&["enrich"][..], &["enrich", "-"], &["enrich", "-i", "-"]] {
        let ran = gti
            .run_on(arguments, "evil.example\n203.0.113.7\n")
            .exits(0);
        assert_eq!(
            ran.each("ioc"),
            ["evil.example", "203.0.113.7"],
            "{arguments:?}"
        );
    }
}

#[test]
fn lines_are_taken_as_editors_and_exports_leave_them() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let text = "\u{feff}evil.example\r\n\r\n# a comment\r\n   \r\n  benign.example\t\r\n#203.0.113.7\nhxxps://evil[.]example/a#part\n203.0.113.7";
    let expected = [
        "evil.example",
        "benign.example",
        "hxxps://evil[.]example/a#part",
        "203.0.113.7",
    ];
    let ran = gti.run_on(&["enrich"], text).exits(0);
    assert_eq!(ran.each("ioc"), expected);
    let path = gti.write("iocs.txt", text);
    let ran = gti
        .run(&["enrich", "-i", path.to_str().expect("a path")])
        .exits(0);
    assert_eq!(ran.each("ioc"), expected);
}

#[test]
fn lines_that_are_no_text_have_their_records_too() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let mut bytes = b"evil.example\n\xff\xfe\x00garbage\n".to_vec();
    bytes.extend(std::iter::repeat_n(b'a', 300_000));
    bytes.extend(b"\nbenign.example\n");
    let ran = gti.run_on(&["enrich"], bytes).exits(3);
    assert_eq!(ran.each("status"), ["ok", "invalid", "invalid", "ok"]);
}

#[test]
fn arguments_come_before_the_file() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.write("iocs.txt", "benign.example\n");
    let ran = gti
        .run(&["enrich", "-i", "iocs.txt", "evil.example"])
        .exits(0);
    assert_eq!(ran.each("ioc"), ["evil.example", "benign.example"]);
    let ran = gti.run_on(&["enrich", "evil.example", "-"], "benign.example");
    assert_eq!(ran.exits(0).each("ioc"), ["evil.example", "benign.example"]);
}

#[test]
fn nothing_to_look_up_is_done_at_once() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for input in ["", "\n\n# nothing\n"] {
        for (format, output) in [("json", "[]\n"), ("jsonl", "")] {
            let ran = gti.run_on(&["enrich", "-f", format], input);
            assert_eq!(ran.exits(0).silently().stdout, output);
        }
        let ran = gti.run_on(&["enrich", "-f", "csv"], input).exits(0);
        assert!(ran.stdout.starts_with("ioc,value,type,status,"));
        assert_eq!(ran.stdout.lines().count(), 1);
    }
    assert_eq!(sandbox.requests(), 0);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let sandbox = site();
    let ran = Gti::asking(&sandbox)
        .run(&["enrich", "-i", "missing.txt"])
        .exits(2);
    assert!(
        ran.stderr.starts_with("error: cannot read `missing.txt`: "),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stdout, "");
}

#[test]
fn key_and_indicators_can_t_share_standard_input() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run_on(&["enrich", "--api-key-file", "-"], "evil.example\n");
    let ran = ran.exits(2);
    assert!(
        ran.stderr.contains("cannot both come from standard input"),
        "{}",
        ran.stderr
    );
    assert_eq!(sandbox.requests(), 0);
    let ran = gti.run_on(
        &["enrich", "--api-key-file", "-", "evil.example"],
        crate::support::KEY,
    );
    assert_eq!(ran.exits(0).each("status"), ["ok"]);
}
